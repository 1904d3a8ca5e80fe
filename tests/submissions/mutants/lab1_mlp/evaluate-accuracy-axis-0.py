# argmax over the batch instead of over the classes.
# loses: test-evaluate
# hint: accuracy-wrong-axis
# %% evaluate
def evaluate(model, loader, criterion):
    loss_sum, correct, count = 0.0, 0, 0
    for x, one_hot in loader:
        probs = model(x)
        loss_sum += criterion(probs, one_hot) * len(x)
        correct += np.sum(probs.argmax(axis=0) == one_hot.argmax(axis=0))
        count += len(x)
    return loss_sum / count, correct / count
