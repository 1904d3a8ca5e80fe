# Drops what does not divide.
# loses: test-stratified-split-partition
# hint: split-incomplete
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = np.random.default_rng() if generator is None else generator
    parts = [[], [], []]
    for c in np.unique(targets):
        idx = rng.permutation(np.flatnonzero(targets == c))
        a = int(len(idx) * ratios[0] / sum(ratios))
        b = a + int(len(idx) * ratios[1] / sum(ratios))
        for part, chosen in zip(parts, (idx[:a], idx[a:b], idx[b : b + int(len(idx) * ratios[2] / sum(ratios))])):
            part.extend(chosen)
    return tuple(np.array(part) for part in parts)
