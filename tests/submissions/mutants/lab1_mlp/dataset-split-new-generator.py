# Makes a generator of its own, unseeded.
# loses: test-dataset-split-shuffle
# hint: split-not-reproducible
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    order = np.random.default_rng().permutation(n)
    return Subset(dataset, order[n_valid:]), Subset(dataset, order[:n_valid])
