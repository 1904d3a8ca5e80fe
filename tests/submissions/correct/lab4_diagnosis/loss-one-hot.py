# One-hot targets times log_softmax.
# %% fix
def cross_entropy(logits, targets):
    one_hot = F.one_hot(targets, num_classes=logits.shape[1]).to(logits.dtype)
    return -(one_hot * logits.log_softmax(-1)).sum(-1).mean()
