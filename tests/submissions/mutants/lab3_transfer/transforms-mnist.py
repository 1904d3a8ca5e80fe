# Takes MNIST's statistics.
# loses: test-transforms-normalize
# hint: statistics-others
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Normalize((0.1307,), (0.3081,)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
