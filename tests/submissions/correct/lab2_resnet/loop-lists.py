# Collects all predictions and compares at the end.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model = model.to(device)
    model.train(True)
    losses, sizes, predicted, true = [], [], [], []
    for i, (x, targets) in enumerate(loader):
        x, targets = x.to(device=device), targets.to(device=device)
        optimizer.zero_grad()
        logits = model(x)
        loss = criterion(logits, targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(targets.shape[0])
        predicted.extend(logits.detach().softmax(dim=1).argmax(dim=1).cpu().tolist())
        true.extend(targets.cpu().tolist())
    mean_loss = sum(a * b for a, b in zip(losses, sizes)) / sum(sizes)
    return mean_loss, sum(p == t for p, t in zip(predicted, true)) / len(true)
