"""Checks of Lab 0: means."""

from typing import Any

import numpy as np

from labkit.check.report import CheckFailed, passed
from labkit.check.student import call, compare

SHAPES = ((5, 3), (4, 4), (1, 6))  # a square one, where a wrong axis still fits
ROWS = (
    "mean-of-rows",
    "These are the means of the rows: a feature is a column, axis=0.",
)


def means(function: Any, rng: np.random.Generator | None = None) -> None:
    """Check ``means`` on fresh random arrays of several shapes."""
    rng = np.random.default_rng() if rng is None else rng
    for shape in SHAPES:
        x = rng.standard_normal(shape)
        actual = call("means", "means(x)", function, x)
        try:
            compare("means", "means(x)", actual, x.mean(axis=0))
        except CheckFailed as error:
            if np.shape(actual) == shape[:1] and np.allclose(actual, x.mean(axis=1)):
                raise CheckFailed(error.title, error.details, ROWS) from None
            raise
    passed("means", f"Shapes (N, D): {', '.join(map(str, SHAPES))}.")
