# Statistics of the test set, whatever comes in.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: statistics-not-of-argument
# %% channel-stats
def channel_stats(images):
    scaled = test_data.images.astype(np.float64) / 255.0
    mean = scaled.mean(axis=(0, 1, 2))
    std = scaled.std(axis=(0, 1, 2))
    return mean, std
