# Mirrors every picture.
# loses: test-transforms-flip
# hint: flip-always
# %% transforms
def make_transforms(mean, std, erasing=False):
    steps = [
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(p=1.0),
        transforms.ToTensor(),
        transforms.Normalize(mean=mean, std=std),
    ]
    if erasing:
        steps.append(transforms.RandomErasing(p=0.5))
    test_steps = [
        transforms.ToTensor(),
        transforms.Normalize(mean=mean, std=std),
    ]
    return transforms.Compose(steps), transforms.Compose(test_steps)
