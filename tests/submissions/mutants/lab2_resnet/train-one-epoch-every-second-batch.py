# "Gradient accumulation": a step every two batches, with the gradients of both (and an odd last batch is never used).
# loses: test-train-one-epoch-updates
# hint: step-every-second-batch
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, correct, n = 0.0, 0, 0
    for i, (x, targets) in enumerate(loader):
        x, targets = x.to(device), targets.to(device)
        logits = model(x)
        loss = criterion(logits, targets)
        (loss / 2).backward()
        if i % 2 == 1:
            optimizer.step()
            optimizer.zero_grad()
        total += loss.item() * len(x)
        correct += (logits.argmax(1) == targets).sum().item()
        n += len(x)
    return total / n, correct / n
