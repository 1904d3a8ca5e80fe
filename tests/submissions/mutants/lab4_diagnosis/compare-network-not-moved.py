# Leaves the networks where they are.
# loses: test-compare-budget
# hint: network-not-moved
# %% compare
def compare(models, loaders, epochs, device):
    """Train each network with the same budget; report its best epoch.

    Parameters
    ----------
    models : dict of str to nn.Module
        Networks by name, in train or eval mode.
    loaders : tuple of train, valid, test
    epochs : int
        How often each network sees the training images.
    device : str
        Where to train: networks and batches are moved there.

    Returns
    -------
    list of dict
        A row for each network, in the order of `models`: ``model`` (its name),
        ``valid_accuracy`` (of its best epoch), and with the weights of that epoch
        ``test_accuracy`` and ``test_loss`` (mean over the samples). Accuracies are
        between 0 and 1.

    Notes
    -----
    At the end each network has the weights of its best epoch.
    """

    def measure(model, loader):
        model.eval()
        loss, right, count = 0.0, 0, 0
        with torch.no_grad():
            for x, targets in loader:
                x, targets = x.to(device), targets.to(device)
                logits = model(x)
                loss += F.cross_entropy(logits, targets, reduction="sum").item()
                right += int((logits.argmax(dim=1) == targets).sum())
                count += len(targets)
        return loss / count, right / count

    train, valid, test = loaders
    rows = []
    for name, model in models.items():
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        best, kept = -1.0, None
        for _ in tqdm(range(epochs), name, leave=False):
            model.train()
            for x, targets in train:
                loss = F.cross_entropy(model(x.to(device)), targets.to(device))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            _, accuracy = measure(model, valid)
            if accuracy > best:
                best, kept = accuracy, copy.deepcopy(model.state_dict())
        model.load_state_dict(kept)
        loss, accuracy = measure(model, test)
        rows.append(
            {
                "model": name,
                "valid_accuracy": best,
                "test_accuracy": accuracy,
                "test_loss": loss,
            }
        )
    return rows
