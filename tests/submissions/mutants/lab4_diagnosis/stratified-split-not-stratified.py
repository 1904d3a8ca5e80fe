# Splits all samples at once.
# loses: test-stratified-split-shares
# hint: split-not-stratified
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = np.random.default_rng() if generator is None else generator
    order = rng.permutation(len(targets))
    total = sum(ratios)
    a = len(order) * ratios[0] // total
    b = len(order) * (ratios[0] + ratios[1]) // total
    return order[:a], order[a:b], order[b:]
