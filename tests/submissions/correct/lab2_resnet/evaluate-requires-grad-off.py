# Turns off requires_grad of all parameters for the time being, restores each flag after.
# %% evaluate
def evaluate(model, loader, criterion, device):
    mode = model.training
    flags = [(p, p.requires_grad) for p in model.parameters()]
    model.eval()
    model.requires_grad_(False)
    try:
        total = hits = n = 0
        for x, t in loader:
            x, t = x.to(device), t.to(device)
            z = model(x)
            assert not z.requires_grad
            total += criterion(z, t).item() * len(t)
            hits += (z.argmax(1) == t).sum().item()
            n += len(t)
    finally:
        for p, flag in flags:
            p.requires_grad_(flag)
        model.train(mode)
    return total / n, hits / n
