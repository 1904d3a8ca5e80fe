# The deviation is taken from the mean of all three channels, not from each channel's own.
# loses: test-channel-stats-std
# hint: deviations-from-one-mean
# %% channel-stats
def channel_stats(images):
    p = images / 255.0
    mean = p.mean(axis=(0, 1, 2))
    std = np.sqrt(((p - mean.mean()) ** 2).mean(axis=(0, 1, 2)))
    return mean, std
