# model.zero_grad, torch.max, len(loader.dataset), NumPy numbers.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    running_loss = 0.0
    running_corrects = 0
    for inputs, labels in tqdm(loader, leave=False):
        inputs = inputs.to(device)
        labels = labels.to(device)
        model.zero_grad()
        with torch.set_grad_enabled(True):
            outputs = model(inputs)
            _, preds = torch.max(outputs, 1)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
        running_loss += loss.item() * inputs.size(0)
        running_corrects += torch.sum(preds == labels.data)
    epoch_loss = running_loss / len(loader.dataset)
    epoch_acc = running_corrects.double() / len(loader.dataset)
    return np.float64(epoch_loss), epoch_acc.cpu().numpy()
# %% evaluate
def evaluate(model, loader, criterion, device):
    before = model.training
    model.eval()
    losses, right, n = [], [], []
    with torch.inference_mode():
        for batch in loader:
            inputs, labels = (t.to(device) for t in batch)
            outputs = model(inputs)
            losses.append(criterion(outputs, labels).item())
            right.append((outputs.argmax(-1) == labels).float().mean().item())
            n.append(len(labels))
    model.train(before)
    return np.average(losses, weights=n), np.average(right, weights=n)
