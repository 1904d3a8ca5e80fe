# order[-0:] is everything when there is no validation sample.
# loses: test-dataset-split-partition
# hint: split-empty-validation
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = rng.permutation(n)
    return Subset(dataset, order[:-n_valid]), Subset(dataset, order[-n_valid:])
