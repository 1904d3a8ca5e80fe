# Turns the channels around before they are normalized.
# loses: test-transforms-normalize
# hint: channels-reversed
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Lambda(lambda x: x.flip(0)),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
