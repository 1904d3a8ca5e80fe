# Hands the optimizer the model.
# loses: test-optimizer-parameters test-optimizer-schedule
# hint: model-for-parameters
# %% optimizer
def make_optimizer(model, epochs):
    """Make an optimizer and the schedule of its learning rate.

    Parameters
    ----------
    model : nn.Module
    epochs : int
        How many epochs the training will last.

    Returns
    -------
    optimizer : torch.optim.Optimizer
        Of all the model's parameters.
    scheduler : torch.optim.lr_scheduler.LRScheduler
        To be stepped once after every epoch.
    """
    optimizer = optim.SGD(
        model, lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True
    )
    return optimizer, optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs)
