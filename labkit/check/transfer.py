"""The accuracy threshold of Lab 3: a pretrained network on few images.

The student's functions train a small network in torchvision's place (`probes.SmallNet`)
on five classes of ``shapes10``; its weights, which lie in this folder, were trained on
the other five by ``labkit train lab3_transfer --pretrain``.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit import data
from labkit.check import threshold
from labkit.check.image_training import _train_losses
from labkit.check.report import CheckFailed, told
from labkit.check.student import (
    StudentError,
    array,
    attempt,
    call,
    make_or_fail,
)

Array = NDArray[Any]

WEIGHTS = Path(__file__).with_name("small-resnet18-shapes10.safetensors")
SIZE = 32
"""Height and width of the images that the network is given."""

TRANSFER_POINTS = 4.0


def fine_tune(
    make_classifier: Any,
    make_transforms: Any,
    fine_tune: Any,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator | None = None,
) -> float:
    """Train the student's classifier from pretrained weights; grade its accuracy.

    A run that misses full marks is made once more; the better one counts.

    Parameters
    ----------
    make_classifier, make_transforms, fine_tune
        The student's.
    epochs, batch_size
        The student's settings.
    rng : numpy.random.Generator, optional

    Returns
    -------
    float
        Points, by the steps of ``thresholds.toml``.

    Raises
    ------
    CheckFailed
        If the settings are not allowed or the accuracy earns no point.
    """
    row = _row(epochs, batch_size)
    rng = np.random.default_rng(rng)
    parts = make_classifier, make_transforms, fine_tune
    settings: dict[str, Any] = {
        "epochs": epochs,
        "batch_size": batch_size,
        "limits": row,
        "rng": rng,
    }

    def accuracy(losses: list[float]) -> float:
        return tuned_accuracy(*parts, read_weights(), losses=losses, **settings)

    return threshold.graded(row, accuracy)


def transfer(
    make_classifier: Any,
    make_transforms: Any,
    fine_tune: Any,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator | None = None,
) -> float:
    """See that pretrained weights beat random ones, at the same budget.

    Both runs see the same images and draw the same numbers: a network that ignores its
    weights reaches the same accuracy in both. The random weights come in a file as the
    pretrained ones do, and are the same numbers: whoever would spoil the run without
    pretrained weights has to find out first which one it is. The arguments are those
    of `fine_tune`.

    Returns
    -------
    float
        All points.

    Raises
    ------
    CheckFailed
        If the accuracies are closer than the row's ``margin``, twice, or if the run
        without pretrained weights is better by as much.
    """
    row = _row(epochs, batch_size)
    rng = np.random.default_rng(rng)
    parts = make_classifier, make_transforms, fine_tune
    pretrained = read_weights()
    for _ in range(2):
        seed = int(rng.integers(1 << 30))
        random = {name: _shuffled(value, rng) for name, value in pretrained.items()}
        found = {}
        for given in rng.permutation(2).tolist():  # nobody knows which run is which
            make_or_fail("train", "seed", make_classifier, "seeded", seed)
            found[given] = tuned_accuracy(
                *parts,
                (random, pretrained)[given],
                epochs=epochs,
                batch_size=batch_size,
                limits=row,
                rng=np.random.default_rng(seed),  # the same images
            )
        without, with_weights = found[0], found[1]
        note = f"{with_weights:.2%} with pretrained weights, {without:.2%} without"
        if with_weights - without >= row["margin"]:
            told(f"transfer: {TRANSFER_POINTS:g} points.", f"{note}.")
            return TRANSFER_POINTS
        if without - with_weights >= row["margin"]:
            break  # once more would be a second chance for luck
    advice = (
        "Does fine_tune keep the weights that the model comes with, and are its rates "
        "small enough for them?"
    )
    if with_weights == without:
        advice = (
            "The weights make no difference at all. Are they loaded, and does "
            "fine_tune keep them?"
        )
    raise CheckFailed(
        f"transfer: {note}.",
        f"Expected a difference of at least {row['margin']:.0%}. {advice}",
    )


def _row(epochs: Any, batch_size: Any) -> dict[str, Any]:
    """The row of ``thresholds.toml``; see that the settings are allowed."""
    row = threshold.row(("shapes10", "cpu"))
    threshold.check_settings(row, batch_size, epochs)
    return row


def tuned_accuracy(
    make_classifier: Any,
    make_transforms: Any,
    fine_tune: Any,
    weights: dict[str, Array] | None,
    *,
    epochs: int,
    batch_size: int,
    limits: dict[str, Any],
    rng: np.random.Generator,
    losses: list[float] | None = None,
) -> float:
    """Train with the student's parts; return the accuracy on held-out images.

    Parameters
    ----------
    make_classifier, make_transforms, fine_tune
        The student's.
    weights : dict of str to ndarray or None
        What ``make_classifier`` gets in a file.
    epochs, batch_size : int
        The student's settings.
    limits : dict
        A row of ``thresholds.toml``: ``train_images``, ``valid_images``,
        ``test_images``.
    rng : numpy.random.Generator
    losses : list of float, optional
        Where to add the mean training loss that ``fine_tune`` recorded for each epoch.

    Returns
    -------
    float
        Between 0 and 1.
    """
    parts = few_images(limits, rng)
    classes = len(parts[0].classes)
    model = make_or_fail(
        "train", "make_classifier", make_classifier,
        "classifier", make_classifier, "resnet18", classes, weights,
    )  # fmt: skip
    pair = call("train", "make_transforms", make_transforms, SIZE)
    try:
        looks = list(attempt(tuple, pair))
    except (StudentError, ValueError, TypeError):
        looks = []
    if len(looks) != 2:
        raise CheckFailed("train: make_transforms does not return (train, test).")
    pairs = [(part.images, part.targets) for part in parts[:2]]
    sizes = int(batch_size), int(epochs)
    history = make_or_fail(
        "train", "fine_tune", fine_tune,
        "tuned", fine_tune, model, pairs, looks, *sizes,
    )  # fmt: skip
    if losses is not None:
        losses.extend(_train_losses(history))
    images, targets = parts[2].images, parts[2].targets
    what = "the classifier's forward"
    found = make_or_fail(
        "train", what, fine_tune, "transformed_logits", model, images, looks[1]
    )
    logits = array("train", what, found, (len(images), classes))
    return float((logits.argmax(axis=1) == targets).mean())


def _shuffled(value: Array, rng: np.random.Generator) -> Array:
    """The same numbers in another order, of the same shape."""
    return rng.permutation(value.ravel()).reshape(value.shape)


def few_images(
    limits: dict[str, Any], rng: np.random.Generator
) -> tuple[data.ImageDataset, data.ImageDataset, data.ImageDataset]:
    """Draw new images of the task's classes, numbered anew: train, valid and test."""
    counts = [limits[f"{part}_images"] for part in ("train", "valid", "test")]
    _, drawn = data.split_classes(data.shapes(2 * sum(counts), rng), 5)
    numbers = rng.permutation(len(drawn.classes))
    classes = tuple(drawn.classes[number] for number in np.argsort(numbers))
    ends = np.cumsum(counts)
    return tuple(  # type: ignore[return-value]
        data.ImageDataset(
            drawn.name,
            drawn.images[end - count : end],
            numbers[drawn.targets[end - count : end]],
            classes,
        )
        for count, end in zip(counts, ends, strict=True)
    )


def read_weights() -> dict[str, Array]:
    """Weights of the small network, by torchvision's names."""
    from safetensors.numpy import load_file

    return dict(load_file(WEIGHTS))
