# Sorts random keys; the validation part from the end.
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    order = np.argsort(rng.random(n))
    n_train = n - int(split_ratio * n // 1)
    train, valid = np.split(order, [n_train])
    return Subset(dataset, train), Subset(dataset, valid)
