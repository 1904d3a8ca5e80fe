# A shuffled mask; Python integers as indices.
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    is_valid = np.zeros(n, dtype=bool)
    is_valid[: int(split_ratio * n)] = True
    is_valid = rng.permutation(is_valid)
    valid = [i for i in range(n) if is_valid[i]]
    train = [i for i in range(n) if not is_valid[i]]
    return Subset(dataset, train), Subset(dataset, valid)
