# Divides by 255 with //.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: fraction-dropped
# %% channel-stats
def channel_stats(images):
    pixels = images.reshape(-1, 3) // 255
    return pixels.mean(axis=0), pixels.std(axis=0)
