# Saves the best weights in a file.
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    import os
    import tempfile

    history = History()
    best_accuracy = -1
    path = os.path.join(tempfile.mkdtemp(), "best.pt")
    for epoch in range(epochs):
        print(f"epoch {epoch + 1} of {epochs}")
        lr = optimizer.param_groups[0]["lr"]
        result = train_one_epoch(model, train_loader, criterion, optimizer, device)
        valid_loss, valid_accuracy = evaluate(model, valid_loader, criterion, device)
        history.append(result, (valid_loss, valid_accuracy), lr)
        if valid_accuracy > best_accuracy:
            best_accuracy = valid_accuracy
            torch.save(model.state_dict(), path)
        if scheduler is not None:
            scheduler.step()
    model.load_state_dict(torch.load(path, map_location=device))
    return history
