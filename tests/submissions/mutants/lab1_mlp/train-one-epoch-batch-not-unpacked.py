# Takes a batch for its images.
# loses: test-train-one-epoch-updates test-train-one-epoch-metrics
# hint: pair-not-unpacked
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    """Train on each batch once.

    Parameters
    ----------
    model : Module
        ``forward(x)`` gives probs (N, 10); ``backward(dlogits)`` fills the gradients.
    loader : iterable
        Yields x (N, 784) and one_hot (N, 10); N may differ from batch to batch.
    criterion : Module
        ``forward(probs, one_hot)`` gives the mean loss of the batch, ``backward()`` the
        gradient at the logits.
    optimizer : SGD

    Returns
    -------
    mean_loss, accuracy : float
        Over all samples; accuracy is between 0 and 1.
    """
    total_loss, num_correct, num_samples = 0.0, 0, 0
    for x in loader:
        one_hot = x[1]
        optimizer.zero_grad()
        probs = model(x)
        total_loss += float(criterion(probs, one_hot)) * len(x)
        num_correct += int((probs.argmax(axis=1) == one_hot.argmax(axis=1)).sum())
        num_samples += len(x)
        model.backward(criterion.backward())
        optimizer.step()
    return total_loss / num_samples, num_correct / num_samples
