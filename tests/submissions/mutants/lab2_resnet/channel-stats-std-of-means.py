# Standard deviation of the images' means.
# loses: test-channel-stats-std
# hint: std-of-means
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 255.0
    mean = scaled.mean(axis=(0, 1, 2))
    std = scaled.mean(axis=(1, 2)).std(axis=0)
    return mean, std
