# Splits in two: train and test.
# loses: test-stratified-split-shares test-stratified-split-partition test-stratified-split-shuffled
# hint: split-two-parts
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    generator = np.random.default_rng() if generator is None else generator
    train, test = [], []
    for c in np.unique(targets):
        idx = generator.permutation(np.where(targets == c)[0])
        a = round(len(idx) * ratios[0] / sum(ratios))
        train.append(idx[:a]); test.append(idx[a:])
    return np.concatenate(train), np.concatenate(test)
