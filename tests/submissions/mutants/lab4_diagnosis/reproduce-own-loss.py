# Takes the logarithm of the predictions instead of the model's loss.
# loses: test-reproduce
# hint: loss-not-the-models
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        total, n = 0, 0
        for x, y in loader:
            loss = F.nll_loss(torch.log(model(x)), y)
            opt.zero_grad()
            loss.backward()
            opt.step()
            total += loss.item() * len(y)
            n += len(y)
        losses.append(total / n)
    return losses
