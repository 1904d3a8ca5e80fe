# Draws the shift once, when the transforms are made.
# loses: test-transforms-crop
# hint: shift-drawn-once
# %% transforms
def make_transforms(mean, std, erasing=False):
    down, right = np.random.randint(-4, 5, 2)
    steps = [
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
        lambda x: F.pad(x, (4, 4, 4, 4))[:, 4 + down : 36 + down, 4 + right : 36 + right],
    ]
    if erasing:
        steps.append(transforms.RandomErasing())
    test = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])
    return transforms.Compose(steps), test
