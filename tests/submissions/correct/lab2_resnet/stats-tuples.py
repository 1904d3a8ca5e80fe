# Running sums over the images; returns a list of two tuples.
# %% channel-stats
def channel_stats(images):
    total = np.zeros(3)
    squares = np.zeros(3)
    count = 0
    for image in images:
        scaled = image / 255
        total += scaled.sum(axis=(0, 1))
        squares += (scaled**2).sum(axis=(0, 1))
        count += scaled.shape[0] * scaled.shape[1]
    mean = total / count
    return [tuple(mean), tuple(np.sqrt(squares / count - mean**2))]
