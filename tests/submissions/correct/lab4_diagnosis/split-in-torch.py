# Takes PyTorch's generator; training gets what is left. Tensors of indices.
# %% stratified-split
def split_indices(targets, ratios=(3, 1, 1), generator=None):
    targets = torch.as_tensor(targets)
    r = torch.tensor(ratios, dtype=torch.float64)
    r = r / r.sum()
    parts = [[], [], []]
    for c in targets.unique():
        idx = (targets == c).nonzero().squeeze(1)
        idx = idx[torch.randperm(len(idx), generator=generator)]
        n_valid, n_test = int(r[1] * len(idx)), int(r[2] * len(idx))
        parts[1].append(idx[:n_valid])
        parts[2].append(idx[n_valid : n_valid + n_test])
        parts[0].append(idx[n_valid + n_test :])
    return [torch.cat(p) for p in parts]
