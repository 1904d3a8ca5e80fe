# Statistics of the first 32 images only.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: statistics-of-a-part
# %% channel-stats
def channel_stats(images):
    scaled = images[:32].astype(np.float64) / 255.0
    mean = scaled.mean(axis=(0, 1, 2))
    std = scaled.std(axis=(0, 1, 2))
    return mean, std
