# Trains all networks on the same batches side by side, and goes through the test images once for all of them.
# %% compare
@torch.inference_mode()
def measure(models, loader, device):
    """Accuracy and mean loss by name, in one pass over the loader."""
    for model in models.values():
        model.eval()
    sums = {name: np.zeros(2) for name in models}
    count = 0
    for x, targets in loader:
        x, targets = x.to(device), targets.to(device)
        count += targets.shape[0]
        for name, model in models.items():
            log_probs = F.log_softmax(model(x), dim=1)
            sums[name] += (
                (log_probs.argmax(1) == targets).sum().item(),
                F.nll_loss(log_probs, targets, reduction="sum").item(),
            )
    return {name: tuple((total / count).tolist()) for name, total in sums.items()}


def compare(models, loaders, epochs, device):
    """Train each network with the same budget; report its best epoch."""
    train, valid, test = loaders
    optimizers = {}
    for name, model in models.items():
        model.to(device)
        optimizers[name] = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-4)
    best = {name: (-math.inf, {}) for name in models}
    for epoch in range(epochs):
        for model in models.values():
            model.train()
        for x, targets in train:
            x, targets = x.to(device), targets.to(device)
            for name, model in models.items():
                optimizers[name].zero_grad(set_to_none=True)
                loss = F.cross_entropy(model(x), targets)
                loss.backward()
                optimizers[name].step()
        for name, (accuracy, _) in measure(models, valid, device).items():
            if accuracy > best[name][0]:
                state = {k: v.detach().clone() for k, v in models[name].state_dict().items()}
                best[name] = (accuracy, state)
    for name, (_, state) in best.items():
        models[name].load_state_dict(state)
    results = measure(models, test, device)
    return [
        dict(
            model=name,
            valid_accuracy=best[name][0],
            test_accuracy=results[name][0],
            test_loss=results[name][1],
        )
        for name in models
    ]
