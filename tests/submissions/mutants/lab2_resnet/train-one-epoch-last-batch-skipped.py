# Leaves out a batch that is not full.
# loses: test-train-one-epoch-updates test-train-one-epoch-metrics
# hint: last-batch-skipped
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total_loss, hits, n = 0.0, 0, 0
    batches = list(loader)
    for x, y in batches[:-1]:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        logits = model(x)
        loss = criterion(logits, y)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(y)
        hits += (logits.argmax(1) == y).sum().item()
        n += len(y)
    return total_loss / n, hits / n
