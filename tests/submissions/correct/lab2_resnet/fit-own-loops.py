# Writes both loops into fit.
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history, best, kept = History(), -1.0, None
    for _ in range(epochs):
        lr = optimizer.param_groups[0]["lr"]
        results = []
        for loader, training in ((train_loader, True), (valid_loader, False)):
            model.train(training)
            loss_sum, hits, n = 0.0, 0, 0
            with torch.set_grad_enabled(training):
                for x, y in loader:
                    x, y = x.to(device), y.to(device)
                    logits = model(x)
                    loss = criterion(logits, y)
                    if training:
                        optimizer.zero_grad()
                        loss.backward()
                        optimizer.step()
                    loss_sum += loss.item() * len(y)
                    hits += (logits.argmax(1) == y).sum().item()
                    n += len(y)
            results.append((loss_sum / n, hits / n))
        history.append(*results, lr)
        if results[1][1] > best:
            best, kept = results[1][1], copy.deepcopy(model.state_dict())
        if scheduler is not None:
            scheduler.step()
    model.load_state_dict(kept)
    return history
