"""Training in this kit beside the usual way, in turn within one process.

``numpy``: an epoch of Lab 1's reference beside PyTorch's, on the CPU. The same network
(784-512-64-10), weights, batches, rate and precision; the batches are made beforehand:
it is the training that is compared.

``images``: images a second of Lab 2's reference with the kit's loader, beside the way
of the student reports: a data set of PIL images, torchvision's transforms, PyTorch's
DataLoader with worker processes, float32, contiguous memory. With the loaders alone,
and with the reference's training loop; on the GPU where there is one.

``to94``: seconds that the full ResNet-18 takes to 94% of CIFAR-10's test images, both
ways. It needs a GPU.

Rounds are short and in turn, so that whatever else the machine does meets both. Run it
in the checkout:

    python benchmarks/training.py               (numpy and images)
    python benchmarks/training.py images to94
"""

import argparse
import contextlib
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
from labkit.check.image_training import channel_stats
from labkit.history import cpu_name, device_name, versions
from labkit.release import kit_root
from labkit.training import reference

LR = 0.1
ROUNDS = 9
IMAGES = 9600
IMAGE_ROUNDS = 3

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


def numpy_beside_torch() -> None:
    """Compare at two batch sizes, on one core and on all, and record the result."""
    dataset = data.default_dataset()
    parts = reference("lab1_mlp")
    print(f"{dataset}, {cpu_name()}")
    results = []
    for threads in sorted({1, os.cpu_count() or 1}):
        with threadpool_limits(threads):
            results += [compare(parts, dataset, size, threads) for size in (32, 64)]
    record(
        "training",
        "cpu",
        dataset=dataset,
        network="784-512-64-10, float32, SGD",
        results=results,
    )


class PilImages:
    """A data set as torchvision's are: an image at a time, by way of PIL."""

    def __init__(self, images: data.ImageDataset, transform: Any) -> None:
        self.images, self.transform = images, transform

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        from PIL import Image

        image, target = self.images[index]
        return self.transform(Image.fromarray(image)), int(target)


def usual_loader(
    images: data.ImageDataset, batch_size: int, look: dict[str, Any], train: bool = True
) -> Any:
    """The loader of the student reports, with worker processes."""
    from torchvision import transforms

    augment = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip()]
    normal = [transforms.ToTensor(), transforms.Normalize(**look)]
    return torch.utils.data.DataLoader(
        PilImages(images, transforms.Compose(augment * train + normal)),  # type: ignore
        batch_size,
        shuffle=train,
        num_workers=min(os.cpu_count() or 1, 8),
        persistent_workers=True,
        pin_memory=torch.cuda.is_available(),
    )


def images_a_second(width: int, count: int, batch_size: int = 128) -> dict[str, Any]:
    """Time both loaders, alone and with the training loop; return the medians."""
    dataset = data.default_dataset(color=True)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    parts = reference("lab2_resnet")
    source = data.load(dataset, "train")
    chosen = data.ImageDataset(dataset, *source[:count], source.classes)
    mean, std = channel_stats(chosen.images)
    look = {"mean": mean, "std": std}
    loaders = {
        "kit": data.ImageLoader(chosen, batch_size, train=True, device=device, **look),
        "usual": usual_loader(chosen, batch_size, look),
    }
    models, optimizers = {}, {}
    for way in loaders:
        models[way] = parts["ResNet18"](len(source.classes), width).to(device)
        optimizers[way], _ = parts["make_optimizer"](models[way], 1)
    criterion = torch.nn.CrossEntropyLoss()

    def alone(way: str) -> None:
        for x, _ in loaders[way]:
            x.to(device)

    def trained(way: str) -> None:
        quick = data.fast(models[way], device) if way == "kit" else None
        with quick or contextlib.nullcontext():
            parts["train_one_epoch"](
                models[way], loaders[way], criterion, optimizers[way], device
            )

    rates: dict[tuple[str, str], list[float]] = {}
    for number in range(IMAGE_ROUNDS + 1):
        for what, run in (("loader", alone), ("training", trained)):
            for way in ("kit", "usual")[:: 1 if number % 2 else -1]:
                start = time.perf_counter()
                run(way)
                if device == "cuda":
                    torch.cuda.synchronize()
                if number:  # the first round warms up
                    rate = len(chosen) / (time.perf_counter() - start)
                    rates.setdefault((what, way), []).append(rate)
    result: dict[str, Any] = {
        "dataset": dataset,
        "width": width,
        "images": len(chosen),
        "batch_size": batch_size,
        "threads": torch.get_num_threads(),
        "workers": loaders["usual"].num_workers,
        "rounds": IMAGE_ROUNDS,
    }
    for what in ("loader", "training"):
        pairs = zip(rates[what, "kit"], rates[what, "usual"], strict=True)
        ratios = sorted(ours / theirs for ours, theirs in pairs)
        for way in ("kit", "usual"):
            result[f"{what}_{way}"] = round(statistics.median(rates[what, way]), 1)
        result[f"{what}_ratio"] = statistics.median(ratios)
        result[f"{what}_ratio_range"] = [ratios[0], ratios[-1]]
        print(
            f"width {width}, {what}: kit {result[f'{what}_kit']:.0f} images/s, "
            f"usual {result[f'{what}_usual']:.0f}; "
            f"ratio {result[f'{what}_ratio']:.2f} "
            f"({ratios[0]:.2f} to {ratios[-1]:.2f})"
        )
    return result


def to_accuracy(
    way: str, goal: float = 0.94, epochs: int = 18, width: int = 64, count: int = 50000
) -> dict[str, Any]:
    """Train the full network; return the seconds until the test accuracy is reached.

    The rate rises for a fifth of the epochs and falls to 0. Evaluation does not count.
    """
    device = "cuda" if torch.cuda.is_available() else "cpu"
    parts = reference("lab2_resnet")
    source = data.load("cifar10", "train")
    train = data.ImageDataset("cifar10", *source[:count], source.classes)
    test = data.load("cifar10", "test")
    mean, std = channel_stats(train.images)
    look = {"mean": mean, "std": std}
    start = time.perf_counter()
    if way == "kit":
        train_loader = data.ImageLoader(train, 512, train=True, device=device, **look)
    else:
        train_loader = usual_loader(train, 512, look)
    test_loader = data.ImageLoader(test, 1000, device=device, **look)
    model = parts["ResNet18"](10, width).to(device)
    criterion = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    optimizer = torch.optim.SGD(
        model.parameters(), 0.4, momentum=0.9, weight_decay=5e-4, nesterov=True
    )
    warm = epochs / 5
    scheduler = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda epoch: min((epoch + 1) / warm, (epochs - epoch) / (epochs - warm)),
    )
    seconds, accuracies = 0.0, []
    quick = data.fast(model, device) if way == "kit" else contextlib.nullcontext()
    with quick:
        for _ in range(epochs):
            parts["train_one_epoch"](model, train_loader, criterion, optimizer, device)
            seconds += time.perf_counter() - start
            _, accuracy = parts["evaluate"](model, test_loader, criterion, device)
            accuracies.append(accuracy)
            print(f"{way}: {seconds:.1f} s, test accuracy {accuracy:.2%}", flush=True)
            if accuracy >= goal:
                break
            scheduler.step()
            start = time.perf_counter()
    return {
        "way": way,
        "seconds": round(seconds, 2),
        "reached": accuracies[-1] >= goal,
        "epochs": epochs,
        "test_accuracy": accuracies,
    }


def record(name: str, device: str, **found: Any) -> None:
    """Write a result to book/results, with the device and the versions."""
    found |= {
        "device": device_name(device),
        "command": "python benchmarks/training.py",
        "versions": versions(("labkit", "numpy", "torch")),
    }
    path: Path = kit_root() / "book" / "results" / f"bench_{name}_{device}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"written to {path}")


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    known = ("numpy", "images", "to94")
    parser.add_argument("part", nargs="*", help=" or ".join(known))
    parts = parser.parse_args().part or ["numpy", "images"]
    if unknown := set(parts) - set(known):
        parser.error(f"unknown: {', '.join(unknown)}; known are {', '.join(known)}")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if "numpy" in parts:
        numpy_beside_torch()
    if "images" in parts:
        print(device_name(device))
        sizes = [(64, 20000)] if device == "cuda" else [(8, 640)]
        record("images", device, results=[images_a_second(*size) for size in sizes])
    if "to94" in parts:
        if device == "cpu":
            parser.error("to94 needs a GPU, and PyTorch finds none here")
        record("to94", device, results=[to_accuracy(way) for way in ("kit", "usual")])


if __name__ == "__main__":
    main()
