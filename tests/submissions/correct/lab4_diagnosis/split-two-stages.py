# Takes training first, then the share of the rest; rounds down.
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = np.random.default_rng() if generator is None else generator
    parts = [[], [], []]
    for c in np.unique(targets):
        idx = rng.permutation(np.flatnonzero(targets == c))
        a = int(len(idx) * ratios[0] / sum(ratios))
        b = a + int((len(idx) - a) * ratios[1] / (ratios[1] + ratios[2]))
        for part, chosen in zip(parts, (idx[:a], idx[a:b], idx[b:])):
            part.extend(chosen)
    return tuple(np.array(part) for part in parts)
