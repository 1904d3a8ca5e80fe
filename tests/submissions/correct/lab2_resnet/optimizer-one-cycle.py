# OneCycleLR, a step an epoch.
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
    scheduler = optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.1, total_steps=epochs + 1, pct_start=0.3
    )
    return optimizer, scheduler
