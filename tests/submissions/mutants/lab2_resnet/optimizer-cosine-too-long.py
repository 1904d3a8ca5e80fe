# A cosine of twice the epochs.
# loses: test-optimizer-schedule
# hint: schedule-too-slow
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2 * epochs)
    return optimizer, scheduler
