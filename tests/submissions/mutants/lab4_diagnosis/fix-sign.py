# Forgets the minus.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: sign-flipped
# %% fix
def cross_entropy(logits, targets):
    return F.log_softmax(logits, dim=1)[torch.arange(len(targets)), targets].mean()
