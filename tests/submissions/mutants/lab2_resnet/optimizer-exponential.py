# Falls by 5% an epoch: too slow for 10 epochs.
# loses: test-optimizer-schedule
# hint: schedule-too-slow
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.95)
    return optimizer, scheduler
