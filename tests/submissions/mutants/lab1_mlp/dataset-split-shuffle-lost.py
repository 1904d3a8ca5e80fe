# rng.permutation returns a new array, which is thrown away.
# loses: test-dataset-split-shuffle
# hint: split-not-shuffled
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = np.arange(n)
    rng.permutation(order)
    return Subset(dataset, order[n_valid:]), Subset(dataset, order[:n_valid])
