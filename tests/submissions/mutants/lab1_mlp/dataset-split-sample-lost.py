# Loses the sample at the border.
# loses: test-dataset-split-partition
# hint: split-loses-samples
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = rng.permutation(n)
    return Subset(dataset, order[n_valid + 1 :]), Subset(dataset, order[:n_valid])
