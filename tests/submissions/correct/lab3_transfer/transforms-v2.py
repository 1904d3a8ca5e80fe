# Uses torchvision's v2 transforms, chained as modules in nn.Sequential, with the augmentation before the common end.
# %% transforms
from torchvision.transforms import v2


def make_transforms(image_size):
    """Transforms from a PIL image of any size to a normalized tensor."""

    def to_input():
        return [
            v2.Resize(size=[image_size, image_size], antialias=True),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225]),
        ]

    train = nn.Sequential(
        v2.PILToTensor(),
        v2.RandomHorizontalFlip(p=0.5),
        v2.RandomRotation(degrees=(-20, 20), interpolation=v2.InterpolationMode.BILINEAR),
        *to_input(),
    )
    test = nn.Sequential(v2.PILToTensor(), *to_input())
    return train, test
