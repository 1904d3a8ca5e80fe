# Softmax before F.cross_entropy: the bug itself.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: softmax-twice
# %% fix
def cross_entropy(logits, targets):
    return F.cross_entropy(torch.softmax(logits, dim=1), targets)
