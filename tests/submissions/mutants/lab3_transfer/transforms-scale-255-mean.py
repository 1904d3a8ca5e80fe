# Takes the statistics of pixels from 0 to 255.
# loses: test-transforms-normalize
# hint: statistics-of-pixels
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Normalize([123.675, 116.28, 103.53], [58.395, 57.12, 57.375]),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
