# Clones each tensor; a progress bar with numbers.
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history = History()
    best = {"accuracy": float("-inf"), "state": None}
    bar = tqdm(range(1, epochs + 1))
    for epoch in bar:
        current_lr = optimizer.param_groups[0]["lr"]
        train_loss, train_acc = train_one_epoch(
            model, train_loader, criterion, optimizer, device
        )
        val_loss, val_acc = evaluate(model, valid_loader, criterion, device)
        if scheduler:
            scheduler.step()
        history.append((train_loss, train_acc), (val_loss, val_acc), current_lr)
        bar.set_postfix(train=train_acc, valid=val_acc)
        if val_acc > best["accuracy"]:
            state = {k: v.detach().clone() for k, v in model.state_dict().items()}
            best = {"accuracy": val_acc, "state": state}
    model.load_state_dict(best["state"])
    return history
