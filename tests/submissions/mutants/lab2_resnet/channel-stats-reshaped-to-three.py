# reshape(3, -1) does not bring the channels first: each "channel" is a third of the images, all colors mixed.
# loses: test-channel-stats-mean test-channel-stats-std
# hint: channels-not-last
# %% channel-stats
def channel_stats(images):
    pixels = (images / 255.0).reshape(3, -1)
    return pixels.mean(axis=1), pixels.std(axis=1)
