# Takes the samples in their order.
# loses: test-dataset-split-shuffle
# hint: split-not-shuffled
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = np.arange(n)
    return Subset(dataset, order[n_valid:]), Subset(dataset, order[:n_valid])
