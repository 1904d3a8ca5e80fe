# Uses a global name instead of its argument.
# loses: test-evaluate
# hint: name-unknown
# %% evaluate
def evaluate(model, loader, criterion):
    loss_sum, correct, count = 0.0, 0, 0
    for x, one_hot in loader:
        probs = net(x)
        loss_sum += criterion(probs, one_hot) * len(x)
        correct += np.sum(probs.argmax(axis=1) == one_hot.argmax(axis=1))
        count += len(x)
    return loss_sum / count, correct / count
