# Keeps losses and sizes in a dict; the library's cross-entropy.
# %% reproduce
def training_curves(model_class, loader, epochs, lr):
    model = model_class()
    optimizer = torch.optim.SGD(params=model.parameters(), lr=lr, momentum=0)
    history = {e: [] for e in range(epochs)}
    for e in history:
        for batch in loader:
            images, labels = batch
            optimizer.zero_grad(set_to_none=False)
            y_hat = model.forward(images)
            loss = F.cross_entropy(y_hat, labels)
            loss.backward()
            optimizer.step()
            history[e].append((float(loss), images.shape[0]))
    return [sum(a * n for a, n in v) / sum(n for _, n in v) for v in history.values()]
