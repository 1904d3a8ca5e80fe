# One random order of all samples; NumPy's global generator without another.
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    permute = np.random.permutation if generator is None else generator.permutation
    train, valid, test = [], [], []
    order = permute(len(targets))
    for c in np.unique(targets):
        idx = order[targets[order] == c]
        a = round(len(idx) * ratios[0] / sum(ratios))
        b = round(len(idx) * (ratios[0] + ratios[1]) / sum(ratios))
        train.append(idx[:a]); valid.append(idx[a:b]); test.append(idx[b:])
    return np.concatenate(train), np.concatenate(valid), np.concatenate(test)
