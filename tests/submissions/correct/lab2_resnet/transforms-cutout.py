# Erases a square of one size around a random pixel, cut off at the edges.
# %% transforms
def make_transforms(mean, std, erasing=False):
    test = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])
    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]

    def cutout(x):
        row, column = torch.randint(0, 32, (2,)).tolist()
        x[:, max(row - 8, 0) : row + 8, max(column - 8, 0) : column + 8] = 0
        return x

    steps = [*augment, test] + ([transforms.Lambda(cutout)] if erasing else [])
    return transforms.Compose(steps), test
