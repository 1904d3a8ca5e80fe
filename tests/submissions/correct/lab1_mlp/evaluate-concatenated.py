# Evaluates all probabilities at once.
# %% evaluate
def evaluate(model, loader, criterion):
    probs, targets = [], []
    for x, one_hot in loader:
        probs.append(model(x))
        targets.append(one_hot)
    probs, targets = np.concatenate(probs), np.vstack(targets)
    accuracy = np.mean(probs.argmax(axis=1) == targets.argmax(axis=1))
    return criterion(probs, targets), accuracy
