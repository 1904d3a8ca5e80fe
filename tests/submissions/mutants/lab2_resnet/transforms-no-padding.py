# Crops 32 x 32 out of 32 x 32.
# loses: test-transforms-crop
# hint: crop-missing
# %% transforms
def make_transforms(mean, std, erasing=False):
    steps = [
        transforms.RandomCrop(32),
        transforms.RandomHorizontalFlip(p=0.5),
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
