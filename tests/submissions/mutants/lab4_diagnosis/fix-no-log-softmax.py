# nll_loss of the logits.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: log-softmax-missing
# %% fix
def cross_entropy(logits, targets):
    return F.nll_loss(logits, targets)
