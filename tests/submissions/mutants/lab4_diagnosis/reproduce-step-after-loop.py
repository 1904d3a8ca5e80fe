# Steps after the loop over the batches, by the last one.
# loses: test-reproduce
# hint: step-once-per-epoch
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        total, n = 0, 0
        for x, y in loader:
            loss = model.loss(model(x), y)
            total += loss.item() * len(y)
            n += len(y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(total / n)
    return losses
