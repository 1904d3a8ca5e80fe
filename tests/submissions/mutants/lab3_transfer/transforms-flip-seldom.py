# Mirrors one picture in ten.
# loses: test-transforms-flip
# hint: flip-share
# %% transforms
def make_transforms(image_size):
    """Transforms from a PIL image of any size to a normalized tensor.

    Parameters
    ----------
    image_size : int

    Returns
    -------
    train, test : callable
        Both give float tensors (3, image_size, image_size), normalized by ImageNet's
        mean and standard deviation, that show the whole picture. ``train`` turns it by
        up to 20 degrees to either side and mirrors it at random.
    """
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip(p=0.1)]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
