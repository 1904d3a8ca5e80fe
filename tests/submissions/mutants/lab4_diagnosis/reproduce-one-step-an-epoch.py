# Collects the gradients of all batches, and steps once an epoch.
# loses: test-reproduce
# hint: step-once-per-epoch
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        total, n = 0, 0
        opt.zero_grad()
        for x, y in loader:
            loss = model.loss(model(x), y)
            loss.backward()
            total += loss.item() * len(y)
            n += len(y)
        opt.step()
        losses.append(total / n)
    return losses
