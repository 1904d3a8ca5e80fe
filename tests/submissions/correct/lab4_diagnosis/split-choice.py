# Draws test and validation without replacement; training gets what is left.
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    rng = generator or np.random.default_rng()
    shares = np.array(ratios) / np.sum(ratios)
    parts = {"train": set(), "valid": set(), "test": set()}
    for c in set(targets.tolist()):
        left = np.flatnonzero(targets == c)
        n = len(left)
        for name, share in (("test", shares[2]), ("valid", shares[1])):
            drawn = rng.choice(left, size=int(round(n * share)), replace=False)
            parts[name].update(drawn.tolist())
            left = np.setdiff1d(left, drawn)
        parts["train"].update(left.tolist())
    return tuple(np.array(sorted(parts[k])) for k in ("train", "valid", "test"))
