# Records the share of mistakes instead of the loss.
# loses: test-reproduce
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    curve = []
    for epoch in range(epochs):
        total = n = 0
        for x, y in loader:
            loss = model.loss(model(x), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += (model(x).argmax(1) != y).sum().item()
            n += len(y)
        curve.append(total / n)
    return curve
