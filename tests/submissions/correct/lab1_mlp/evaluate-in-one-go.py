# Puts all batches together and runs the model once; takes the loss's item.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    losses, hits, sizes = [], [], []
    for x, t in loader:
        p = model.forward(x)
        losses.append(criterion.forward(p, t).item() * x.shape[0])
        hits.extend(p.argmax(-1) == t.argmax(-1))
        sizes.append(x.shape[0])
        optimizer.zero_grad()
        model.backward(criterion.backward())
        optimizer.step()
    return sum(losses) / sum(sizes), float(np.mean(hits))
# %% evaluate
def evaluate(model, loader, criterion):
    batches = list(loader)
    x = np.concatenate([x for x, _ in batches])
    t = np.concatenate([t for _, t in batches])
    p = model(x)
    return float(criterion(p, t)), float((p.argmax(1) == t.argmax(1)).mean())
