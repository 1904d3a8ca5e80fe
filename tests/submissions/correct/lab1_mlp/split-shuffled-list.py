# Shuffles a list of indices in place; np.floor.
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    size = len(dataset)
    indices = list(range(size))
    border = int(np.floor(split_ratio * size))
    rng.shuffle(indices)
    valid_indices = indices[:border]
    train_indices = indices[border:]
    return Subset(dataset, train_indices), Subset(dataset, valid_indices)
