# Grows by a tenth an epoch.
# loses: test-optimizer-schedule
# hint: schedule-rises
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return optimizer, optim.lr_scheduler.ExponentialLR(optimizer, gamma=1.1)
