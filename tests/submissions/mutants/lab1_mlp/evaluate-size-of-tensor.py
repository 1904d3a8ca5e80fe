# Asks an array for size(0).
# loses: test-evaluate
# hint: not-callable
# %% evaluate
def evaluate(model, loader, criterion):
    """Return mean loss and accuracy over all samples, changing nothing.

    The arguments are those of `train_one_epoch`, and so are the results.
    """
    loss_sum, hits, seen = 0.0, 0, 0
    for x, one_hot in loader:
        probs = model(x)
        loss_sum += float(criterion(probs, one_hot)) * x.size(0)
        hits += int(np.sum(np.argmax(probs, 1) == np.argmax(one_hot, 1)))
        seen += x.size(0)
    return loss_sum / seen, hits / seen
