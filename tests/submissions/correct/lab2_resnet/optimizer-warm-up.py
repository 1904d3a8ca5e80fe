# Warm-up from zero, then linear, by LambdaLR.
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.RMSprop(model.parameters(), lr=1e-3)
    warm = min(3, epochs)

    def factor(epoch):
        if epoch < warm:
            return epoch / warm
        return 0.05 + 0.95 * (epochs - 1 - epoch) / max(epochs - warm, 1)

    return optimizer, optim.lr_scheduler.LambdaLR(optimizer, factor)
