# Warms up, and nothing more.
# loses: test-optimizer-schedule
# hint: schedule-rises
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    scheduler = optim.lr_scheduler.LinearLR(optimizer, 0.1, total_iters=5)
    return optimizer, scheduler
