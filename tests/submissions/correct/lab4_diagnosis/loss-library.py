# Leaves it to PyTorch: nll_loss of log_softmax.
# %% fix
def cross_entropy(logits, targets):
    return F.nll_loss(F.log_softmax(logits, dim=1), targets)
