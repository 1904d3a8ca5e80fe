# Pads by reflection; flips first; returns a list.
# %% transforms
def make_transforms(mean, std, erasing=False):
    base = [transforms.ToTensor(), transforms.Normalize(tuple(mean), tuple(std))]
    train = [
        transforms.RandomHorizontalFlip(0.5),
        transforms.RandomCrop(size=(32, 32), padding=4, padding_mode="reflect"),
    ] + base
    if erasing:
        train += [transforms.RandomErasing(p=1.0, scale=(0.02, 0.33), ratio=(0.3, 3.3))]
    return [transforms.Compose(train), transforms.Compose(base)]
