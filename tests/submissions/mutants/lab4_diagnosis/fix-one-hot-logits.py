# Binary cross-entropy of each class.
# loses: test-fix-value test-fix-stable test-fix-gradient
# %% fix
def cross_entropy(logits, targets):
    one_hot = F.one_hot(targets, logits.shape[1]).to(logits)
    return F.binary_cross_entropy_with_logits(logits, one_hot)
