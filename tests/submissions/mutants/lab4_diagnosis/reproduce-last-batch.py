# Takes the last batch's loss for the epoch's.
# loses: test-reproduce
# hint: last-batch-only
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
            total += loss.item() * len(y)
            n += len(y)
        curve.append(loss.item())
    return curve
