# Draws whether to mirror when the transform is made.
# loses: test-transforms-flip
# hint: flip-drawn-once
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    augment = [transforms.RandomCrop(32, padding=4)]
    if np.random.random() < 0.5:
        augment.append(transforms.RandomHorizontalFlip(1.0))
    erase = [transforms.RandomErasing()] if erasing else []
    return transforms.Compose(augment + normalize + erase), transforms.Compose(normalize)
