# Draws the validation samples at random, keeps the rest in order: the loader shuffles anyway.
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    valid = rng.choice(n, size=int(n * split_ratio), replace=False)
    train = np.setdiff1d(np.arange(n), valid)
    return Subset(dataset, train), Subset(dataset, valid)
