# Clips the norm of the gradients at a large value, and prints.
# %% train-one-epoch
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    meter = {"loss": 0.0, "hits": 0, "n": 0}
    for step, (x, y) in enumerate(loader):
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        logits = model(x)
        loss = criterion(logits, y)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimizer.step()
        meter["loss"] += loss.item() * x.shape[0]
        meter["hits"] += (logits.argmax(dim=1) == y).sum().item()
        meter["n"] += x.shape[0]
        if step % 100 == 0:
            print(f"step {step}: loss {loss.item():.4f}")
    return meter["loss"] / meter["n"], meter["hits"] / meter["n"]
