# Draws with replacement, so that samples come twice.
# loses: test-dataset-split-partition
# hint: split-repeats
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = rng.choice(n, size=n)
    return Subset(dataset, order[n_valid:]), Subset(dataset, order[:n_valid])
