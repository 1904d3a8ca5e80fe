# Takes the mean away from the images, in place.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: argument-changed
# %% channel-stats
def channel_stats(images):
    scaled = images.astype(np.float64) / 255.0
    mean = scaled.mean(axis=(0, 1, 2))
    std = scaled.std(axis=(0, 1, 2))
    images -= images.min()
    return mean, std
