# Keeps a deep copy of the model.
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history = History()
    best_model = None
    for epoch in range(epochs):
        lr = [group["lr"] for group in optimizer.param_groups][0]
        t = train_one_epoch(model, train_loader, criterion, optimizer, device)
        v = evaluate(model, valid_loader, criterion, device)
        history.append(train=t, valid=v, lr=lr)
        if best_model is None or v[1] > max(history.valid_accuracy[:-1]):
            best_model = copy.deepcopy(model)
        if scheduler is not None:
            scheduler.step()
    model.load_state_dict(best_model.state_dict())
    return history
