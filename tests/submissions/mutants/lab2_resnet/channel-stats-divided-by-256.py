# Divides by 256.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: divided-by-256
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 256.0
    mean = scaled.mean(axis=(0, 1, 2))
    std = scaled.std(axis=(0, 1, 2))
    return mean, std
