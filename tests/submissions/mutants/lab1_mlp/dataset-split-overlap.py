# Draws both parts independently.
# loses: test-dataset-split-partition
# hint: split-overlaps
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    train = rng.choice(n, n - n_valid, replace=False)
    valid = rng.choice(n, n_valid, replace=False)
    return Subset(dataset, train), Subset(dataset, valid)
