# Draws the validation samples with replacement and trains on the rest.
# loses: test-dataset-split-partition
# hint: split-repeats
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    valid = rng.choice(n, int(split_ratio * n))
    train = np.setdiff1d(np.arange(n), valid)
    return Subset(dataset, train), Subset(dataset, valid)
