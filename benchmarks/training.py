"""An epoch of Lab 1's NumPy reference beside PyTorch's, on the CPU.

The same network (784-512-64-10), weights, batches, rate and precision; short epochs in
turn within one process, so that whatever else the machine does meets both. The batches
are made beforehand: it is the training that is compared. Run it in the checkout:

    python benchmarks/training.py
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from labkit import data
from labkit.history import cpu_name, versions
from labkit.release import kit_root
from labkit.training import reference

LR = 0.1
ROUNDS = 9
IMAGES = 9600

Batches = list[tuple[np.ndarray, np.ndarray]]


def numpy_epoch(parts: dict[str, Any], model: Any, batches: Batches) -> float:
    """Train the reference for an epoch; return its mean loss."""
    optimizer = parts["SGD"](model.parameters(), LR)
    criterion = parts["CrossEntropyLoss"]()
    loss, _ = parts["train_one_epoch"](model, batches, criterion, optimizer)
    return float(loss)


def torch_epoch(model: torch.nn.Module, batches: Batches) -> float:
    """Do the same with PyTorch, metrics included; return the mean loss."""
    optimizer = torch.optim.SGD(model.parameters(), LR)
    total, correct, samples = 0.0, 0, 0
    for x_array, one_hot_array in batches:
        x, one_hot = torch.from_numpy(x_array), torch.from_numpy(one_hot_array)
        optimizer.zero_grad()
        logits = model(x)
        targets = one_hot.argmax(dim=1)
        loss = torch.nn.functional.cross_entropy(logits, targets)
        total += loss.item() * len(x)
        correct += int((logits.argmax(dim=1) == targets).sum())
        samples += len(x)
        loss.backward()
        optimizer.step()
    return total / samples


def twins(parts: dict[str, Any]) -> tuple[Any, torch.nn.Module]:
    """Make the two networks, with the same weights."""
    model = parts["MLP"](np.random.default_rng(0))
    layers: list[torch.nn.Module] = []
    weights = [torch.from_numpy(p.data.copy()) for p in model.parameters()]
    for W, b in zip(weights[::2], weights[1::2], strict=True):
        linear = torch.nn.Linear(*W.shape)
        linear.weight.data, linear.bias.data = W.T.contiguous(), b[0]
        layers += [linear, torch.nn.ReLU()]
    return model, torch.nn.Sequential(*layers[:-1])


def compare(
    parts: dict[str, Any], dataset: str, batch_size: int, threads: int
) -> dict[str, Any]:
    """Time both in turn; return the medians and the median ratio of the pairs."""
    torch.set_num_threads(threads)
    images = data.load(dataset, "train")
    chosen = data.Subset(images, range(min(IMAGES, len(images))))
    batches = list(data.DataLoader(chosen, batch_size, parts["transform"]))
    ours, theirs = twins(parts)
    seconds: dict[str, list[float]] = {"numpy": [], "torch": []}
    epochs: list[tuple[str, Callable[[], float]]] = [
        ("numpy", lambda: numpy_epoch(parts, ours, batches)),
        ("torch", lambda: torch_epoch(theirs, batches)),
    ]
    for number in range(ROUNDS + 1):
        losses = []
        for name, epoch in epochs if number % 2 else reversed(epochs):
            start = time.perf_counter()
            losses.append(epoch())
            seconds[name].append(time.perf_counter() - start)
        if number == 0:
            # The first round warms up, and shows that both compute the same.
            np.testing.assert_allclose(*losses, rtol=1e-3)
            seconds = {name: [] for name in seconds}
    pairs = zip(seconds["numpy"], seconds["torch"], strict=True)
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    result = {
        "batch_size": batch_size,
        "threads": threads,
        "images": len(chosen),
        "rounds": ROUNDS,
        "numpy_seconds": statistics.median(seconds["numpy"]),
        "torch_seconds": statistics.median(seconds["torch"]),
        "ratio": statistics.median(ratios),
        "ratio_range": [ratios[0], ratios[-1]],
    }
    print(
        f"batch {batch_size}, {threads} thread(s), {len(chosen)} images: "
        f"NumPy {result['numpy_seconds']:.3f} s, "
        f"PyTorch {result['torch_seconds']:.3f} s; "
        f"ratio {result['ratio']:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
    )
    return result


def main() -> None:
    """Compare at two batch sizes, on one core and on all, and record the result."""
    dataset = data.default_dataset()
    parts = reference("lab1_mlp")
    print(f"{dataset}, {cpu_name()}")
    results = []
    for threads in sorted({1, os.cpu_count() or 1}):
        with threadpool_limits(threads):
            results += [compare(parts, dataset, size, threads) for size in (32, 64)]
    record = {
        "dataset": dataset,
        "device": cpu_name(),
        "network": "784-512-64-10, float32, SGD",
        "results": results,
        "command": "python benchmarks/training.py",
        "versions": versions(("labkit", "numpy", "torch")),
    }
    path: Path = kit_root() / "book" / "results" / "bench_training_cpu.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"written to {path}")


if __name__ == "__main__":
    main()
