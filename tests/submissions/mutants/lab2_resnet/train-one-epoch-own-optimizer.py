# Makes an optimizer of its own.
# loses: test-train-one-epoch-updates
# hint: optimizer-not-used
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    lr = optimizer.param_groups[0]["lr"]
    optimizer = optim.SGD(model.parameters(), lr=lr)
    running_loss, correct, total = 0.0, 0, 0
    for inputs, labels in loader:
        inputs, labels = inputs.to(device), labels.to(device)
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, labels)
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * labels.size(0)
        correct += (outputs.argmax(dim=1) == labels).sum().item()
        total += labels.size(0)
    return running_loss / total, correct / total
