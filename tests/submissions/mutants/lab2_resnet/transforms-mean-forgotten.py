# Divides and does not subtract the mean.
# loses: test-transforms-normalize
# hint: mean-forgotten
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize((0, 0, 0), std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    train = transforms.Compose(augment + normalize + erase)
    return train, transforms.Compose(normalize)
