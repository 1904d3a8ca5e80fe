# Weights each loss by the batch's share of the samples.
# loses: test-train-one-epoch-updates
# hint: loss-divided-by-batches
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total_loss, num_correct, num_samples = 0.0, 0, 0
    batches = list(loader)
    n = sum(len(x) for x, _ in batches)
    for x, targets in batches:
        x, targets = x.to(device), targets.to(device)
        logits = model(x)
        loss = criterion(logits, targets)
        optimizer.zero_grad()
        (loss * len(x) / n).backward()
        optimizer.step()
        total_loss += loss.item() * len(x)
        num_correct += (logits.argmax(dim=1) == targets).sum().item()
        num_samples += len(x)
    return total_loss / num_samples, num_correct / num_samples
