# Fills the History's lists by hand, and rates from the scheduler.
# %% fit
def fit(
    model, train_loader, valid_loader, criterion, optimizer, scheduler, epochs, device
):
    history = History()
    best_epoch, weights = -1, None
    for epoch in range(epochs):
        lr = scheduler.get_last_lr()[0] if scheduler else optimizer.param_groups[0]["lr"]
        loss, accuracy = train_one_epoch(
            model, train_loader, criterion, optimizer, device
        )
        history.train_loss.append(loss)
        history.train_accuracy.append(accuracy)
        loss, accuracy = evaluate(model, valid_loader, criterion, device)
        history.valid_loss.append(loss)
        history.valid_accuracy.append(accuracy)
        history.lr.append(lr)
        if best_epoch < 0 or accuracy > history.valid_accuracy[best_epoch]:
            best_epoch = epoch
            weights = {k: v.clone() for k, v in model.state_dict().items()}
        if scheduler is not None:
            scheduler.step()
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            tensor.copy_(weights[name])
    return history
