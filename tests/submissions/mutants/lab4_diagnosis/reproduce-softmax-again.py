# Puts one more softmax before the loss.
# loses: test-reproduce
# hint: softmax-twice
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    optimizer = torch.optim.SGD(model.parameters(), lr)
    curve = []
    for _ in range(epochs):
        losses = []
        for x, targets in loader:
            loss = model.loss(F.softmax(model(x), dim=1), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        curve.append(np.mean(losses))
    return curve
