# Leaves PyTorch for NumPy.
# loses: test-fix-gradient
# hint: gradient-cut
# %% fix
def cross_entropy(logits, targets):
    z = logits.detach().numpy()
    z = z - z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), targets.numpy()]
    return torch.tensor(losses.mean())
