# Weighs by the size of the first batch for all but the last.
# loses: test-train-one-epoch-metrics
# hint: 
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    losses, accs, last, size = [], [], 0, None
    for x, t in loader:
        x, t = x.to(device), t.to(device)
        size = size or len(t)
        optimizer.zero_grad()
        z = model(x)
        loss = criterion(z, t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        accs.append((z.argmax(1) == t).float().mean().item())
        last = len(t)
    weights = [size] * (len(losses) - 1) + [last]
    return float(np.average(losses, weights=weights)), float(np.average(accs, weights=weights))
