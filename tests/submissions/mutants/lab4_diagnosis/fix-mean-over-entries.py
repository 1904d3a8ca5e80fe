# The mean over all entries.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: mean-over-entries
# %% fix
def cross_entropy(logits, targets):
    one_hot = F.one_hot(targets, logits.shape[1])
    return -(one_hot * F.log_softmax(logits, dim=1)).mean()
