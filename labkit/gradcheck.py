"""Gradients by central differences, to compare a backward pass with.

For a scalar function f and a step h, the derivative along a direction v is
``(f(a + h v) - f(a - h v)) / (2 h)``, with an error of order h squared (Burden and
Faires, Numerical Analysis, section 4.1).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def relative_error(actual: Array, expected: Array, floor: float = 1e-8) -> float:
    """Largest elementwise relative error between two arrays.

    Parameters
    ----------
    actual, expected : ndarray, shape (...,)
        Arrays of one shape.
    floor : float
        Lower bound of the denominator, so that two zeros compare equal.

    Returns
    -------
    float
        ``max |a - e| / max(|a| + |e|, floor)``; nan if either holds a nan, 0 for
        empty arrays.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    a, e = np.asarray(actual, dtype=float), np.asarray(expected, dtype=float)
    if a.shape != e.shape:
        raise ValueError(f"relative_error: shapes differ, {a.shape} and {e.shape}")
    if a.size == 0:
        return 0.0
    return float(np.max(np.abs(a - e) / np.maximum(np.abs(a) + np.abs(e), floor)))


def numerical_gradient(
    function: Callable[[Array], float], at: Array, step: float = 1e-6
) -> Array:
    """Gradient of a scalar function by central differences, entry by entry.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `at`, returns a number; must not change it.
    at : ndarray, shape (...,)
        Where to differentiate; converted to float64.
    step : float
        The step h.

    Returns
    -------
    ndarray, shape (...,), float64
        Costs two calls of `function` for each entry of `at`.
    """
    at = np.array(at, dtype=float)
    gradient = np.empty_like(at)
    for index in np.ndindex(at.shape):
        direction = np.zeros_like(at)
        direction[index] = 1.0
        gradient[index] = directional_derivative(function, at, direction, step)
    return gradient


def directional_derivative(
    function: Callable[[Array], float], at: Array, direction: Array, step: float = 1e-6
) -> float:
    """Derivative of a scalar function along one direction, by central differences.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of `at`, returns a number.
    at, direction : ndarray, shape (...,)
        The point, and the direction (its length scales the result).
    step : float
        The step h.

    Returns
    -------
    float
        Compare it with ``(gradient * direction).sum()``: one number for a whole
        array, which is how a large gradient is checked quickly.
    """
    ahead, behind = function(at + step * direction), function(at - step * direction)
    return float(ahead - behind) / (2 * step)
