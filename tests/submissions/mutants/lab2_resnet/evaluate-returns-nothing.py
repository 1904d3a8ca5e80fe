# Returns nothing, so that nothing shows how it ran the model.
# loses: test-evaluate-metrics test-evaluate-mode test-evaluate-unchanged test-evaluate-device
# hint: nothing-returned
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
            correct += (predicted == labels).sum().item()
            total += labels.size(0)
    model.train(was_training)
