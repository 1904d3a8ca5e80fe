# RandomResizedCrop changes the scale.
# loses: test-transforms-crop test-transforms-flip test-transforms-erasing
# hint: picture-distorted
# %% transforms
def make_transforms(mean, std, erasing=False):
    steps = [
        transforms.RandomResizedCrop(32, scale=(0.3, 0.6)),
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
