# Halves the rate once.
# loses: test-optimizer-schedule
# hint: schedule-too-slow
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.StepLR(
        optimizer, step_size=max(1, epochs // 2), gamma=0.5
    )
    return optimizer, scheduler
