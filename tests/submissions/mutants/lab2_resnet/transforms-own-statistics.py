# Normalizes by the statistics of the notebook's images.
# loses: test-transforms-normalize
# hint: constants-not-arguments
# %% transforms
OWN = channel_stats(train_data.images)


def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(*OWN)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    steps = augment + normalize + erase
    return transforms.Compose(steps), transforms.Compose(normalize)
