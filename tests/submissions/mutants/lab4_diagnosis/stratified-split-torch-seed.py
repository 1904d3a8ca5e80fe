# Seeds PyTorch's global generator, and ignores the one that comes in.
# loses: test-stratified-split-shuffled
# hint: split-ignores-generator
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    torch.manual_seed(0)
    targets = torch.as_tensor(targets)
    train, valid, test = [], [], []
    for c in targets.unique():
        idx = torch.where(targets == c)[0]
        idx = idx[torch.randperm(len(idx))].numpy()
        a = round(len(idx) * ratios[0] / sum(ratios))
        b = round(len(idx) * (ratios[0] + ratios[1]) / sum(ratios))
        train.append(idx[:a]); valid.append(idx[a:b]); test.append(idx[b:])
    return np.concatenate(train), np.concatenate(valid), np.concatenate(test)
