# Pixels stay between 0 and 255.
# loses: test-transforms-normalize
# hint: pixels-kept
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Lambda(lambda x: 255 * x)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    train = transforms.Compose(augment + normalize + erase)
    return train, transforms.Compose(normalize)
