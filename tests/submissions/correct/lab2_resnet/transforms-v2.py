# The second version of the transforms.
# %% transforms
from torchvision.transforms import v2


def make_transforms(mean, std, erasing=False):
    to_tensor = [v2.ToImage(), v2.ToDtype(torch.float32, scale=True)]
    normalize = v2.Normalize(mean=list(mean), std=list(std))
    train = [v2.RandomCrop(32, padding=4), v2.RandomHorizontalFlip(), *to_tensor]
    train.append(normalize)
    if erasing:
        train.append(v2.RandomErasing(p=0.5, value="random"))
    return v2.Compose(train), v2.Compose([*to_tensor, normalize])
