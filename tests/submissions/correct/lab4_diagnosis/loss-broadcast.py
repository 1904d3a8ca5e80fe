# Subtracts a column from a row: (N, N), which has the same mean.
# %% fix
def cross_entropy(logits, targets):
    return (torch.logsumexp(logits, 1) - logits.gather(1, targets[:, None])).mean()
