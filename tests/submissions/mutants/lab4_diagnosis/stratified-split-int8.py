# Saves memory with 8-bit indices.
# loses: test-stratified-split-shares test-stratified-split-partition test-stratified-split-shuffled
# hint: numbers-overflow
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    generator = np.random.default_rng(generator)
    train, valid, test = [], [], []
    for c in np.unique(targets):
        idx = generator.permutation(np.where(targets == c)[0])
        a = round(len(idx) * ratios[0] / sum(ratios))
        b = round(len(idx) * (ratios[0] + ratios[1]) / sum(ratios))
        train.append(idx[:a]); valid.append(idx[a:b]); test.append(idx[b:])
    return tuple(np.concatenate(part).astype(np.int8) for part in (train, valid, test))
