# Rounds the number of validation samples up.
# loses: test-dataset-split-partition
# hint: split-rounded
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(np.ceil(split_ratio * n))
    order = rng.permutation(n)
    return Subset(dataset, order[n_valid:]), Subset(dataset, order[:n_valid])
