# Returns the loss of the mean probabilities.
# loses: test-evaluate
# hint: criterion-misused
# %% evaluate
def evaluate(model, loader, criterion):
    loss_sum, correct, count = 0.0, 0, 0
    for x, one_hot in loader:
        probs = model(x)
        loss_sum += criterion(probs.mean(axis=0, keepdims=True), one_hot.mean(axis=0, keepdims=True)) * len(x)
        correct += np.sum(probs.argmax(axis=1) == one_hot.argmax(axis=1))
        count += len(x)
    return loss_sum / count, correct / count
