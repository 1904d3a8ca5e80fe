# Splits in order, then shuffles each part.
# loses: test-dataset-split-shuffle
# hint: split-not-shuffled
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = np.arange(n)
    train, valid = rng.permutation(order[n_valid:]), rng.permutation(order[:n_valid])
    return Subset(dataset, train), Subset(dataset, valid)
