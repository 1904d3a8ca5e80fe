# All logits at once in inference mode; returns tensors.
# %% compare
def measure(model, loader, device):
    model.eval()
    with torch.inference_mode():
        pairs = [(model(x.to(device)), y.to(device)) for x, y in loader]
    out, y = (torch.cat(z) for z in zip(*pairs))
    return (out.argmax(-1) == y).double().mean(), nn.CrossEntropyLoss()(out, y)


def compare(models, loaders, epochs, device):
    train, valid, test = loaders
    rows = []
    for name, model in models.items():
        model.to(device)
        opt = torch.optim.Adam(model.parameters(), lr=1e-3)
        best, bad = -1, 0
        for epoch in range(epochs):
            model.train()
            for x, y in train:
                opt.zero_grad()
                F.cross_entropy(model(x.to(device)), y.to(device)).backward()
                opt.step()
            acc, loss = measure(model, valid, device)
            if acc > best:
                best, kept = acc, copy.deepcopy(model.state_dict())
        model.load_state_dict(kept)
        acc, loss = measure(model, test, device)
        rows.append({"model": name, "valid_accuracy": best, "test_accuracy": acc, "test_loss": loss})
    return rows
