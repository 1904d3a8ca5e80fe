# One mean and one standard deviation for all channels.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: statistics-over-all-channels
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 255.0
    mean = scaled.mean()
    std = scaled.std()
    return mean, std
