# Puts the channels last.
# loses: test-transforms-normalize test-transforms-size test-transforms-rotation test-transforms-flip
# hint: channels-last
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        transforms.Lambda(lambda x: x.permute(1, 2, 0)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
