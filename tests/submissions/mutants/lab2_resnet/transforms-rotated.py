# Rotates by up to 10 degrees, too.
# loses: test-transforms-crop test-transforms-flip test-transforms-erasing
# hint: picture-distorted
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    augment.append(transforms.RandomRotation(10))
    erase = [transforms.RandomErasing()] if erasing else []
    return transforms.Compose(augment + normalize + erase), transforms.Compose(normalize)
