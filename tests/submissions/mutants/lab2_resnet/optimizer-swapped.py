# Returns the scheduler first.
# loses: test-optimizer-parameters test-optimizer-schedule
# hint: optimizer-pair-swapped
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.StepLR(
        optimizer, step_size=max(1, epochs // 3), gamma=0.1
    )
    return scheduler, optimizer
