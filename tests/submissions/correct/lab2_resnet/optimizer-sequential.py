# A warm-up and a cosine in sequence.
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    warm = optim.lr_scheduler.LinearLR(optimizer, 0.1, total_iters=2)
    cosine = optim.lr_scheduler.CosineAnnealingLR(optimizer, max(1, epochs - 2))
    return optimizer, optim.lr_scheduler.SequentialLR(optimizer, [warm, cosine], [2])
