# Takes the first batch's loss for the epoch's.
# loses: test-reproduce
# hint: first-batch-only
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        for i, (x, y) in enumerate(loader):
            opt.zero_grad()
            loss = model.loss(model(x), y)
            loss.backward()
            opt.step()
            if i == 0:
                losses.append(loss.item())
    return losses
