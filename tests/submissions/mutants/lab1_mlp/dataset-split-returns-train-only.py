# Returns the training part only.
# loses: test-dataset-split-partition test-dataset-split-shuffle
# hint: split-not-a-pair
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = rng.permutation(n)
    return Subset(dataset, order[n_valid:])
