# Clears after the step; sums in tensors; returns tensors.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    loss_sum = torch.zeros((), device=device)
    hits = torch.zeros((), device=device)
    count = 0
    for x, y in loader:
        x = x.to(device, non_blocking=True)
        y = y.to(device, non_blocking=True)
        logits = model(x)
        loss = criterion(logits, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
        loss_sum += loss.detach() * y.numel()
        hits += torch.sum(logits.detach().max(1)[1].eq(y))
        count += y.numel()
    return loss_sum / count, hits / count
# %% evaluate
@torch.no_grad()
def evaluate(model, loader, criterion, device):
    mode = model.training
    model.eval()
    loss_sum = torch.zeros((), device=device)
    hits = torch.zeros((), device=device)
    count = 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        logits = model(x)
        loss_sum += criterion(logits, y) * y.numel()
        hits += torch.sum(logits.max(1).indices.eq(y))
        count += y.numel()
    model.train(mode)
    return loss_sum / count, hits / count
