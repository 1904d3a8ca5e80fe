# The sample standard deviation.
# loses: test-channel-stats-std
# hint: sample-standard-deviation
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 255.0
    mean = scaled.mean(axis=(0, 1, 2))
    std = scaled.std(axis=(0, 1, 2), ddof=1)
    return mean, std
