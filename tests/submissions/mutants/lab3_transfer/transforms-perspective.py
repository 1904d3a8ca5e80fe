# Looks at the training pictures from the side, too.
# loses: test-transforms-rotation
# hint: picture-lost
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
    augment = [
        transforms.RandomRotation(20),
        transforms.RandomHorizontalFlip(),
        transforms.RandomPerspective(0.5, 1.0),
    ]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
