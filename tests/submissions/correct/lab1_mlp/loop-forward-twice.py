# Runs forward once for the metrics and once more for the gradient, both before the step.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    loss_sum, correct, count = 0.0, 0, 0
    for x, one_hot in loader:
        predicted = model(x).argmax(axis=1)
        correct += (predicted == one_hot.argmax(axis=1)).sum()
        probs = model(x)
        loss_sum += criterion(probs, one_hot) * len(x)
        count += len(x)
        optimizer.zero_grad()
        model.backward(criterion.backward())
        optimizer.step()
    result = {"loss": loss_sum / count, "accuracy": correct / count}
    return result["loss"], result["accuracy"]
