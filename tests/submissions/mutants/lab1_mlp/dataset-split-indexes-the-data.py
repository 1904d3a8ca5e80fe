# Indexes the data set with an array.
# loses: test-dataset-split-partition test-dataset-split-shuffle
# hint: split-not-subset
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    """Split a data set at random into training and validation samples.

    Parameters
    ----------
    dataset : anything with a length n and an index
    split_ratio : float
        Share of the validation samples; their number is ``floor(split_ratio * n)``.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    train, valid : Subset
        Each one is ``Subset(dataset, indices)``.
    """
    order = rng.permutation(len(dataset))
    num_valid = int(split_ratio * len(dataset))
    return dataset[order[num_valid:]], Subset(dataset, order[:num_valid])
