# Pads by reflection and erases in every image, with random values, before normalizing.
# %% transforms
def make_transforms(mean, std, erasing=False):
    """Transforms from a PIL image, 32 x 32, to a normalized tensor (3, 32, 32)."""
    normalize = transforms.Normalize(tuple(mean), tuple(std))
    if erasing:
        maybe_erase = transforms.RandomErasing(p=1.0, value="random")
    else:
        maybe_erase = transforms.Lambda(lambda x: x)
    train = transforms.Compose(
        [
            transforms.RandomHorizontalFlip(),
            transforms.Pad(4, padding_mode="reflect"),
            transforms.RandomCrop(32),
            transforms.ToTensor(),
            maybe_erase,
            normalize,
        ]
    )
    test = transforms.Compose([transforms.ToTensor(), normalize])
    return train, test
