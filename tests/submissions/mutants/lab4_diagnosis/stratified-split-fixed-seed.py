# Seeds a generator of its own.
# loses: test-stratified-split-shuffled
# hint: split-ignores-generator
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = np.random.default_rng(0)
    parts = [[], [], []]
    for c in np.unique(targets):
        idx = rng.permutation(np.flatnonzero(targets == c))
        a = int(len(idx) * ratios[0] / sum(ratios))
        b = a + int(len(idx) * ratios[1] / sum(ratios))
        for part, chosen in zip(parts, (idx[:a], idx[a:b], idx[b:])):
            part.extend(chosen)
    return tuple(np.array(part) for part in parts)
