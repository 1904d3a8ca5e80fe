# ExponentialLR that depends on the number of epochs.
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.05)
    gamma = 0.01 ** (1 / max(1, epochs - 1))
    return optimizer, optim.lr_scheduler.ExponentialLR(optimizer, gamma)
