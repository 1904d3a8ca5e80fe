# Passes std as the mean.
# loses: test-transforms-normalize
# hint: mean-and-std-swapped
# %% transforms
def make_transforms(mean, std, erasing=False):
    steps = [
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(p=0.5),
        transforms.ToTensor(),
        transforms.Normalize(mean=std, std=mean),
    ]
    if erasing:
        steps.append(transforms.RandomErasing(p=0.5))
    test_steps = [
        transforms.ToTensor(),
        transforms.Normalize(mean=std, std=mean),
    ]
    return transforms.Compose(steps), transforms.Compose(test_steps)
