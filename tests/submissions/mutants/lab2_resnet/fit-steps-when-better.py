# scheduler.step() slipped into the if: the rate falls only after epochs that are better than all before.
# loses: test-fit-scheduler
# hint: scheduler-only-when-better
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history = History()
    best, state = -1.0, None
    for _ in range(epochs):
        lr = optimizer.param_groups[0]["lr"]
        train = train_one_epoch(model, train_loader, criterion, optimizer, device)
        valid = evaluate(model, valid_loader, criterion, device)
        history.append(train, valid, lr)
        if valid[1] > best:
            best, state = valid[1], copy.deepcopy(model.state_dict())
            if scheduler is not None:
                scheduler.step()
    if state is not None:
        model.load_state_dict(state)
    return history
