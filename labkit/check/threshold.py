"""Accuracy thresholds: which one holds, and what an accuracy earns."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from labkit.check.report import CheckFailed, told
from labkit.check.student import number


def row(*wanted: tuple[str, str]) -> dict[str, Any]:
    """Find a row of ``thresholds.toml``, which lies beside the notebook.

    Parameters
    ----------
    *wanted : tuple of str
        Data set and tier; the first pair that there is a row for counts.

    Raises
    ------
    CheckFailed
        If there is no such file or row.
    """
    path = Path("thresholds.toml")
    if not path.exists():
        raise CheckFailed(
            "train: thresholds.toml is not beside the notebook.",
            "Copy it there from the course folder.",
        )
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("threshold", [])
    found = {(each["dataset"], each["tier"]): each for each in rows}
    for pair in wanted:
        if pair in found:
            return dict(found[pair])
    dataset, _ = wanted[0]
    raise CheckFailed(f"train: thresholds.toml has no row for {dataset} on the CPU.")


def check_settings(row: dict[str, Any], batch_size: Any, epochs: Any) -> None:
    """See that a student's settings are whole numbers, and within a row's limits."""
    details = f"BATCH_SIZE = {batch_size!r}, EPOCHS = {epochs!r}"
    try:
        sizes = number("train", "", batch_size), number("train", "", epochs)
    except CheckFailed:
        sizes = (0.0, 0.0)
    if any(n < 1 or n % 1 for n in sizes):
        raise CheckFailed(
            "train: BATCH_SIZE and EPOCHS must be whole numbers, 1 or more.", details
        )
    if epochs > row["max_epochs"]:
        raise CheckFailed(
            f"train: EPOCHS may be at most {row['max_epochs']} on {row['dataset']}"
            f"{' here' if row['tier'] == 'cpu' else ' with a GPU'}.",
            details,
        )


def graded(row: dict[str, Any], accuracy: Callable[[list[float]], float]) -> float:
    """Train, once more where that misses full marks, and return the points.

    Parameters
    ----------
    row : dict
        Of ``thresholds.toml``: its ``steps`` are pairs of accuracy and points.
    accuracy : callable
        Trains once, adds the mean loss of each epoch to a list, and returns the
        accuracy on held-out images.

    Returns
    -------
    float
        Points of the better run.

    Raises
    ------
    CheckFailed
        If the accuracy earns no point.
    """
    steps = sorted(row["steps"])
    bound, full = steps[-1]
    best, losses = 0.0, list[float]()
    for _ in range(2):  # a right network may have bad luck once
        if best < bound:
            losses.clear()
            best = max(best, accuracy(losses))
    points = max((p for least, p in steps if best >= least), default=0.0)
    note = f"{best:.2%} of the held-out images of {row['dataset']} are right"
    if not points:
        course = ""
        if losses:
            course = (
                f"\nThe training loss went from {losses[0]:.4g} in the first epoch to "
                f"{losses[-1]:.4g} in the last; guessing gives 2.303."
            )
        raise CheckFailed(
            f"train: {note}.",
            f"The first points need {steps[0][0]:.2%}, all {full:g} need {bound:.2%}."
            + course,
        )
    told(f"train: {points:g} of {full:g} points.", f"{note}; all need {bound:.2%}.")
    return float(points)
