# A loss for each sample.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: not-scalar
# %% fix
def cross_entropy(logits, targets):
    return F.cross_entropy(logits, targets, reduction='none')
