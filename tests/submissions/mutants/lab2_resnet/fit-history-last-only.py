# Records the last epoch only.
# loses: test-fit-history
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history = History()
    best_accuracy, best_weights = -1.0, None
    for epoch in range(epochs):
        lr = optimizer.param_groups[0]["lr"]
        train = train_one_epoch(model, train_loader, criterion, optimizer, device)
        valid = evaluate(model, valid_loader, criterion, device)
        if scheduler is not None:
            scheduler.step()
        if valid[1] > best_accuracy:
            best_accuracy = valid[1]
            best_weights = copy.deepcopy(model.state_dict())
    history.append(train, valid, lr)
    model.load_state_dict(best_weights)
    return history
