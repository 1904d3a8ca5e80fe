# Skips a smaller last batch.
# loses: test-train-one-epoch-updates test-train-one-epoch-metrics
# hint: last-batch-skipped
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    loss_sum, correct, count = 0.0, 0, 0
    size = None
    for x, one_hot in loader:
        size = size or len(x)
        if len(x) < size:
            break
        probs = model(x)
        loss = criterion(probs, one_hot)
        loss_sum += loss * len(x)
        correct += np.sum(probs.argmax(axis=1) == one_hot.argmax(axis=1))
        count += len(x)
        optimizer.zero_grad()
        model.backward(criterion.backward())
        optimizer.step()
    return loss_sum / count, correct / count
