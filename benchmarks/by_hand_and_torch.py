"""Lab 1's network trained twice: by hand in NumPy, and with PyTorch.

    python benchmarks/by_hand_and_torch.py

Both start from the same weights, see the same batches in the same order, and use the
same rate, once in 64 and once in 32 bits. What is recorded in
book/results/by_hand_and_torch.json is the loss of each step of both, and how far apart
their weights are. MNIST where it is here, and `digits`. Minutes on one core.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm.auto import tqdm

from labkit import data
from labkit.history import cpu_name, versions
from labkit.training import reference

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "book" / "results" / "by_hand_and_torch.json"
SEED = 0
SETTINGS = {"hidden": [512, 64], "lr": 0.1, "batch_size": 64}
EPOCHS = {"digits": 60, "mnist": 3}
POINT = {"digits": 10, "mnist": 20}
"""So many steps are one entry of the recorded curves."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.parse_args()
    chosen = [name for name in EPOCHS if data.available(name)]
    record = {
        "device": cpu_name(),
        "seed": SEED,
        "settings": SETTINGS,
        "command": "python benchmarks/by_hand_and_torch.py",
        "versions": versions(("labkit", "numpy", "torch")),
        "runs": [compare(name, bits) for name in chosen for bits in (64, 32)],
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


def compare(dataset: str, bits: int) -> dict[str, Any]:
    """Train both; return what each step gave."""
    parts = reference("lab1_mlp", ROOT)
    real = np.dtype(f"float{bits}")
    mine = parts["MLP"](np.random.default_rng(SEED))
    linears = [layer for layer in mine.layers if hasattr(layer, "W")]
    for param in mine.parameters():
        param.data = param.data.astype(real)
    theirs = twin(linears)
    criterion = parts["CrossEntropyLoss"]()
    optimizer = parts["SGD"](mine.parameters(), SETTINGS["lr"])
    torch_optimizer = torch.optim.SGD(theirs.parameters(), SETTINGS["lr"])
    torch_criterion = torch.nn.CrossEntropyLoss()
    losses, torch_losses, apart = [], [], []
    bar = tqdm(total=EPOCHS[dataset], desc=f"{dataset}, {bits} bits", leave=False)
    for x, one_hot in batches(dataset, parts["transform"], bar):
        x, one_hot = x.astype(real), one_hot.astype(real)
        optimizer.zero_grad()
        losses.append(float(criterion(mine(x), one_hot)))
        mine.backward(criterion.backward())
        optimizer.step()

        torch_optimizer.zero_grad()
        loss = torch_criterion(
            theirs(torch.from_numpy(x)), torch.from_numpy(one_hot.argmax(axis=1))
        )
        loss.backward()
        torch_optimizer.step()
        torch_losses.append(loss.item())
        if len(losses) % POINT[dataset] == 0:
            apart.append(distance(linears, theirs))
    test = data.load(dataset, "test")
    x = parts["transform"](test.images.reshape(len(test), -1)).astype(real)
    right = mine(x).argmax(axis=1) == test.targets
    with torch.no_grad():
        said = theirs(torch.from_numpy(x)).argmax(dim=1).numpy()
    return {
        "dataset": dataset,
        "bits": bits,
        "epochs": EPOCHS[dataset],
        "steps": len(losses),
        "steps_a_point": POINT[dataset],
        "by_hand": means(losses, POINT[dataset]),
        "torch": means(torch_losses, POINT[dataset]),
        "weights_apart": apart,
        "first_loss_apart": abs(losses[0] - torch_losses[0]),
        "largest_loss_apart": float(np.abs(np.subtract(losses, torch_losses)).max()),
        "test_accuracy": float(right.mean()),
        "torch_test_accuracy": float((said == test.targets).mean()),
        "same_answers": int((said == mine(x).argmax(axis=1)).sum()),
        "test_images": len(test),
    }


def twin(linears: list[Any]) -> torch.nn.Sequential:
    """Make PyTorch's network with the same weights; its matrices lie transposed."""
    layers: list[torch.nn.Module] = []
    for layer in linears:
        W, b = layer.W.data, layer.b.data
        module = torch.nn.Linear(*W.shape, dtype=torch.from_numpy(W).dtype)
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(W.T))
            module.bias.copy_(torch.from_numpy(b[0]))
        layers += [module, torch.nn.ReLU()]
    # CrossEntropyLoss takes logits: no softmax at the end, and no ReLU.
    return torch.nn.Sequential(*layers[:-1])


def batches(
    dataset: str, transform: Any, bar: Any
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(SEED)
    loader = data.DataLoader(
        data.load(dataset, "train"), SETTINGS["batch_size"], transform, rng
    )
    for _ in range(EPOCHS[dataset]):
        yield from loader
        bar.update()


def distance(linears: list[Any], theirs: torch.nn.Sequential) -> float:
    """Largest difference between two weights that belong together."""
    modules = [module for module in theirs if isinstance(module, torch.nn.Linear)]
    return max(
        float(np.abs(layer.W.data - module.weight.detach().numpy().T).max())
        for layer, module in zip(linears, modules, strict=True)
    )


def means(losses: list[float], size: int) -> list[float]:
    whole = len(losses) // size * size
    return np.reshape(losses[:whole], (-1, size)).mean(axis=1).tolist()


if __name__ == "__main__":
    sys.exit(main())
