# Shuffles train and valid only: the test images are the last of each class in the file.
# loses: test-stratified-split-shuffled
# hint: split-in-file-order
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    if generator is None:
        generator = np.random.default_rng()
    cuts = np.cumsum(ratios)[:2] / sum(ratios)
    parts = [], [], []
    for c in np.unique(targets):
        mine = np.flatnonzero(targets == c)
        edges = np.round(cuts * len(mine)).astype(int)
        generator.shuffle(mine[: edges[1]])
        for part, piece in zip(parts, np.split(mine, edges)):
            part.append(piece)
    return tuple(np.concatenate(p) for p in parts)
