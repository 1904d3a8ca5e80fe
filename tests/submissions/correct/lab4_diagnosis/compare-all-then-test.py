# Trains all networks on each batch in turn, then tests them all; clones the weights.
# %% compare
def compare(models, loaders, epochs, device):
    def score(model, loader):
        was = model.training
        model.eval()
        loss = correct = total = 0
        with torch.no_grad():
            for x, y in loader:
                out = model(x.to(device)).cpu()
                loss += F.cross_entropy(out, y).item() * len(y)
                correct += (out.argmax(-1) == y).sum().item()
                total += len(y)
        model.train(was)
        return correct / total, loss / total

    opts = {k: torch.optim.AdamW(m.to(device).parameters(), lr=2e-3) for k, m in models.items()}
    best = {k: (-1, {}) for k in models}
    for m in models.values():
        m.train()
    for _ in range(epochs):
        for x, y in loaders.train:
            for k, m in models.items():
                opts[k].zero_grad(set_to_none=True)
                loss = F.cross_entropy(m(x.to(device)), y.to(device))
                loss.backward()
                opts[k].step()
        for k, m in models.items():
            acc, _ = score(m, loaders.valid)
            if acc > best[k][0]:
                best[k] = acc, {n: t.clone() for n, t in m.state_dict().items()}
    rows = []
    for k, m in models.items():
        m.load_state_dict(best[k][1])
        acc, loss = score(m, loaders.test)
        rows.append({"model": k, "valid_accuracy": best[k][0], "test_accuracy": acc, "test_loss": loss})
    return rows
