# Forgets ToTensor and Normalize.
# loses: test-transforms-normalize test-transforms-size test-transforms-rotation test-transforms-flip
# hint: tensor-missing
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
