# Clears the gradients itself, through model.parameters().
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    loss_sum = correct = count = 0
    for x, one_hot in loader:
        for p in model.parameters():
            p.grad = None
        probs = model(x)
        loss_sum += criterion(probs, one_hot) * len(x)
        correct += np.count_nonzero(probs.argmax(axis=1) == one_hot.argmax(axis=1))
        count += len(x)
        model.backward(criterion.backward())
        optimizer.step()
    return loss_sum / count, correct / count
