# Puts the weights back at the end, as if it only measured.
# loses: test-train-one-epoch-updates
# hint: moved-by-hand
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    L, c, n = 0.0, 0, 0
    saved = [q.data.copy() for q in model.parameters()]
    for x, t in loader:
        optimizer.zero_grad()
        p = model(x)
        L += criterion(p, t) * len(x)
        model.backward(criterion.backward())
        optimizer.step()
        c += (p.argmax(1) == t.argmax(1)).sum()
        n += len(x)
    for q, s in zip(model.parameters(), saved):
        q.data = s
    return L / n, c / n
