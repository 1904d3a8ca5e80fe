# Takes the largest logit away in the sum alone.
# loses: test-fix-value test-fix-stable test-fix-gradient
# hint: max-not-added
# %% fix
def cross_entropy(logits, targets):
    m = logits.max(dim=1, keepdim=True).values
    lse = torch.log(torch.exp(logits - m).sum(dim=1))
    return (lse - logits[torch.arange(len(targets)), targets]).mean()
