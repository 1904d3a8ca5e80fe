# Loops over a number.
# loses: test-fit-history test-fit-best test-fit-scheduler
# hint: range-missing
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    """Train for several epochs; leave the model with the weights of the best one.

    Parameters
    ----------
    model, criterion, optimizer, device
        As in `train_one_epoch`.
    train_loader, valid_loader : iterable
        What to train on, and what to validate on after each epoch.
    scheduler : torch.optim.lr_scheduler.LRScheduler or None
        Stepped once after every epoch.
    epochs : int

    Returns
    -------
    History
        An entry an epoch: ``history.append(train, valid, lr)`` with what
        `train_one_epoch` and `evaluate` returned and the epoch's learning rate.
    """
    history, best_accuracy, best_state = History(), -1.0, None
    for _ in tqdm(epochs, "training", unit="epoch", leave=False):
        lr = optimizer.param_groups[0]["lr"]
        train = train_one_epoch(model, train_loader, criterion, optimizer, device)
        valid = evaluate(model, valid_loader, criterion, device)
        history.append(train, valid, lr)
        if valid[1] > best_accuracy:
            best_accuracy, best_state = valid[1], copy.deepcopy(model.state_dict())
        if scheduler is not None:
            scheduler.step()
    model.load_state_dict(best_state)
    return history
