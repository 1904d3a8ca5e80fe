# Turns whatever comes into a float64 tensor; einsum for the chain rule.
# %% gradient-ratio
def gradient_norms(logits, targets):
    z = torch.as_tensor(logits, dtype=torch.float64)
    y = torch.as_tensor(targets)
    N = z.shape[0]
    P = torch.exp(z - torch.logsumexp(z, dim=1, keepdim=True))
    Y = torch.zeros_like(P)
    Y[torch.arange(N), y] = 1
    Q = torch.exp(P - torch.logsumexp(P, dim=1, keepdim=True))
    J = torch.diag_embed(P) - torch.einsum("ni,nj->nij", P, P)
    D = torch.einsum("nij,nj->ni", J, Q - Y) / N
    return ((P - Y) / N).pow(2).sum().sqrt().item(), D.pow(2).sum().sqrt().item()
