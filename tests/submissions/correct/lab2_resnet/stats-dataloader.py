# Through ToTensor and stack, as in the report, but over all images.
# %% channel-stats
def channel_stats(images):
    data = torch.stack([transforms.ToTensor()(image) for image in images]).numpy()
    return np.mean(data, axis=(0, 2, 3)), np.std(data, axis=(0, 2, 3))
