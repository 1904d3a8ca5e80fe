# Normalizes by the numbers of CIFAR-10.
# loses: test-transforms-normalize
# hint: constants-not-arguments
# %% transforms
def make_transforms(mean, std, erasing=False):
    normalize = [transforms.ToTensor(), transforms.Normalize((0.4914, 0.4822, 0.4465), (0.247, 0.2435, 0.2616))]
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    erase = [transforms.RandomErasing()] if erasing else []
    steps = augment + normalize + erase
    return transforms.Compose(steps), transforms.Compose(normalize)
