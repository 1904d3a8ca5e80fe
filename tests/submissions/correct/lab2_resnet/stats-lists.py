# Channel by channel; returns lists of floats.
# %% channel-stats
def channel_stats(images):
    mean, std = [], []
    for channel in range(3):
        values = images[..., channel].astype("float64").ravel() / 255
        mean.append(float(values.mean()))
        std.append(float(np.sqrt(((values - values.mean()) ** 2).mean())))
    return mean, std
