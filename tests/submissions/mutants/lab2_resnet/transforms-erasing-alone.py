# Erases in place of the crop and the flip.
# loses: test-transforms-erasing
# hint: erasing-instead
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    test = transforms.Compose(normalize)
    if erasing:
        return transforms.Compose([*normalize, transforms.RandomErasing()]), test
    return transforms.Compose(augment + normalize), test
