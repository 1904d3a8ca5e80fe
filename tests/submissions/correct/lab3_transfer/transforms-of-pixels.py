# Normalizes pixels from 0 to 255, by 255 times the statistics.
# %% transforms
def make_transforms(image_size):
    mean = 255 * torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    std = 255 * torch.tensor([0.229, 0.224, 0.225])[:, None, None]

    def test(image):
        pixels = np.array(image.resize((image_size, image_size), Image.BICUBIC))
        return (torch.from_numpy(pixels).permute(2, 0, 1).float() - mean) / std

    augment = [transforms.RandomRotation(20), transforms.RandomHorizontalFlip()]
    return transforms.Compose([*augment, test]), test
