# Takes mean and std in the order blue, green, red.
# loses: test-transforms-normalize
# hint: normalized-reversed
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean[::-1].copy(), std[::-1].copy())]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    steps = augment + normalize + erase
    return transforms.Compose(steps), transforms.Compose(normalize)
