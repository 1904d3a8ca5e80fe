# Shrinks all weights in the loop.
# loses: test-train-one-epoch-updates
# hint: moved-by-hand
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    L, c, n = 0.0, 0, 0
    for x, t in loader:
        optimizer.zero_grad()
        p = model(x)
        L += criterion(p, t) * len(x)
        model.backward(criterion.backward())
        optimizer.step()
        for q in model.parameters():
            q.data *= 1 - 1e-3
        c += (p.argmax(1) == t.argmax(1)).sum()
        n += len(x)
    return L / n, c / n
