# AdamW, with weight decay on matrices only, and a cosine.
# %% optimizer
def make_optimizer(model, epochs):
    decay = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = optim.AdamW(
        [{"params": decay, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}],
        lr=2e-3,
    )
    return optimizer, optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
