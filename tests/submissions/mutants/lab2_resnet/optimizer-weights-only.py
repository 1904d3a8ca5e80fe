# Forgets biases and batch norm.
# loses: test-optimizer-parameters
# hint: optimizer-misses-parameters
# %% optimizer
def make_optimizer(model, epochs):
    optimizer = optim.SGD([p for p in model.parameters() if p.ndim > 1], lr=0.05, momentum=0.9, weight_decay=5e-4)
    scheduler = optim.lr_scheduler.StepLR(
        optimizer, step_size=max(1, epochs // 3), gamma=0.1
    )
    return optimizer, scheduler
