# The binary logarithm.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: wrong-log-base
# %% fix
def cross_entropy(logits, targets):
    return F.cross_entropy(logits, targets) / math.log(2)
