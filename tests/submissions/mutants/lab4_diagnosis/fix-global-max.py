# Shifts all rows by the largest logit of all.
# loses: test-fix-stable
# hint: global-max
# %% fix
def cross_entropy(logits, targets):
    z = logits - logits.max()
    log_sum = torch.log(torch.exp(z).sum(dim=1))
    return (log_sum - z[torch.arange(len(z)), targets]).mean()
