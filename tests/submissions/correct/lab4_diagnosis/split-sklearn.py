# scikit-learn's stratified split, twice, seeded from the generator.
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    from sklearn.model_selection import train_test_split
    seed = None if generator is None else int(generator.integers(2**31))
    idx = np.arange(len(targets))
    total = sum(ratios)
    train, rest = train_test_split(idx, test_size=(ratios[1] + ratios[2]) / total, stratify=targets, random_state=seed)
    valid, test = train_test_split(rest, test_size=ratios[2] / (ratios[1] + ratios[2]), stratify=targets[rest], random_state=seed)
    return train, valid, test
