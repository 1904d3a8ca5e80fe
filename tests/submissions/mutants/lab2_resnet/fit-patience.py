# Stops after five epochs without gain.
# loses: test-fit-history
# hint: early-stopping
# %% fit
def fit(model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device):
    history, best, state, waited = History(), -1.0, None, 0
    for epoch in range(epochs):
        lr = optimizer.param_groups[0]["lr"]
        train = train_one_epoch(model, train_loader, criterion, optimizer, device)
        valid = evaluate(model, valid_loader, criterion, device)
        history.append(train, valid, lr)
        waited += 1
        if valid[1] > best:
            best, state, waited = valid[1], copy.deepcopy(model.state_dict()), 0
        if scheduler is not None:
            scheduler.step()
        if waited == 5:
            break
    model.load_state_dict(state)
    return history
