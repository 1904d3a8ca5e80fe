# Draws the validation samples, and takes the rest in a shuffled order.
# %% dataset-split
import math


def split_dataset(dataset, split_ratio, rng):
    n = len(dataset)
    valid = rng.choice(n, size=math.floor(n * split_ratio), replace=False)
    rest = np.setdiff1d(np.arange(n), valid)
    rng.shuffle(rest)
    return Subset(dataset, rest), Subset(dataset, valid)
