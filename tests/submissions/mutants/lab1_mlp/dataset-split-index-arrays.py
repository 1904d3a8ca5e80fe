# Returns the indices instead of Subsets.
# loses: test-dataset-split-partition
# hint: split-not-subset
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = rng.permutation(n)
    return order[n_valid:], order[:n_valid]
