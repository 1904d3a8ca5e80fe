# Overwrites the parts with those of the next class.
# loses: test-stratified-split-shares test-stratified-split-partition
# hint: split-one-class-only split-incomplete
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    generator = np.random.default_rng() if generator is None else generator
    for c in np.unique(targets):
        idx = generator.permutation(np.where(targets == c)[0])
        a = round(len(idx) * ratios[0] / sum(ratios))
        b = round(len(idx) * (ratios[0] + ratios[1]) / sum(ratios))
        train, valid, test = idx[:a], idx[a:b], idx[b:]
    return train, valid, test
