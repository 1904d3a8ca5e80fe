# Forgets the test part.
# loses: test-stratified-split-shares test-stratified-split-partition test-stratified-split-shuffled
# hint: split-two-parts
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = np.random.default_rng() if generator is None else generator
    parts = [[], [], []]
    for c in np.unique(targets):
        idx = rng.permutation(np.flatnonzero(targets == c))
        a = int(len(idx) * ratios[0] / sum(ratios))
        b = a + int(len(idx) * ratios[1] / sum(ratios))
        for part, chosen in zip(parts, (idx[:a], idx[a:b], idx[b:])):
            part.extend(chosen)
    return np.array(parts[0]), np.array(parts[1] + parts[2])
