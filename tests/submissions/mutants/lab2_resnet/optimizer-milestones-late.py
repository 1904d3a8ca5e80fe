# Divides at the 60th epoch, at the 120th and at the 160th.
# loses: test-optimizer-schedule
# hint: schedule-late
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = optim.lr_scheduler.MultiStepLR(optimizer, [60, 120, 160], gamma=0.2)
    return optimizer, scheduler
