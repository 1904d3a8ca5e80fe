# Squares the standard deviation.
# loses: test-transforms-normalize
# hint: variance-not-std
# %% transforms
def make_transforms(mean, std, erasing=False):
    steps = [
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(p=0.5),
        transforms.ToTensor(),
        transforms.Normalize(mean=mean, std=std**2),
    ]
    if erasing:
        steps.append(transforms.RandomErasing(p=0.5))
    test_steps = [
        transforms.ToTensor(),
        transforms.Normalize(mean=mean, std=std**2),
    ]
    return transforms.Compose(steps), transforms.Compose(test_steps)
