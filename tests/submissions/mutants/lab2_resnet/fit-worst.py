# Keeps the epoch with the lowest accuracy.
# loses: test-fit-best
# hint: first-epoch-kept
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history = History()
    best_accuracy, best_weights = 2.0, None
    for epoch in range(epochs):
        lr = optimizer.param_groups[0]["lr"]
        train = train_one_epoch(model, train_loader, criterion, optimizer, device)
        valid = evaluate(model, valid_loader, criterion, device)
        history.append(train, valid, lr)
        if scheduler is not None:
            scheduler.step()
        if valid[1] < best_accuracy:
            best_accuracy = valid[1]
            best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return history
