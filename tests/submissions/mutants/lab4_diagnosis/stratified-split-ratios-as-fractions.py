# Takes ratios for fractions of 1.
# loses: test-stratified-split-shares
# hint: split-ratios-not-normalized
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    generator = np.random.default_rng() if generator is None else generator
    train, valid, test = [], [], []
    for c in np.unique(targets):
        idx = generator.permutation(np.where(targets == c)[0])
        a = int(len(idx) * ratios[0])
        b = a + int(len(idx) * ratios[1])
        train.append(idx[:a]); valid.append(idx[a:b]); test.append(idx[b:])
    return np.concatenate(train), np.concatenate(valid), np.concatenate(test)
