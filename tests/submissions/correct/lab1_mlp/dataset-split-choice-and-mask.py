# Draws the validation samples without replacement and keeps the others in their order.
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    """Split a data set at random into training and validation samples."""
    n = len(dataset)
    chosen = rng.choice(n, size=int(split_ratio * n), replace=False)
    for_training = np.ones(n, dtype=bool)
    for_training[chosen] = False
    return Subset(dataset, np.flatnonzero(for_training)), Subset(dataset, chosen)
