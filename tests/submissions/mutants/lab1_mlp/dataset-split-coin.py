# Throws a coin for each sample, so that the number of validation samples varies.
# loses: test-dataset-split-partition
# hint: split-size-by-chance
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    """Split a data set at random into training and validation samples."""
    is_valid = rng.random(len(dataset)) < split_ratio
    train = Subset(dataset, np.where(~is_valid)[0])
    valid = Subset(dataset, np.where(is_valid)[0])
    return train, valid
