# Makes a new model in each epoch.
# loses: test-reproduce
# hint: model-made-anew
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    curve = []
    for epoch in range(epochs):
        model = model_class()
        opt = torch.optim.SGD(model.parameters(), lr=lr)
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
