# Seeds a generator where none is given.
# loses: test-stratified-split-shuffled
# hint: split-always-the-same
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    generator = np.random.default_rng(0) if generator is None else generator
    train, valid, test = [], [], []
    for c in np.unique(targets):
        idx = generator.permutation(np.where(targets == c)[0])
        a = round(len(idx) * ratios[0] / sum(ratios))
        b = round(len(idx) * (ratios[0] + ratios[1]) / sum(ratios))
        train.append(idx[:a]); valid.append(idx[a:b]); test.append(idx[b:])
    return np.concatenate(train), np.concatenate(valid), np.concatenate(test)
