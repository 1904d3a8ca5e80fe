# A scheduler that wants a number at every step.
# loses: test-optimizer-parameters test-optimizer-schedule
# hint: schedule-by-step
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=2)
    return optimizer, scheduler
