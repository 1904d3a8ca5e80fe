# The sum over the batch.
# loses: test-fix-value test-fix-gradient
# hint: sum-not-mean
# %% fix
def cross_entropy(logits, targets):
    return F.cross_entropy(logits, targets, reduction='sum')
