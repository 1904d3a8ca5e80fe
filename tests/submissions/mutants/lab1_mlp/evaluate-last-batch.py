# Resets its sums at every batch.
# loses: test-evaluate
# hint: last-batch-only
# %% evaluate
def evaluate(model, loader, criterion):
    for x, one_hot in loader:
        loss_sum, correct, count = 0.0, 0, 0
        probs = model(x)
        loss_sum += criterion(probs, one_hot) * len(x)
        correct += np.sum(probs.argmax(axis=1) == one_hot.argmax(axis=1))
        count += len(x)
    return loss_sum / count, correct / count
