# Calls backward.
# loses: test-evaluate-unchanged
# hint: evaluate-changes-model
# %% evaluate
def evaluate(model, loader, criterion, device):
    was_training = model.training
    model.eval()
    running_loss, correct, total = 0.0, 0, 0
    with torch.enable_grad():
        for inputs, labels in loader:
            inputs, labels = inputs.to(device), labels.to(device)
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            running_loss += loss.item() * labels.size(0)
            predicted = outputs.argmax(dim=1)
            correct += (predicted == labels).sum().item()
            total += labels.size(0)
    model.train(was_training)
    return running_loss / total, correct / total
