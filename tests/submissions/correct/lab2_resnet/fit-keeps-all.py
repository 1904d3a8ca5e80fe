# Keeps the weights of every epoch; argmax finds the earliest best; no rates recorded.
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history, states = History(), []
    for _ in range(epochs):
        history.append(
            train_one_epoch(model, train_loader, criterion, optimizer, device),
            evaluate(model, valid_loader, criterion, device),
        )
        states.append(copy.deepcopy(model.state_dict()))
        if scheduler is not None:
            scheduler.step()
    model.load_state_dict(states[int(np.argmax(history.valid_accuracy))])
    return history
