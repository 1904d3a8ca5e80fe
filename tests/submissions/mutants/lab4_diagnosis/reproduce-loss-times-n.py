# Multiplies the loss by the batch size before backward.
# loses: test-reproduce
# hint: loss-times-n
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        total, n = 0, 0
        for x, y in loader:
            loss = model.loss(model(x), y) * len(y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += loss.item()
            n += len(y)
        losses.append(total / n)
    return losses
