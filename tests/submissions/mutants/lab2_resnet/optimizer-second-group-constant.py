# Two groups, of which the second keeps its rate.
# loses: test-optimizer-schedule
# hint: schedule-constant
# %% optimizer
def make_optimizer(model, epochs):
    weights = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = optim.SGD([{"params": weights}, {"params": others}], lr=0.1)
    falling = [lambda epoch: 0.9 ** (30 * epoch / epochs), lambda epoch: 1.0]
    return optimizer, optim.lr_scheduler.LambdaLR(optimizer, falling)
