# PILToTensor keeps the pixels from 0 to 255.
# loses: test-transforms-normalize test-transforms-crop test-transforms-flip test-transforms-erasing
# hint: not-scaled-to-one
# %% transforms
def make_transforms(mean, std, erasing=False):
    steps = [
        transforms.RandomCrop(32, padding=4),
        transforms.RandomHorizontalFlip(p=0.5),
        transforms.PILToTensor(),
    ]
    if erasing:
        steps.append(transforms.RandomErasing(p=0.5))
    test_steps = [
        transforms.PILToTensor(),
    ]
    return transforms.Compose(steps), transforms.Compose(test_steps)
