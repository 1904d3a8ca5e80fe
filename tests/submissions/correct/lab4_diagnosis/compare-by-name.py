# A dict of rows by name; trains copies, and measures the training accuracy as it goes.
# %% compare
def compare(models, loaders, epochs, device):
    train_loader, valid_loader, test_loader = loaders

    @torch.no_grad()
    def run(model, loader):
        model.eval()
        sums = torch.zeros(3, dtype=torch.float64)
        for x, y in loader:
            logits = model(x.to(device))
            y = y.to(device)
            sums += torch.tensor([F.cross_entropy(logits, y, reduction="sum"), (logits.argmax(1) == y).sum(), len(y)])
        return (sums[:2] / sums[2]).tolist()

    results = {}
    for name, original in models.items():
        model = copy.deepcopy(original).to(device)
        optimizer = torch.optim.Adam(model.parameters())
        history = []
        for epoch in tqdm(range(epochs), name, leave=False):
            model.train()
            hits = 0
            for x, y in train_loader:
                x, y = x.to(device), y.to(device)
                logits = model(x)
                loss = F.cross_entropy(logits, y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                hits += (logits.argmax(1) == y).sum().item()
            valid_loss, valid_acc = run(model, valid_loader)
            history.append((valid_acc, epoch, copy.deepcopy(model.state_dict())))
        valid_acc, epoch, weights = max(history, key=lambda h: h[0])
        model.load_state_dict(weights)
        test_loss, test_acc = run(model, test_loader)
        results[name] = {"Valid accuracy": valid_acc, "Test accuracy": test_acc, "Test loss": test_loss, "epoch": epoch + 1}
    return results
