# The scheduler belongs to another optimizer.
# loses: test-optimizer-schedule
# hint: schedule-constant
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.StepLR(
        optim.SGD(model.parameters(), lr=0.05), step_size=max(1, epochs // 3), gamma=0.1
    )
    return optimizer, scheduler
