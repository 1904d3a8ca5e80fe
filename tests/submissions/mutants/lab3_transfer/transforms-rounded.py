# Rounds mean and standard deviation.
# loses: test-transforms-normalize
# hint: statistics-others
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Normalize((0.49, 0.46, 0.41), (0.23, 0.22, 0.23)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
