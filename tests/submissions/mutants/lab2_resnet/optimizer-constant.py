# A scheduler that keeps the rate.
# loses: test-optimizer-schedule
# hint: schedule-constant
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.StepLR(
        optimizer, step_size=max(1, epochs // 3), gamma=1.0
    )
    return optimizer, scheduler
