# Rounds down twice; what is left is for the test. Returns lists.
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = generator if generator is not None else np.random.default_rng()
    train, valid, test = [], [], []
    for c in sorted(set(targets.tolist())):
        idx = np.where(targets == c)[0]
        rng.shuffle(idx)
        n_train = int(len(idx) * ratios[0] / sum(ratios))
        n_valid = int(len(idx) * ratios[1] / sum(ratios))
        train += idx[:n_train].tolist()
        valid += idx[n_train : n_train + n_valid].tolist()
        test += idx[n_train + n_valid :].tolist()
    return train, valid, test
