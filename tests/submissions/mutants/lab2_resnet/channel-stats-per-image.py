# Keeps a mean for each image.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: statistics-wrong-axis
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 255.0
    mean = scaled.mean(axis=(1, 2))
    std = scaled.std(axis=(1, 2))
    return mean, std
