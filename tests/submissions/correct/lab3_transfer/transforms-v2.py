# Uses the second version of the transforms.
# %% transforms
def make_transforms(image_size):
    from torchvision.transforms import v2

    tail = [
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ]
    resize = v2.Resize([image_size, image_size], antialias=True)
    turn = v2.RandomRotation((-20, 20), interpolation=v2.InterpolationMode.BILINEAR)
    train = v2.Compose([resize, v2.RandomHorizontalFlip(0.5), turn, *tail])
    return train, v2.Compose([resize, *tail])
