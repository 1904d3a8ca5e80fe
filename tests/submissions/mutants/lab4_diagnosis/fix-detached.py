# Detaches the logits.
# loses: test-fix-gradient
# hint: gradient-cut
# %% fix
def cross_entropy(logits, targets):
    z = logits.detach()
    return (torch.logsumexp(z, dim=1) - z.gather(1, targets[:, None])[:, 0]).mean()
