# Keeps the weights from before the best epoch.
# loses: test-fit-best
# hint: kept-before-epoch
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history = History()
    best_accuracy, best_weights = -1.0, None
    for epoch in range(epochs):
        lr = optimizer.param_groups[0]["lr"]
        before = copy.deepcopy(model.state_dict())
        train = train_one_epoch(model, train_loader, criterion, optimizer, device)
        valid = evaluate(model, valid_loader, criterion, device)
        history.append(train, valid, lr)
        if scheduler is not None:
            scheduler.step()
        if valid[1] > best_accuracy:
            best_accuracy = valid[1]
            best_weights = before
    model.load_state_dict(best_weights)
    return history
