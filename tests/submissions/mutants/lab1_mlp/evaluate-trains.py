# Trains on the validation samples by hand.
# loses: test-evaluate
# hint: evaluate-changes-model
# %% evaluate
def evaluate(model, loader, criterion):
    loss_sum, correct, count = 0.0, 0, 0
    for x, one_hot in loader:
        probs = model(x)
        loss_sum += criterion(probs, one_hot) * len(x)
        correct += np.sum(probs.argmax(axis=1) == one_hot.argmax(axis=1))
        count += len(x)
        model.backward(criterion.backward())
        for p in model.parameters():
            p.data = p.data - 0.1 * p.grad
            p.grad = None
    return loss_sum / count, correct / count
