# Collects what every batch gave, and takes weighted means at the end.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    losses, hits, sizes = [], [], []
    for x, one_hot in loader:
        optimizer.zero_grad()
        probs = model(x)
        losses.append(criterion(probs, one_hot))
        hits.append(np.mean(np.argmax(probs, axis=-1) == np.argmax(one_hot, axis=-1)))
        sizes.append(len(x))
        model.backward(criterion.backward())
        optimizer.step()
        optimizer.zero_grad()
    return np.average(losses, weights=sizes), np.average(hits, weights=sizes)
# %% evaluate
def evaluate(model, loader, criterion):
    losses, hits, sizes = [], [], []
    for x, one_hot in loader:
        probs = model(x)
        losses.append(criterion(probs, one_hot))
        hits.append(np.mean(np.argmax(probs, axis=-1) == np.argmax(one_hot, axis=-1)))
        sizes.append(len(x))
    return np.average(losses, weights=sizes), np.average(hits, weights=sizes)
