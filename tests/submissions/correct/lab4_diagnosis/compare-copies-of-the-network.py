# Takes the loaders by name, keeps a deep copy of the whole network, and writes back its weights.
# %% compare
from dataclasses import dataclass


@dataclass
class Best:
    accuracy: float = -1.0
    epoch: int = -1
    network: nn.Module = None

    def offer(self, accuracy, epoch, network):
        if accuracy > self.accuracy:
            self.accuracy, self.epoch, self.network = accuracy, epoch, copy.deepcopy(network)


def one_epoch(model, loader, device, optimizer):
    model.train()
    for x, targets in loader:
        loss = F.cross_entropy(model(x.to(device)), targets.to(device), label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def score(model, loader, device):
    model.eval()
    hits, losses = [], []
    with torch.no_grad():
        for x, targets in loader:
            logits = model(x.to(device))
            targets = targets.to(device)
            hits += (logits.argmax(dim=1) == targets).tolist()
            losses += F.cross_entropy(logits, targets, reduction="none").tolist()
    return sum(hits) / len(hits), math.fsum(losses) / len(losses)


def compare(models, loaders, epochs, device):
    """Train each network with the same budget; report its best epoch."""
    rows = []
    for name, model in tqdm(list(models.items()), leave=False):
        model = model.to(device)
        optimizer = torch.optim.Adam(model.parameters())
        best = Best()
        for epoch in range(epochs):
            one_epoch(model, loaders.train, device, optimizer)
            best.offer(score(model, loaders.valid, device)[0], epoch, model)
        model.load_state_dict(best.network.state_dict())
        accuracy, loss = score(model, loaders.test, device)
        print(f"{name}: best epoch {best.epoch + 1} of {epochs}")
        rows.append({"model": name, "valid_accuracy": best.accuracy, "test_accuracy": accuracy, "test_loss": loss})
    return rows
