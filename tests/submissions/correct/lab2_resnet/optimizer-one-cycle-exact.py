# OneCycleLR of exactly so many epochs; its first rate is small.
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.Adam(model.parameters())
    return optimizer, optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.01, epochs=epochs, steps_per_epoch=1
    )
