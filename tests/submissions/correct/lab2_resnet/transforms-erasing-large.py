# Erases large rectangles of noise, always, before normalizing.
# %% transforms
def make_transforms(mean, std, erasing=False):
    erase = [transforms.RandomErasing(p=1, scale=(0.3, 0.5), value="random")]
    train = [
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        *(erase if erasing else []),
        transforms.Normalize(mean, std),
    ]
    test = [transforms.ToTensor(), transforms.Normalize(mean, std)]
    return transforms.Compose(train), transforms.Compose(test)
