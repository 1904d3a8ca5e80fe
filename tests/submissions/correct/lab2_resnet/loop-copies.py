# Copies each batch into tensors that were made on the device.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    loss_sum, hits, seen = 0.0, 0, 0
    for images, labels in loader:
        x = torch.empty(images.shape, device=device).copy_(images)
        targets = torch.empty(len(x), dtype=torch.int64, device=device).copy_(labels)
        logits = model(x)
        loss = criterion(logits, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(x)
        hits += (logits.argmax(dim=1) == targets).sum().item()
        seen += len(x)
    return loss_sum / seen, hits / seen
