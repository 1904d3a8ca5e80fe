# The logarithm of softmax: not stable.
# loses: test-fix-stable
# hint: loss-unstable
# %% fix
def cross_entropy(logits, targets):
    probs = torch.softmax(logits, dim=1)
    return -torch.log(probs[torch.arange(len(targets)), targets]).mean()
