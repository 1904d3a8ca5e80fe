# Detaches the normalization, so that its gradient is lost.
# loses: test-fix-gradient
# %% fix
def cross_entropy(logits, targets):
    log_sum = torch.logsumexp(logits, dim=1).detach()
    return (log_sum - logits.gather(1, targets[:, None])[:, 0]).mean()
