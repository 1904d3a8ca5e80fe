# Normalizes all channels by one mean and one standard deviation.
# loses: test-transforms-normalize
# hint: normalized-alike
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize([mean.mean()] * 3, [std.mean()] * 3)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    steps = augment + normalize + erase
    return transforms.Compose(steps), transforms.Compose(normalize)
