# Smooths the labels.
# loses: test-fix-value test-fix-stable test-fix-gradient
# %% fix
def cross_entropy(logits, targets):
    return F.cross_entropy(logits, targets, label_smoothing=0.1)
