# Subsets of a shuffled list of the samples.
# loses: test-dataset-split-partition
# hint: split-not-subset
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    k = int(split_ratio * n)
    order = list(range(n))
    rng.shuffle(order)
    return Subset(order[k:], range(n - k)), Subset(order[:k], range(k))
