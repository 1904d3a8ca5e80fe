# Moves the batches to the notebook's own DEVICE.
# loses: test-evaluate-device
# hint: device-forgotten
# %% evaluate
def evaluate(model, loader, criterion, device):
    was_training = model.training
    model.eval()
    running_loss, correct, total = 0.0, 0, 0
    with torch.no_grad():
        for inputs, labels in loader:
            inputs, labels = inputs.to(DEVICE), labels.to(DEVICE)
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            running_loss += loss.item() * labels.size(0)
            correct += (outputs.argmax(dim=1) == labels).sum().item()
            total += labels.size(0)
    model.train(was_training)
    return running_loss / total, correct / total
