# Takes the first axis after the batch for the channels.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: statistics-wrong-axis
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 255.0
    mean = scaled.mean(axis=(0, 2, 3))
    std = scaled.std(axis=(0, 2, 3))
    return mean, std
