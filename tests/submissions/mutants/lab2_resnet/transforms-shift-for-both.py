# Moves rows and columns by one number.
# loses: test-transforms-crop
# hint: shift-for-both
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]

    def crop(image):
        k = int(torch.randint(0, 9, ()))
        return transforms.functional.crop(image, k, k, 32, 32)

    augment[:1] = [transforms.Pad(4), transforms.Lambda(crop)]
    erase = [transforms.RandomErasing()] if erasing else []
    return transforms.Compose(augment + normalize + erase), transforms.Compose(normalize)
