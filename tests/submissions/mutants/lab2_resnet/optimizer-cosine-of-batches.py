# Counts the length in batches.
# loses: test-optimizer-schedule
# hint: schedule-by-step
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=391 * epochs)
    return optimizer, scheduler
