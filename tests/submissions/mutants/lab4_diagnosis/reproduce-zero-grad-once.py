# zero_grad once an epoch only: the gradients of all earlier batches of the epoch are added to each step.
# loses: test-reproduce
# hint: zero-grad-missing
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    optimizer = torch.optim.SGD(model.parameters(), lr)
    curve = []
    for _ in range(epochs):
        total, count = 0.0, 0
        optimizer.zero_grad()
        for x, targets in loader:
            loss = model.loss(model(x), targets)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
            count += len(x)
        curve.append(total / count)
    return curve
