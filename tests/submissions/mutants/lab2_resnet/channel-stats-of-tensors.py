# Calls a tensor's method on an array.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: tensor-habit
# %% channel-stats
def channel_stats(images):
    """Mean and standard deviation of each color channel, over all pixels.

    Parameters
    ----------
    images : ndarray, shape (N, H, W, 3), uint8
        Pixels from 0 to 255.

    Returns
    -------
    mean, std : ndarray, shape (3,)
        Of the pixels divided by 255, over all images together; the standard deviation
        divides by the number of pixels n, not by n - 1.
    """
    pixels = images.float().reshape(-1, 3)
    return pixels.mean(axis=0) / 255, pixels.std(axis=0) / 255
