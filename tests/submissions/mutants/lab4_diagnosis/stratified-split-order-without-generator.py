# Shuffles only where a generator is given.
# loses: test-stratified-split-shuffled
# hint: split-always-the-same
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    parts = [[], [], []]
    for c in np.unique(targets):
        idx = np.flatnonzero(targets == c)
        if generator is not None:
            generator.shuffle(idx)
        a = int(len(idx) * ratios[0] / sum(ratios))
        b = a + int(len(idx) * ratios[1] / sum(ratios))
        for part, chosen in zip(parts, (idx[:a], idx[a:b], idx[b:])):
            part.extend(chosen)
    return tuple(np.array(part) for part in parts)
