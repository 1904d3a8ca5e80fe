# Returns test, then train.
# loses: test-transforms-size test-transforms-rotation test-transforms-flip
# hint: pair-swapped
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(normalize), transforms.Compose(augment + normalize)
