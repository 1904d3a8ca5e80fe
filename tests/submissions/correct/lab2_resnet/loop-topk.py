# topk, a running mean, and functions shared by both loops.
# %% train-one-epoch
def correct_in(logits, targets):
    return logits.topk(1, dim=1).indices.squeeze(1).eq(targets).sum().item()


def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    loss_mean, accuracy, seen = 0.0, 0.0, 0
    for x, targets in loader:
        x, targets = x.to(torch.device(device)), targets.to(torch.device(device))
        optimizer.zero_grad(set_to_none=True)
        logits = model(x)
        loss = criterion(logits, targets)
        loss.backward()
        optimizer.step()
        n = len(x)
        seen += n
        loss_mean += (loss.item() - loss_mean) * n / seen
        accuracy += (correct_in(logits, targets) / n - accuracy) * n / seen
    return loss_mean, accuracy
