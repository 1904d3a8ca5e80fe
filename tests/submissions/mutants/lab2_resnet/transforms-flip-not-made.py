# Puts the flip's class among the transforms.
# loses: test-transforms-normalize test-transforms-crop test-transforms-flip test-transforms-erasing
# hint: parentheses-missing
# %% transforms
def make_transforms(mean, std, erasing=False):
    """Transforms from a PIL image, 32 x 32, to a normalized tensor (3, 32, 32).

    Parameters
    ----------
    mean, std : ndarray, shape (3,)
        Of each channel, in units of [0, 1].
    erasing : bool
        Whether the training transform also erases a random rectangle
        (`transforms.RandomErasing`), before or after normalizing.

    Returns
    -------
    train, test : callable
        ``train`` crops a part of 32 x 32 at random after padding by 4, mirrors left and
        right at random, and normalizes. ``test`` normalizes.
    """
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip]
    erase = [transforms.RandomErasing()] if erasing else []
    train = transforms.Compose(augment + normalize + erase)
    return train, transforms.Compose(normalize)
