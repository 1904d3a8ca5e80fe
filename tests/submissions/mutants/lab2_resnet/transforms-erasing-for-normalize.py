# Erases in place of normalizing.
# loses: test-transforms-erasing
# hint: erasing-instead
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    last = transforms.RandomErasing() if erasing else normalize[1]
    train = transforms.Compose([*augment, normalize[0], last])
    return train, transforms.Compose(normalize)
