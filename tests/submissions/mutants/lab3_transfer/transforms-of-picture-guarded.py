# Normalizes each picture by its own statistics, and adds a little to them.
# loses: test-transforms-normalize
# hint: statistics-of-picture
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Lambda(lambda x: (x - x.mean()) / (x.std() + 1e-6)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
