# Sorts the table by test accuracy.
# loses: test-compare-selection
# hint: rows-out-of-order
# %% compare
def compare(models, loaders, epochs, device):
    def evaluate(model, loader):
        model.eval()
        total, right, n = 0.0, 0, 0
        with torch.no_grad():
            for x, y in loader:
                x, y = x.to(device), y.to(device)
                z = model(x)
                total += F.cross_entropy(z, y).item() * len(y)
                right += (z.argmax(1) == y).sum().item()
                n += len(y)
        return right / n, total / n

    train, valid, test = loaders
    table = []
    for name, model in models.items():
        model = model.to(device)
        opt = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
        best_acc, best = -1, None
        for epoch in range(epochs):
            model.train()
            for x, y in train:
                x, y = x.to(device), y.to(device)
                opt.zero_grad()
                loss = F.cross_entropy(model(x), y)
                loss.backward()
                opt.step()
            acc, _ = evaluate(model, valid)
            if acc > best_acc:
                best_acc = acc
                best = {k: v.detach().clone() for k, v in model.state_dict().items()}
        model.load_state_dict(best)
        acc, loss = evaluate(model, test)
        table.append(
            {
                "model": name,
                "valid_accuracy": best_acc,
                "test_accuracy": acc,
                "test_loss": loss,
            }
        )
    return sorted(table, key=lambda r: -r["test_accuracy"])
