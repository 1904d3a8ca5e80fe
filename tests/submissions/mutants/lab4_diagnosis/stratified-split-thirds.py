# Three equal parts.
# loses: test-stratified-split-shares
# hint: split-in-thirds
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    generator = np.random.default_rng() if generator is None else generator
    train, valid, test = [], [], []
    for c in np.unique(targets):
        idx = generator.permutation(np.where(targets == c)[0])
        for part, chosen in zip((train, valid, test), np.array_split(idx, 3)):
            part.append(chosen)
    return np.concatenate(train), np.concatenate(valid), np.concatenate(test)
