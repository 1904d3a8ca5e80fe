# Adds up from the first epoch on.
# loses: test-reproduce
# hint: sums-not-reset
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    optimizer = torch.optim.SGD(model.parameters(), lr)
    curve = []
    total, count = 0.0, 0
    for _ in range(epochs):
        for x, targets in loader:
            loss = model.loss(model(x), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
            count += len(targets)
        curve.append(total / count)
    return curve
