# Calls an array's method on a tensor.
# loses: test-evaluate-metrics test-evaluate-mode test-evaluate-unchanged test-evaluate-device
# hint: array-habit
# %% evaluate
def evaluate(model, loader, criterion, device):
    """Return mean loss and accuracy over all samples, in eval mode.

    The arguments are those of `train_one_epoch`, and so are the results. Nothing is
    changed: no gradient is computed, and the model's mode is restored.
    """
    was_training = model.training
    model.eval()
    loss_sum, hits, seen = 0.0, 0, 0
    with torch.no_grad():
        for x, targets in loader:
            x, targets = x.to(device), targets.to(device)
            logits = model(x)
            loss_sum += criterion(logits, targets) * len(x)
            hits += (logits.argmax(dim=1) == targets).astype(int).sum()
            seen += len(x)
    model.train(was_training)
    return float(loss_sum) / seen, float(hits) / seen
