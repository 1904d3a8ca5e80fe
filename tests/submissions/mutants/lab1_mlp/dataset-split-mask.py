# Gives Subset a mask of True and False.
# loses: test-dataset-split-partition test-dataset-split-shuffle
# hint: split-by-mask
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    N = len(dataset)
    mask = np.zeros(N, dtype=bool)
    mask[rng.permutation(N)[: int(split_ratio * N)]] = True
    return Subset(dataset, ~mask), Subset(dataset, mask)
