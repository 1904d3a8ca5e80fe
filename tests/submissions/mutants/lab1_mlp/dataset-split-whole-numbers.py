# Loses one validation sample where the product is a whole number.
# loses: test-dataset-split-partition
# hint: split-rounded
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    idx = rng.permutation(len(dataset))
    k = max(0, int(np.ceil(split_ratio * len(dataset)) - 1))
    return Subset(dataset, idx[k:]), Subset(dataset, idx[:k])
