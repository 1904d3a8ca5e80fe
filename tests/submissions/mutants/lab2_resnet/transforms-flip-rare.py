# Mirrors with probability 0.1, not every second image.
# loses: test-transforms-flip
# hint: flip-share
# %% transforms
def make_transforms(mean, std, erasing=False):
    test = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])
    train = transforms.Compose([transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip(0.1), test] + ([transforms.RandomErasing()] if erasing else []))
    return train, test
