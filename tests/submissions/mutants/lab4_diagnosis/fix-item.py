# Returns a Python number.
# loses: test-fix-gradient
# hint: gradient-cut
# %% fix
def cross_entropy(logits, targets):
    return F.cross_entropy(logits, targets).item()
