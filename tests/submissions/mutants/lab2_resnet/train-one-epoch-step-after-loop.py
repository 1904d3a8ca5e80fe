# Clears in the loop, steps once after it.
# loses: test-train-one-epoch-updates
# hint: step-once-by-last-batch
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total_loss, num_correct, num_samples = 0.0, 0, 0
    for x, targets in loader:
        x, targets = x.to(device), targets.to(device)
        logits = model(x)
        loss = criterion(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        total_loss += loss.item() * len(x)
        num_correct += (logits.argmax(dim=1) == targets).sum().item()
        num_samples += len(x)
    optimizer.step()
    return total_loss / num_samples, num_correct / num_samples
