# Looks at the first sample of a batch only.
# loses: test-evaluate-metrics
# hint: accuracy-batch-size-one
# %% evaluate
def evaluate(model, loader, criterion, device):
    was_training = model.training
    model.eval()
    running_loss, correct, total = 0.0, 0, 0
    with torch.no_grad():
        for inputs, labels in loader:
            inputs, labels = inputs.to(device), labels.to(device)
            outputs = model(inputs)
            loss = criterion(outputs, labels)
            running_loss += loss.item() * labels.size(0)
            predicted = outputs.argmax(dim=1)
            correct += int(predicted[0] == labels[0]) * labels.size(0)
            total += labels.size(0)
    model.train(was_training)
    return running_loss / total, correct / total
