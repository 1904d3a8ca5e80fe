# Type hints, docstrings, assertions.
# %% train-one-epoch
from collections.abc import Iterable


def train_one_epoch(
    model: nn.Module,
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    criterion: nn.Module,
    optimizer: optim.Optimizer,
    device: str | torch.device,
) -> tuple[float, float]:
    """Train once on every batch."""
    model.train()
    assert model.training
    total_loss: float = 0.0
    total_hits: int = 0
    total: int = 0
    for images, targets in loader:
        assert images.ndim == 4
        assert targets.dtype == torch.int64
        images, targets = images.to(device), targets.to(device)
        optimizer.zero_grad()
        logits: torch.Tensor = model(images)
        loss: torch.Tensor = criterion(logits, targets)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * images.size(0)
        total_hits += int((logits.argmax(1) == targets).sum().item())
        total += images.size(0)
    return total_loss / total, total_hits / total
