# Divides in NumPy, so that tensors are float64.
# loses: test-transforms-normalize
# hint: not-single-precision
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
        transforms.Lambda(lambda im: torch.from_numpy(np.asarray(im) / 255).permute(2, 0, 1)),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
