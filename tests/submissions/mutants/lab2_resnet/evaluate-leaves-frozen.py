# Freezes the parameters and forgets to thaw them.
# loses: test-evaluate-unchanged
# hint: left-frozen
# %% evaluate
def evaluate(model, loader, criterion, device):
    mode = model.training
    model.eval().requires_grad_(False)
    total = hits = n = 0
    for x, t in loader:
        x, t = x.to(device), t.to(device)
        z = model(x)
        total += criterion(z, t).item() * len(t)
        hits += (z.argmax(1) == t).sum().item()
        n += len(t)
    model.train(mode)
    return total / n, hits / n
