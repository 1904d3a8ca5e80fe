# Counts every batch as a full one.
# loses: test-evaluate-metrics
# hint: mean-over-batches
# %% evaluate
def evaluate(model, loader, criterion, device):
    was_training = model.training
    model.eval()
    loss_sum, hits = 0.0, 0
    with torch.no_grad():
        for x, y in loader:
            x, y = x.to(device), y.to(device)
            logits = model(x)
            loss_sum += criterion(logits, y).item() * loader.batch_size
            hits += (logits.argmax(1) == y).sum().item()
    model.train(was_training)
    n = len(loader) * loader.batch_size
    return loss_sum / n, hits / n
