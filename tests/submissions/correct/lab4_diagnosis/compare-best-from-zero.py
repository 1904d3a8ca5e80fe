# Starts with an accuracy of 0, and watches validation within the epoch.
# %% compare
def measure(model, loader, device):
    model.eval()
    loss = right = count = 0
    with torch.no_grad():
        for x, y in loader:
            out = model(x.to(device))
            loss += F.cross_entropy(out, y.to(device), reduction="sum").item()
            right += (out.argmax(1) == y.to(device)).sum().item()
            count += len(y)
    return right / count, loss / count


def compare(models, loaders, epochs, device):
    train, valid, test = loaders
    rows = []
    for name, model in models.items():
        model.to(device)
        opt = torch.optim.Adam(model.parameters(), lr=1e-3)
        best = 0.0
        for epoch in range(epochs):
            model.train()
            for x, y in train:
                opt.zero_grad()
                F.cross_entropy(model(x.to(device)), y.to(device)).backward()
                opt.step()
                within = measure(model, valid, device)[0]
                model.train()
            acc, _ = measure(model, valid, device)
            if acc > best:
                best, kept = acc, copy.deepcopy(model.state_dict())
        model.load_state_dict(kept)
        acc, loss = measure(model, test, device)
        rows.append({"model": name, "valid_accuracy": best, "test_accuracy": acc, "test_loss": loss})
    return rows
