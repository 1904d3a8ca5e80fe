# Returns the variance.
# loses: test-channel-stats-std
# hint: variance-not-std
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 255.0
    mean = scaled.mean(axis=(0, 1, 2))
    std = scaled.var(axis=(0, 1, 2))
    return mean, std
