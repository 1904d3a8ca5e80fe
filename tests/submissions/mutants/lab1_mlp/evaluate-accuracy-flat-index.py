# Indexes the first row by the flat argmax, which only fits a batch of one.
# loses: test-evaluate
# hint: accuracy-batch-size-one
# %% evaluate
def evaluate(model, loader, criterion):
    loss_sum, correct, count = 0.0, 0, 0
    for x, one_hot in loader:
        probs = model(x)
        loss_sum += criterion(probs, one_hot) * len(x)
        correct += one_hot[0, np.argmax(probs)]
        count += len(x)
    return loss_sum / count, correct / count
