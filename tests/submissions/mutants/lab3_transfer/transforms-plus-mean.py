# Multiplies by std and adds mean.
# loses: test-transforms-normalize
# hint: normalization-inverted
# %% transforms
def make_transforms(image_size):
    normalize = [
        transforms.Resize((image_size, image_size)),
        transforms.ToTensor(),
        transforms.Lambda(lambda x: x * torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1) + torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)),
    ]
    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose(augment + normalize), transforms.Compose(normalize)
