# Cuts at rounded-down multiples of fractions; the global generator without another.
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = generator or np.random
    parts = [[], [], []]
    for c in np.unique(targets):
        idx = rng.permutation(np.flatnonzero(targets == c))
        a, b = (len(idx) * np.cumsum(np.divide(ratios, sum(ratios)))[:2]).astype(int)
        for part, chosen in zip(parts, (idx[:a], idx[a:b], idx[b:])):
            part.extend(chosen)
    return tuple(np.array(part) for part in parts)
