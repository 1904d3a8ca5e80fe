# Moves by an affine map: by 4 less often than by 3.
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    augment[0] = transforms.RandomAffine(0, translate=(0.125, 0.125))
    erase = [transforms.RandomErasing()] if erasing else []
    return transforms.Compose(augment + normalize + erase), transforms.Compose(normalize)
