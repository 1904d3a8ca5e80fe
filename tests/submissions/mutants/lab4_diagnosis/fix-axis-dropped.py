# The sum over the classes loses its axis.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: shapes-do-not-fit
# %% fix
def cross_entropy(logits, targets):
    shifted = logits - logits.max(dim=1, keepdim=True).values
    log_probs = shifted - shifted.exp().sum(dim=1).log()
    return -log_probs[torch.arange(len(targets)), targets].mean()
