"""What a rule is, and what many of them need."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np


class Rule(NamedTuple):
    """A misconception's name, the questions it may explain, and its predicate.

    Without questions, it may explain all.
    """

    name: str
    questions: tuple[str, ...]
    holds: Callable[[Any], bool]


def same(actual: Any, expected: Any, rtol: float = 1e-5) -> bool:
    """Whether two arrays have one shape and differ by at most rtol of the largest."""
    a, e = np.asarray(actual), np.asarray(expected)
    if a.shape != e.shape:
        return False
    if not e.size:
        return True
    a, e = a.astype(float, copy=False), e.astype(float, copy=False)
    scale = max(float(np.abs(e).max()), 1e-3)
    return bool(np.abs(a - e).max() <= rtol * scale)


def among(name: str, actual: Any, arrays: Mapping[str, Any]) -> bool:
    """Whether an array is one of a mistake's kinds, such as ``name/other``."""
    kinds = [each for key, each in arrays.items() if key.partition("/")[0] == name]
    return any(same(actual, each) for each in kinds)


def is_other(name: str) -> Callable[[Any], bool]:
    return lambda c: among(name, c.actual, c.others)


def error_has(*words: str) -> Callable[[Any], bool]:
    return lambda c: any(word in c.error for word in words)


def error_matches(pattern: str) -> Callable[[Any], bool]:
    return lambda c: re.search(pattern, c.error) is not None
