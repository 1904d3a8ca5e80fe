# Subtracts the mean and does not divide.
# loses: test-transforms-normalize
# hint: std-forgotten
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, (1, 1, 1))]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    train = transforms.Compose(augment + normalize + erase)
    return train, transforms.Compose(normalize)
