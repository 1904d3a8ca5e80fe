# Asks the model again for the accuracy, in eval mode.
# loses: test-train-one-epoch-metrics test-train-one-epoch-mode
# hint: metrics-after-step train-mode-left
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    running_loss, correct, total = 0.0, 0, 0
    for inputs, labels in loader:
        inputs, labels = inputs.to(device), labels.to(device)
        model.train()
        optimizer.zero_grad()
        loss = criterion(model(inputs), labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * labels.size(0)
        model.eval()
        with torch.no_grad():
            correct += (model(inputs).argmax(dim=1) == labels).sum().item()
        total += labels.size(0)
    return running_loss / total, correct / total
