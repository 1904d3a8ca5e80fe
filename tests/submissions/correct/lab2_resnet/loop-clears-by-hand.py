# Clears each parameter's gradient before backward; counts on the CPU.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, right, loss_total = 0, 0, 0.0
    for x, y in loader:
        out = model(x.to(device))
        loss = criterion(out, y.to(device))
        for p in model.parameters():
            p.grad = None
        loss.backward()
        optimizer.step()
        loss_total += float(loss) * len(y)
        right += int((out.argmax(1).cpu() == y.cpu()).sum())
        total += len(y)
    return (loss_total / total, right / total)
