# Statistics of pixels from 0 to 255.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: not-divided-by-255-stats
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64)
    mean = scaled.mean(axis=(0, 1, 2))
    std = scaled.std(axis=(0, 1, 2))
    return mean, std
