# nll_loss of the probabilities.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: loss-of-probabilities
# %% fix
def cross_entropy(logits, targets):
    return F.nll_loss(torch.softmax(logits, dim=1), targets)
