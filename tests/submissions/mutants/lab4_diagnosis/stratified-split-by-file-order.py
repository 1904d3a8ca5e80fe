# Cuts the file in three.
# loses: test-stratified-split-shares test-stratified-split-shuffled
# hint: split-not-stratified split-in-file-order
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    n, total = len(targets), sum(ratios)
    a, b = n * ratios[0] // total, n * (ratios[0] + ratios[1]) // total
    order = np.arange(n)
    return order[:a], order[a:b], order[b:]
