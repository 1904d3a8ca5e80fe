# Ignores lr.
# loses: test-reproduce
# hint: lr-ignored
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=0.01)
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
