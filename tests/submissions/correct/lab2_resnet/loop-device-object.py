# Makes a device of the argument; moves one batch like another; hands a closure on.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    device = torch.device(device)
    model.train()
    loss_sum, hits, seen = 0.0, 0, 0
    for x, targets in loader:
        x = x.to(device=device, dtype=torch.float32, non_blocking=True)
        targets = targets.to(device, torch.int64)

        def closure():
            optimizer.zero_grad()
            closure.logits = model(x)
            loss = criterion(closure.logits, targets)
            loss.backward()
            return loss

        loss_sum += optimizer.step(closure).item() * len(x)
        hits += (closure.logits.argmax(dim=1) == targets).sum().item()
        seen += len(x)
    return loss_sum / seen, hits / seen
# %% evaluate
def evaluate(model, loader, criterion, device):
    was_training = model.training
    model.eval()
    where = next(model.parameters())
    loss_sum, hits, seen = 0.0, 0, 0
    with torch.no_grad():
        for x, targets in loader:
            x, targets = x.to(where), targets.to(where.device)
            logits = model(x)
            loss_sum += criterion(logits, targets).item() * len(x)
            hits += (logits.argmax(dim=1) == targets).sum().item()
            seen += len(x)
    model.train(was_training)
    return loss_sum / seen, hits / seen
