# One argmax for the whole batch.
# loses: test-train-one-epoch-metrics
# hint: accuracy-batch-size-one
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    loss_sum, correct, count = 0.0, 0, 0
    for x, one_hot in loader:
        probs = model(x)
        loss = criterion(probs, one_hot)
        loss_sum += loss * len(x)
        correct += int(np.argmax(probs) == np.argmax(one_hot))
        count += len(x)
        optimizer.zero_grad()
        model.backward(criterion.backward())
        optimizer.step()
    return loss_sum / count, correct / count
