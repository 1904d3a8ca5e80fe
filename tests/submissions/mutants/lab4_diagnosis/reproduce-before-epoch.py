# Measures the loss over all batches before each epoch.
# loses: test-reproduce
# hint: loss-before-epoch
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        with torch.no_grad():
            losses.append(float(np.mean([model.loss(model(x), y).item() for x, y in loader])))
        for x, y in loader:
            opt.zero_grad()
            model.loss(model(x), y).backward()
            opt.step()
    return losses
