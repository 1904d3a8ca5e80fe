# Picks every target's column in every row.
# loses: test-fix-value test-fix-gradient
# hint: every-pair
# %% fix
def cross_entropy(logits, targets):
    return -F.log_softmax(logits, dim=1)[:, targets].mean()
