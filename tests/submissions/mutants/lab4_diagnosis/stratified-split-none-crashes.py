# Expects a generator where there is None.
# loses: test-stratified-split-partition
# hint: generator-may-be-none
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    train, valid, test = [], [], []
    for c in np.unique(targets):
        idx = generator.permutation(np.where(targets == c)[0])
        a = round(len(idx) * ratios[0] / sum(ratios))
        b = round(len(idx) * (ratios[0] + ratios[1]) / sum(ratios))
        train.append(idx[:a]); valid.append(idx[a:b]); test.append(idx[b:])
    return np.concatenate(train), np.concatenate(valid), np.concatenate(test)
