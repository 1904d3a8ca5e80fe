# Runs all batches, then computes on everything at once.
# %% evaluate
def evaluate(model, loader, criterion, device):
    training = model.training
    model.eval()
    outputs, labels = [], []
    with torch.no_grad():
        for x, y in loader:
            outputs.append(model(x.to(device)))
            labels.append(y.to(device))
        logits, targets = torch.cat(outputs), torch.cat(labels)
        loss = criterion(logits, targets).item()
    if training:
        model.train()
    return loss, (logits.argmax(1) == targets).float().mean().item()
