# Starts the loader anew for each batch.
# loses: test-train-one-epoch-metrics test-train-one-epoch-updates
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer):
    total = correct = total_loss = 0
    for _ in range(len(loader)):
        x, y = next(iter(loader))
        optimizer.zero_grad()
        p = model(x)
        total_loss += criterion(p, y) * len(x)
        correct += (p.argmax(1) == y.argmax(1)).sum()
        total += len(x)
        model.backward(criterion.backward())
        optimizer.step()
    return total_loss / total, correct / total
