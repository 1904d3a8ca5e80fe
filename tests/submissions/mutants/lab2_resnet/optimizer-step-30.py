# Divides by 10 every 30 epochs.
# loses: test-optimizer-schedule
# hint: schedule-late
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.StepLR(
        optimizer, step_size=30, gamma=0.1
    )
    return optimizer, scheduler
