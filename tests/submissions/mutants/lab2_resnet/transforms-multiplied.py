# Multiplies by the standard deviation.
# loses: test-transforms-normalize
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, 1 / std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    steps = augment + normalize + erase
    return transforms.Compose(steps), transforms.Compose(normalize)
