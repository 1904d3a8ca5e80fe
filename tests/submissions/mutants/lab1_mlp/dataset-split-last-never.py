# rng.integers(0, n - 1) leaves out the last sample: it is never for validation.
# loses: test-dataset-split-shuffle
# hint: sample-never-drawn
# %% dataset-split
def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    k = int(split_ratio * n)
    valid = set()
    while len(valid) < k:
        valid.add(int(rng.integers(0, n - 1)))
    train = [i for i in range(n) if i not in valid]
    valid = list(valid)
    return Subset(dataset, train), Subset(dataset, valid)
