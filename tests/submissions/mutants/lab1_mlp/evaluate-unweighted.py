# Means of batch means.
# loses: test-evaluate
# hint: mean-over-batches
# %% evaluate
def evaluate(model, loader, criterion):
    loss_sum, correct, count = 0.0, 0, 0
    for x, one_hot in loader:
        probs = model(x)
        loss_sum += criterion(probs, one_hot)
        correct += np.mean(probs.argmax(axis=1) == one_hot.argmax(axis=1))
        count += 1
    return loss_sum / count, correct / count
