# Shuffles the data set itself.
# loses: test-dataset-split-partition
# hint: argument-changed
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    k = int(split_ratio * n)
    rng.shuffle(dataset)
    return Subset(dataset, range(k, n)), Subset(dataset, range(k))
