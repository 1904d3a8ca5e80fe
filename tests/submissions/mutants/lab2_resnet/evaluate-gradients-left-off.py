# Switches gradients off for the whole program and never on again: nothing can be trained afterwards.
# loses: test-evaluate-unchanged
# hint: gradients-left-off
# %% evaluate
def evaluate(model, loader, criterion, device):
    was_training = model.training
    model.eval()
    torch.set_grad_enabled(False)
    total, correct, n = 0.0, 0, 0
    for x, targets in loader:
        x, targets = x.to(device), targets.to(device)
        logits = model(x)
        total += criterion(logits, targets).item() * len(x)
        correct += (logits.argmax(1) == targets).sum().item()
        n += len(x)
    model.train(was_training)
    return total / n, correct / n
