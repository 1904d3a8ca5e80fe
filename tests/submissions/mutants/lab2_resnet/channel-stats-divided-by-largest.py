# Divides by the largest pixel value in the array instead of 255.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: divided-by-largest
# %% channel-stats
def channel_stats(images):
    """Mean and standard deviation of each color channel, over all pixels."""
    scaled = images.astype(np.float64) / images.max()
    return scaled.mean(axis=(0, 1, 2)), scaled.std(axis=(0, 1, 2))
