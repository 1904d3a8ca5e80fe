# Deals the samples out in turn.
# loses: test-stratified-split-shuffled
# hint: split-ignores-generator
# %% stratified-split
def _deal(idx, ratios):
    turn = np.arange(len(idx)) % sum(ratios)
    a, b = ratios[0], ratios[0] + ratios[1]
    return idx[turn < a], idx[(turn >= a) & (turn < b)], idx[turn >= b]


def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = np.random.default_rng() if generator is None else generator
    parts = [[], [], []]
    for c in np.unique(targets):
        idx = np.flatnonzero(targets == c)
        a = int(len(idx) * ratios[0] / sum(ratios))
        b = a + int(len(idx) * ratios[1] / sum(ratios))
        for part, chosen in zip(parts, _deal(idx, ratios)):
            part.extend(chosen)
    return tuple(np.array(part) for part in parts)
