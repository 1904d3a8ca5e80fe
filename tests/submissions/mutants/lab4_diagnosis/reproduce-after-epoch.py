# Measures the loss over all batches when the epoch is over.
# loses: test-reproduce
# hint: loss-after-epoch
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        for x, y in loader:
            opt.zero_grad()
            model.loss(model(x), y).backward()
            opt.step()
        with torch.no_grad():
            total = sum(model.loss(model(x), y).item() * len(y) for x, y in loader)
            n = sum(len(y) for _, y in loader)
        losses.append(total / n)
    return losses
