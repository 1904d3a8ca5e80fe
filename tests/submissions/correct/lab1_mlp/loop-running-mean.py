# Updates running means; picks the one-hot entry of the predicted class.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    mean_loss, accuracy, seen = 0.0, 0.0, 0
    for x, one_hot in loader:
        probs = model(x)
        loss = criterion(probs, one_hot)
        right = one_hot[np.arange(len(x)), np.argmax(probs, axis=1)].mean()
        share = len(x) / (seen + len(x))
        mean_loss += share * (loss - mean_loss)
        accuracy += share * (right - accuracy)
        seen += len(x)
        model.backward(criterion.backward())
        optimizer.step()
        optimizer.zero_grad()
    return mean_loss, accuracy
