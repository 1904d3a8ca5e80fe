# Takes RMSprop; the mean of the batches' means.
# loses: test-reproduce
# hint: optimizer-not-sgd
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    opt = torch.optim.RMSprop(model.parameters(), lr=lr)
    losses = []
    for epoch in range(epochs):
        batch = []
        for x, y in loader:
            opt.zero_grad()
            loss = model.loss(model(x), y)
            loss.backward()
            opt.step()
            batch.append(loss.item())
        losses.append(np.mean(batch))
    return losses
