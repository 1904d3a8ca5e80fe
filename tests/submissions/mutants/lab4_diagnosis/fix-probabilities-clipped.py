# Clips the probabilities.
# loses: test-fix-stable
# hint: probabilities-clipped
# %% fix
def cross_entropy(logits, targets):
    p = torch.softmax(logits, dim=1).clamp(1e-7, 1 - 1e-7)
    return F.nll_loss(torch.log(p), targets)
