# By PyTorch, with correction=0.
# %% channel-stats
def channel_stats(images):
    x = torch.tensor(images, dtype=torch.float32) / 255
    return x.mean(dim=(0, 1, 2)), x.std(dim=(0, 1, 2), correction=0)
