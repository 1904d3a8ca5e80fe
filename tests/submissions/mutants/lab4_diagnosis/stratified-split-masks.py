# Returns masks.
# loses: test-stratified-split-shares test-stratified-split-partition test-stratified-split-shuffled
# hint: split-masks
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = np.random.default_rng() if generator is None else generator
    part = np.zeros(len(targets), int)
    b = np.cumsum(ratios)[:-1] / np.sum(ratios)
    for k in np.unique(targets):
        idx = rng.permutation(np.flatnonzero(targets == k))
        for n, c in enumerate(np.split(idx, np.round(b * len(idx)).astype(int))):
            part[c] = n
    return part == 0, part == 1, part == 2
