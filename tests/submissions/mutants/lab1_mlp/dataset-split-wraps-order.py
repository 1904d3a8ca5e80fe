# Subsets of the shuffled indices instead of the data set.
# loses: test-dataset-split-partition
# hint: split-not-subset
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    k = int(split_ratio * n)
    order = rng.permutation(n)
    return Subset(order, np.arange(k, n)), Subset(order, np.arange(k))
