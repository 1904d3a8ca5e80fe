# Reaches into the attributes of one kind of data set.
# loses: test-dataset-split-partition test-dataset-split-shuffle
# hint: dataset-of-one-kind
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset.images)
    n_valid = int(split_ratio * n)
    order = rng.permutation(n)
    return Subset(dataset, order[n_valid:]), Subset(dataset, order[:n_valid])
