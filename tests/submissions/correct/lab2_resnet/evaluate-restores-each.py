# Restores the mode of every module, in a finally.
# %% evaluate
def evaluate(model, loader, criterion, device):
    modes = {module: module.training for module in model.modules()}
    try:
        model.eval()
        with torch.no_grad():
            loss_sum, correct, count = 0.0, 0.0, 0
            for x, targets in loader:
                x, targets = x.to(device), targets.to(device)
                logits = model(x)
                loss_sum += criterion(logits, targets).item() * len(targets)
                correct += (torch.argmax(logits, dim=1) == targets).sum().item()
                count += len(targets)
    finally:
        for module, mode in modes.items():
            module.training = mode
    return loss_sum / count, correct / count
