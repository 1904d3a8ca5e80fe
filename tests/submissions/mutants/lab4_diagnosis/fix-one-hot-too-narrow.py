# The one-hot targets end at the largest one that occurs.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: one-hot-too-narrow
# %% fix
def cross_entropy(logits, targets):
    log_probs = F.log_softmax(logits, dim=1)
    return -(F.one_hot(targets) * log_probs).sum(dim=1).mean()
