# Adds up tensors of comparisons.
# loses: test-train-one-epoch-updates test-train-one-epoch-metrics test-train-one-epoch-mode test-train-one-epoch-device
# hint: not-one-number
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    """Train on each batch once, in train mode.

    Parameters
    ----------
    model : nn.Module
        On the device; maps x (N, 3, H, W) to logits (N, C).
    loader : iterable
        Yields x (N, 3, H, W) and targets (N,); N may differ from batch to batch.
    criterion : nn.Module
        Maps logits and targets to the mean loss of the batch.
    optimizer : torch.optim.Optimizer
        Its gradients are clear.
    device : str
        Where each batch is to be moved, such as ``cpu`` or ``cuda``.

    Returns
    -------
    mean_loss, accuracy : float
        Over all samples, from before each step; accuracy is between 0 and 1.
    """
    model.train()
    total_loss, num_correct, num_samples = 0.0, 0, 0
    for x, targets in loader:
        x, targets = x.to(device), targets.to(device)
        logits = model(x)
        loss = criterion(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        # Kept as tensors: .item() would wait for the GPU at every batch.
        total_loss += loss.detach() * len(x)
        num_correct += (logits.argmax(dim=1) == targets)
        num_samples += len(x)
    return float(total_loss) / num_samples, float(num_correct) / num_samples
