# Counts on ten classes.
# loses: test-stratified-split-shares test-stratified-split-partition
# hint: split-incomplete
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    generator = np.random.default_rng() if generator is None else generator
    train, valid, test = [], [], []
    for c in range(10):
        idx = generator.permutation(np.where(targets == c)[0])
        a = round(len(idx) * ratios[0] / sum(ratios))
        b = round(len(idx) * (ratios[0] + ratios[1]) / sum(ratios))
        train.append(idx[:a]); valid.append(idx[a:b]); test.append(idx[b:])
    return np.concatenate(train), np.concatenate(valid), np.concatenate(test)
