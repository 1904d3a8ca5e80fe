# Steps on every second batch.
# loses: test-train-one-epoch-updates
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total_loss, hits, n = 0.0, 0, 0
    for i, (x, y) in enumerate(loader):
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss = criterion(logits, y)
        loss.backward()
        if i % 2 == 1 or i == len(loader) - 1:
            optimizer.step()
            optimizer.zero_grad()
        total_loss += loss.item() * len(y)
        hits += (logits.argmax(1) == y).sum().item()
        n += len(y)
    return total_loss / n, hits / n
