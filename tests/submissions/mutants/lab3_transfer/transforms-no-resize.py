# Leaves pictures as large as they are.
# loses: test-transforms-size
# hint: resize-missing
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
