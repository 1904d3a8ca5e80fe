# Counts samples from 1.
# loses: test-dataset-split-partition test-dataset-split-shuffle
# hint: split-out-of-range
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = 1 + rng.permutation(n)
    return Subset(dataset, order[n_valid:]), Subset(dataset, order[:n_valid])
