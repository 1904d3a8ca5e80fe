# Draws the rectangle when the transform is made.
# loses: test-transforms-erasing
# hint: erasing-drawn-once
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    box = transforms.RandomErasing.get_params(
        torch.zeros(3, 32, 32), (0.02, 0.33), (0.3, 3.3), [0.0]
    )

    def erase(x):
        return transforms.functional.erase(x, *box) if torch.rand(1) < 0.5 else x

    last = [transforms.Lambda(erase)] if erasing else []
    train = transforms.Compose(augment + normalize + last)
    return train, transforms.Compose(normalize)
