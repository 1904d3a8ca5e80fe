# Draws the angle itself.
# %% transforms
def make_transforms(image_size):
    mean = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)

    def test(image):
        image = image.convert("RGB").resize((image_size, image_size), Image.BILINEAR)
        x = torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255
        return (x - mean) / std

    def train(image):
        image = image.rotate(np.random.uniform(-20, 20), Image.BILINEAR)
        if np.random.rand() < 0.5:
            image = image.transpose(Image.FLIP_LEFT_RIGHT)
        return test(image)

    return train, test
