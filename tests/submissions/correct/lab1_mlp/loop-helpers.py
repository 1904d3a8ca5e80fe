# Helper functions of its own, the batches in a list first, a loss computed as Python float.
# %% train-one-epoch
def count_hits(probs, one_hot):
    """Number of samples whose true class has the highest probability."""
    return int((probs.argmax(axis=1) == one_hot.argmax(axis=1)).sum())


def train_one_epoch(model, loader, criterion, optimizer):
    batches = list(loader)
    n = sum(len(x) for x, _ in batches)
    total, hits = 0.0, 0
    for x, one_hot in batches:
        probs = model.forward(x)
        total += float(criterion.forward(probs, one_hot)) * len(x)
        hits += count_hits(probs, one_hot)
        dlogits = criterion.backward()
        optimizer.zero_grad()
        model.backward(dlogits)
        optimizer.step()
    return total / n, hits / n
# %% evaluate
def evaluate(model, loader, criterion):
    total, hits, n = 0.0, 0, 0
    for x, one_hot in loader:
        probs = model.forward(x)
        total += float(criterion.forward(probs, one_hot)) * len(x)
        hits += count_hits(probs, one_hot)
        n += len(x)
    return total / n, hits / n
