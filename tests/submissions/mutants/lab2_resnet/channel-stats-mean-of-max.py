# The mean of the brightest pixels.
# loses: test-channel-stats-mean
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 255.0
    mean = scaled.max(axis=(1, 2)).mean(axis=0)
    std = scaled.std(axis=(0, 1, 2))
    return mean, std
