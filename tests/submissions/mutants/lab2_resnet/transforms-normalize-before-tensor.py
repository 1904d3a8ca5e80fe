# Normalizes a PIL image.
# loses: test-transforms-normalize test-transforms-crop test-transforms-flip test-transforms-erasing
# hint: tensor-first
# %% transforms
def make_transforms(mean, std, erasing=False):
    steps = [
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(p=0.5),
        transforms.Normalize(mean=mean, std=std),
        transforms.ToTensor(),
    ]
    if erasing:
        steps.append(transforms.RandomErasing(p=0.5))
    test_steps = [
        transforms.Normalize(mean=mean, std=std),
        transforms.ToTensor(),
    ]
    return transforms.Compose(steps), transforms.Compose(test_steps)
