# Shuffles the first class alone.
# loses: test-stratified-split-shuffled
# hint: split-in-file-order
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = np.random.default_rng() if generator is None else generator
    parts = [[], [], []]
    for c in np.unique(targets):
        idx = np.flatnonzero(targets == c)
        if c == 0:
            rng.shuffle(idx)
        a = int(len(idx) * ratios[0] / sum(ratios))
        b = a + int(len(idx) * ratios[1] / sum(ratios))
        for part, chosen in zip(parts, (idx[:a], idx[a:b], idx[b:])):
            part.extend(chosen)
    return tuple(np.array(part) for part in parts)
