# Squares uint8 pixels, which wrap around.
# loses: test-channel-stats-std
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 255.0
    mean = scaled.mean(axis=(0, 1, 2))
    std = np.sqrt((images**2).mean(axis=(0, 1, 2)) / 255**2 - mean**2 + 1)
    return mean, std
