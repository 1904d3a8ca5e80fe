"""The accuracy threshold of the labs that train a network on color images.

The student's own functions train the student's own network, beside the student's
objects (see `labkit.check.probes`); what it says about held-out images is judged here.
"""

import functools
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit import data
from labkit.check import threshold
from labkit.check.report import CheckFailed
from labkit.check.student import (
    StudentError,
    array,
    attempt,
    call,
    make,
    make_or_fail,
    number,
    pair,
)

Array = NDArray[Any]

CHUNK = 1000
"""Images that are handed over at a time when the network is scored."""


def train(
    ResNet18: Any,
    make_optimizer: Any,
    train_one_epoch: Any,
    evaluate: Any,
    fit: Any,
    batch_size: int,
    epochs: int,
    erasing: bool,
    rng: np.random.Generator | None = None,
) -> float:
    """Train the student's network and grade its accuracy on held-out images.

    A network that misses full marks is trained once more; the better run counts.

    Parameters
    ----------
    ResNet18, make_optimizer, train_one_epoch, evaluate, fit
        The student's. ``fit`` calls the two before it.
    batch_size, epochs, erasing
        The student's settings.
    rng : numpy.random.Generator, optional

    Returns
    -------
    float
        Points, by the steps of ``thresholds.toml`` for this data set: those for a GPU
        where the student's process has one and they are measured, else those for a
        CPU, which ask for a narrower network and fewer images. A data set that no
        threshold is measured on is graded on ``shapes10``; the message names it.

    Raises
    ------
    CheckFailed
        If the settings are not allowed or the accuracy earns no point.
    """
    row, device = measured(ResNet18)
    threshold.check_settings(row, batch_size, epochs)
    rng = np.random.default_rng(rng)

    def accuracy(losses: list[float]) -> float:
        return train_accuracy(
            ResNet18,
            make_optimizer,
            fit,
            batch_size,
            epochs,
            erasing,
            limits=row,
            device=device,
            rng=rng,
            losses=losses,
        )

    return threshold.graded(row, accuracy)


def measured(near: Any) -> tuple[dict[str, Any], str]:
    """Return the row of ``thresholds.toml`` that holds here, and the device.

    Parameters
    ----------
    near : object
        The student's: its process says whether it has a GPU.
    """
    name = data.default_dataset(color=True)
    # Whatever the sandbox says, its answer only chooses among measured thresholds.
    device = "cuda" if make(near, "has_gpu") is True else "cpu"
    tiers = ("gpu", "cpu") if device == "cuda" else ("cpu",)
    # Shapes are drawn where they are needed, so their row can stand in for another.
    return threshold.row(*((d, t) for d in (name, "shapes10") for t in tiers)), device


def train_accuracy(
    ResNet18: Any,
    make_optimizer: Any,
    fit: Any,
    batch_size: int,
    epochs: int,
    erasing: bool,
    *,
    limits: dict[str, Any],
    device: str,
    rng: np.random.Generator,
    losses: list[float] | None = None,
) -> float:
    """Train with the student's parts; return the accuracy on held-out images.

    Parameters
    ----------
    ResNet18, make_optimizer, fit
        The student's.
    batch_size, epochs, erasing
        The student's settings.
    limits : dict
        A row of ``thresholds.toml``: ``dataset``, ``width``, ``train_images``,
        ``valid_images`` and ``test_images``.
    device : str
    rng : numpy.random.Generator
    losses : list of float, optional
        Where to add the mean training loss that ``fit`` recorded for each epoch.

    Returns
    -------
    float
        Between 0 and 1.
    """
    train_part, valid_part, test_part = held_out(limits, rng)
    mean, std = channel_stats(train_part.images)
    classes, width = len(train_part.classes), limits["width"]
    what = f"ResNet18({classes}, {width})"
    model = call("train", what, ResNet18, classes, width)
    made = call("train", "make_optimizer", make_optimizer, model, int(epochs))
    name = "train: make_optimizer"
    optimizer, scheduler = pair(name, made, "optimizer, scheduler")
    helper = functools.partial(make_or_fail, "train", "fit", fit)
    loaders = [
        helper("image_loader", part.images, part.targets, size, mean, std, *more)
        for part, size, more in (
            (train_part, int(batch_size), (True, bool(erasing), device)),
            (valid_part, CHUNK, (False, False, device)),
        )
    ]
    parts = model, loaders, optimizer, scheduler
    history = helper("fitted", fit, *parts, int(epochs), device)
    if losses is not None:
        losses.extend(_train_losses(history))
    right = 0
    what = "ResNet18.forward"
    for start in range(0, len(test_part), CHUNK):
        images, targets = test_part[start : start + CHUNK]
        logits = make_or_fail(
            "train", what, fit, "logits", model, images, mean, std, device
        )
        logits = array("train", what, logits, (len(images), classes))
        right += int((logits.argmax(axis=1) == targets).sum())
    return right / len(test_part)


def held_out(
    limits: dict[str, Any], rng: np.random.Generator
) -> tuple[data.ImageDataset, data.ImageDataset, data.ImageDataset]:
    """Draw images to train on, to validate on and to score, so that none is known.

    Answers to public images could be learned by heart. So the classes are numbered
    anew, and each image is moved by up to two pixels and perhaps mirrored. Generated
    images are new ones anyway.

    Parameters
    ----------
    limits : dict
        As in `train_accuracy`.
    rng : numpy.random.Generator

    Returns
    -------
    train, valid, test : ImageDataset
        At most as many images as the limits say; train and valid are disjoint.
    """
    name = limits["dataset"]
    counts = [limits[f"{part}_images"] for part in ("train", "valid", "test")]
    if name == "shapes10":
        size, turn = limits.get("image_size", 32), limits.get("turn", math.pi)
        drawn = data.shapes(sum(counts), rng, size, turn)
        sources = [drawn, drawn]
        order = np.arange(len(drawn))
        test = order[counts[0] + counts[1] :]
    else:
        sources = [data.load(name, split) for split in ("train", "test")]
        order, test = (rng.permutation(len(source)) for source in sources)
        test = test[: counts[2]]
    valid = order[: counts[1]]
    train = order[counts[1] : counts[0] + counts[1]]
    numbers = rng.permutation(len(sources[0].classes))
    return tuple(  # type: ignore[return-value]
        _disguised(source, chosen, numbers, rng)
        for source, chosen in zip(
            (sources[0], sources[0], sources[1]), (train, valid, test), strict=True
        )
    )


def _disguised(
    source: data.ImageDataset, chosen: Array, numbers: Array, rng: np.random.Generator
) -> data.ImageDataset:
    """Number the classes anew, and move and mirror each of the chosen images."""
    images, targets = source[chosen]
    height, width = images.shape[1:3]
    mirrored = rng.random(len(images)) < 0.5
    images[mirrored] = images[mirrored, :, ::-1]
    shifts = rng.integers(-2, 3, (len(images), 2))
    for down in range(-2, 3):
        for right in range(-2, 3):
            moved = (shifts == (down, right)).all(axis=1)
            rows = np.clip(np.arange(height) - down, 0, height - 1)
            columns = np.clip(np.arange(width) - right, 0, width - 1)
            images[moved] = images[moved][:, rows][:, :, columns]
    classes = tuple(source.classes[number] for number in np.argsort(numbers))
    return data.ImageDataset(source.name, images, numbers[targets], classes)


def channel_stats(images: Array) -> tuple[list[float], list[float]]:
    """Mean and standard deviation of each channel, in units of [0, 1]."""
    values = np.arange(256) / 255
    mean, std = [], []
    for channel in range(3):
        counts = np.bincount(images[..., channel].reshape(-1), minlength=256)
        mean.append(float(np.average(values, weights=counts)))
        square = np.average((values - mean[-1]) ** 2, weights=counts)
        std.append(float(np.sqrt(square)))
    return mean, std


def _train_losses(history: Any) -> list[float]:
    """Return what the student's history says; nothing is decided by it."""
    try:
        values = attempt(getattr, history, "train_loss")
        return [number("train", "", value) for value in list(values)[:1000]]
    except (StudentError, CheckFailed, TypeError):
        return []
