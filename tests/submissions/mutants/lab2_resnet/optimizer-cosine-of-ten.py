# A cosine of 10 epochs rises again when training lasts longer.
# loses: test-optimizer-schedule
# hint: schedule-rises-again
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
    return optimizer, scheduler
