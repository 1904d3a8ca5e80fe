# Assigns what append returns.
# loses: test-reproduce
# hint: none-used
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    """Train a new model; return its mean loss in each epoch.

    Parameters
    ----------
    model_class : callable
        ``model_class()`` makes a model with ``loss(y_hat, targets)``.
    loader : iterable
        Yields x (N, 1, H, W) and class indices (N,); may be iterated again and again.
    epochs : int
    lr : float

    Returns
    -------
    list of float, length epochs
    """
    model = model_class()
    optimizer = torch.optim.SGD(model.parameters(), lr)
    curve = []
    for _ in range(epochs):
        total, count = 0.0, 0
        for x, targets in loader:
            loss = model.loss(model(x), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
            count += len(targets)
        curve = curve.append(total / count)
    return curve
