# E[p^2] - mean^2, but images * images wraps around at 256: uint8 times uint8 is uint8.
# loses: test-channel-stats-std
# hint: squares-of-bytes
# %% channel-stats
def channel_stats(images):
    axes = (0, 1, 2)
    mean = images.mean(axis=axes)
    var = (images * images).mean(axis=axes) - mean**2
    return mean / 255, np.sqrt(np.abs(var)) / 255
