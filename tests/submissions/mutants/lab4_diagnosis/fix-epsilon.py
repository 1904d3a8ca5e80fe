# Adds a small number inside the logarithm.
# loses: test-fix-stable
# hint: probabilities-clipped
# %% fix
def cross_entropy(logits, targets):
    probs = torch.softmax(logits, dim=1)
    return -torch.log(probs[torch.arange(len(targets)), targets] + 1e-12).mean()
