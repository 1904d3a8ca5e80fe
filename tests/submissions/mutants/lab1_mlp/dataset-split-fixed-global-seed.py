# Seeds NumPy's global generator: always the same split.
# loses: test-dataset-split-shuffle
# hint: split-ignores-rng
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    n_valid = int(split_ratio * n)
    np.random.seed(0)
    order = np.random.permutation(n)
    return Subset(dataset, order[n_valid:]), Subset(dataset, order[:n_valid])
