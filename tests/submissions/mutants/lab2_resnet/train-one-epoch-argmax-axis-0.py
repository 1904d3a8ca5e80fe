# Takes the argmax over the batch.
# loses: test-train-one-epoch-metrics
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    loss_sum, hits, n = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        logits = model(x)
        loss = criterion(logits, y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(y)
        top = logits.argmax(dim=0)
        hits += (top[: len(y)] == y[: len(top)]).sum().item()
        n += len(y)
    return loss_sum / n, hits / n
