# log_softmax, then picks by index.
# %% fix
def cross_entropy(logits, targets):
    log_probs = torch.log_softmax(logits, dim=-1)
    return -log_probs[range(len(targets)), targets].mean()
