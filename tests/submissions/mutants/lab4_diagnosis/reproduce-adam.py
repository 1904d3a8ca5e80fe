# Takes Adam where SGD is asked.
# loses: test-reproduce
# hint: optimizer-not-sgd
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        total, n = 0.0, 0
        for x, y in loader:
            opt.zero_grad()
            loss = model.loss(model(x), y)
            loss.backward()
            opt.step()
            total += loss.item() * len(x)
            n += len(x)
        losses.append(total / n)
    return losses
