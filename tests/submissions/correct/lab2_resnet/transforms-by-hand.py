# Two functions of its own, and a center crop that changes nothing.
# %% transforms
def make_transforms(mean, std, erasing=False):
    m = torch.tensor(np.asarray(mean), dtype=torch.float32).view(3, 1, 1)
    s = torch.tensor(np.asarray(std), dtype=torch.float32).view(3, 1, 1)
    erase = transforms.RandomErasing(p=0.5, scale=(0.02, 0.33), value=0)

    def test(image):
        x = torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255
        return (x - m) / s

    def train(image):
        x = F.pad(test(image), (4, 4, 4, 4))
        i, j = torch.randint(0, 9, (2,)).tolist()
        x = x[:, i : i + 32, j : j + 32]
        if torch.rand(1) < 0.5:
            x = x.flip(2)
        return erase(x.clone()) if erasing else x

    return train, test
