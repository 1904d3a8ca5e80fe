# Transforms the batch that the loader has transformed already.
# loses: test-train-one-epoch-updates test-train-one-epoch-metrics
# hint: batch-changed
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    total, hits, n = 0.0, 0, 0
    for x, t in loader:
        optimizer.zero_grad()
        p = model(transform(x))
        total += criterion(p, t) * len(x)
        hits += (p.argmax(1) == t.argmax(1)).sum()
        n += len(x)
        model.backward(criterion.backward())
        optimizer.step()
    return total / n, hits / n
