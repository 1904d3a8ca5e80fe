# Calls the model for each sample by itself.
# %% evaluate
def evaluate(model, loader, criterion):
    losses, hits = [], []
    for x, t in loader:
        for xi, ti in zip(x, t):
            p = model(xi.reshape(1, -1))
            losses.append(criterion(p, ti.reshape(1, -1)))
            hits.append(p.argmax() == ti.argmax())
    return float(np.mean(losses)), float(np.mean(hits))
