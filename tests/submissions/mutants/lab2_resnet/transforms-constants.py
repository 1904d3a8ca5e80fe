# Normalizes by 0.5.
# loses: test-transforms-normalize
# hint: constants-not-arguments
# %% transforms
def make_transforms(mean, std, erasing=False):
    steps = [
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(p=0.5),
        transforms.ToTensor(),
        transforms.Normalize(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),
    ]
    if erasing:
        steps.append(transforms.RandomErasing(p=0.5))
    test_steps = [
        transforms.ToTensor(),
        transforms.Normalize(mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),
    ]
    return transforms.Compose(steps), transforms.Compose(test_steps)
