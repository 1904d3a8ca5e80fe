# Takes the share of validation for both; training gets what is left.
# loses: test-stratified-split-shares
# hint: split-valid-like-test
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    generator = np.random.default_rng() if generator is None else generator
    train, valid, test = [], [], []
    for c in np.unique(targets):
        idx = generator.permutation(np.where(targets == c)[0])
        n = round(len(idx) * ratios[1] / sum(ratios))
        a, b = len(idx) - 2 * n, len(idx) - n
        train.append(idx[:a]); valid.append(idx[a:b]); test.append(idx[b:])
    return np.concatenate(train), np.concatenate(valid), np.concatenate(test)
