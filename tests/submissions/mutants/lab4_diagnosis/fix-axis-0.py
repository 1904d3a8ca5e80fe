# Softmax over the samples.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: softmax-wrong-axis
# %% fix
def cross_entropy(logits, targets):
    return F.nll_loss(F.log_softmax(logits, dim=0), targets)
