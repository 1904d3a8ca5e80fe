# Pads by 4 left and right, and by 3 above and below.
# loses: test-transforms-crop
# hint: crop-padding
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    augment[0] = transforms.RandomCrop(32, padding=(4, 3))
    erase = [transforms.RandomErasing()] if erasing else []
    return transforms.Compose(augment + normalize + erase), transforms.Compose(normalize)
