# Draws at random, hands back sorted indices; the largest remainders round up.
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = np.random.default_rng(generator)
    label = np.empty(len(targets), dtype=int)
    for c in np.unique(targets):
        members = np.flatnonzero(targets == c)
        exact = np.array(ratios) / sum(ratios) * len(members)
        sizes = np.floor(exact).astype(int)
        for k in np.argsort(sizes - exact)[: len(members) - sizes.sum()]:
            sizes[k] += 1
        label[rng.permutation(members)] = np.repeat([0, 1, 2], sizes)
    return tuple(np.flatnonzero(label == k) for k in range(3))
