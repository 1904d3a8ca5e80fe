# ToTensor first; erases before it normalizes.
# %% transforms
def make_transforms(mean, std, erasing=False):
    train = transforms.Compose(
        [transforms.ToTensor()]
        + ([transforms.RandomErasing(p=0.25, scale=(0.02, 0.2), value=0.5)] if erasing else [])
        + [
            transforms.RandomHorizontalFlip(),
            transforms.Normalize(mean.tolist(), std.tolist()),
            transforms.RandomCrop(32, padding=4),
        ]
    )
    test = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize(mean.tolist(), std.tolist())]
    )
    return train, test
