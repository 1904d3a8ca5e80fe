# Erases in place of the flip.
# loses: test-transforms-erasing
# hint: erasing-instead
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    if erasing:
        augment[1] = transforms.ToTensor()
        normalize = [*normalize[1:], transforms.RandomErasing()]
    test = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    return transforms.Compose(augment + normalize), transforms.Compose(test)
