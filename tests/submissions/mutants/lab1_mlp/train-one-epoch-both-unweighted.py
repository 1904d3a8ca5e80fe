# Means of batch means, of the accuracy too.
# loses: test-train-one-epoch-metrics
# hint: mean-over-batches
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    losses, accuracies = [], []
    for x, one_hot in loader:
        probs = model(x)
        loss = criterion(probs, one_hot)
        losses.append(loss)
        accuracies.append(np.mean(probs.argmax(axis=1) == one_hot.argmax(axis=1)))
        optimizer.zero_grad()
        model.backward(criterion.backward())
        optimizer.step()
    return np.mean(losses), np.mean(accuracies)
