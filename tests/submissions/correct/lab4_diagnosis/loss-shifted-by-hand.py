# Shifts each row by its largest logit; one-hot targets.
# %% fix
def cross_entropy(logits, targets):
    z = logits - logits.max(dim=1, keepdim=True).values
    log_norm = torch.log(torch.exp(z).sum(dim=1, keepdim=True))
    one_hot = F.one_hot(targets, logits.shape[1]).to(logits.dtype)
    return ((log_norm - z) * one_hot).sum() / len(logits)
