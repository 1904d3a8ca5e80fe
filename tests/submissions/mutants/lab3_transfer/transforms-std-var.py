# Divides by the variance.
# loses: test-transforms-normalize
# hint: std-squared
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229**2, 0.224**2, 0.225**2)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
