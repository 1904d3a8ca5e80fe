# Turns and mirrors normalized tensors.
# %% transforms
def make_transforms(image_size):
    test = transforms.Compose([
        transforms.ToTensor(),
        transforms.Resize((image_size, image_size), antialias=True),
        transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ])
    train = transforms.Compose([
        test,
        transforms.RandomHorizontalFlip(),
        transforms.RandomRotation(degrees=20),
    ])
    return train, test
