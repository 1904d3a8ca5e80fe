# Erases the middle of every picture.
# loses: test-transforms-erasing
# hint: erasing-drawn-once
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]

    def erase(x):
        x[:, 8:24, 8:24] = 0
        return x

    last = [transforms.Lambda(erase)] if erasing else []
    train = transforms.Compose(augment + normalize + last)
    return train, transforms.Compose(normalize)
