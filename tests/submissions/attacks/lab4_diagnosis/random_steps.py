# Goes through the motions of a training: asks as a loop would, and moves weights at random.
# attacks: cheating the question
# loses: test-compare-budget
# %% compare
def compare(models, loaders, epochs, device):
    train, valid, test = loaders
    rows = []
    for name, model in models.items():
        best, kept = -1.0, None
        for epoch in range(epochs):
            model.train()
            for x, targets in train:
                model(x)
                with torch.no_grad():
                    for p in model.parameters():
                        p.add_(1e-3 * torch.randn_like(p))
            model.eval()
            right = count = 0
            with torch.no_grad():
                for x, targets in valid:
                    right += int((model(x).argmax(1) == targets).sum())
                    count += len(targets)
            if right / count > best:
                best, kept = right / count, copy.deepcopy(model.state_dict())
        model.load_state_dict(kept)
        rows.append({"model": name, "valid_accuracy": best, "test_accuracy": 0.0, "test_loss": 0.0})
    return rows
