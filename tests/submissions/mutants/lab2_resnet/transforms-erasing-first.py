# Erases before the picture is a tensor.
# loses: test-transforms-erasing
# hint: tensor-first
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    train = transforms.Compose(augment + erase + normalize)
    return train, transforms.Compose(normalize)
