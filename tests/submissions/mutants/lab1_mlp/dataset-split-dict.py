# Returns a dict.
# loses: test-dataset-split-partition test-dataset-split-shuffle
# hint: split-not-a-pair
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    k = int(split_ratio * n)
    order = rng.permutation(n)
    return {"train": Subset(dataset, order[k:]), "valid": Subset(dataset, order[:k])}
