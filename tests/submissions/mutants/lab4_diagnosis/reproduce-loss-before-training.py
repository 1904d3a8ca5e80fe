# Begins the curve with the loss before training.
# loses: test-reproduce
# hint: loss-before-training
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    with torch.no_grad():
        losses = [np.mean([model.loss(model(x), y).item() for x, y in loader])]
    for epoch in range(epochs):
        total, n = 0, 0
        for x, y in loader:
            loss = model.loss(model(x), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += loss.item() * len(y)
            n += len(y)
        losses.append(total / n)
    return losses
