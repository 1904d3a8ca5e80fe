"""Known wrong answers: how each is recognized, and the hint that names it.

A rule is a predicate on what a check saw: its inputs, ``c.expected`` and ``c.actual``.
A predicate that cannot be evaluated (other shapes, something missing) does not hold.
Each lab has a module of its own. What any question may meet is looked for last.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

from labkit.check.misconceptions import common, lab1, lab2, lab3, lab4
from labkit.check.misconceptions.rules import Rule, same

__all__ = ["HINTS", "RULES", "Rule", "find", "hint", "same"]

HINTS = lab1.HINTS | lab2.HINTS | lab3.HINTS | lab4.HINTS | common.HINTS
RULES = lab1.RULES + lab2.RULES + lab3.RULES + lab4.RULES + common.RULES


def hint(name: str) -> tuple[str, str]:
    """Name and text of a misconception that a check has recognized itself."""
    return name, HINTS[name]


def find(question: str, **context: Any) -> tuple[str, str] | None:
    """Return name and hint of the first misconception that holds, or None.

    Parameters
    ----------
    question : str
        Such as ``linear.dW``; a rule for ``linear`` serves it too.
    **context
        What the predicates look at: ``expected``, ``actual``, inputs, ``error``.
    """
    case = SimpleNamespace(**context)
    for rule in RULES:
        asked = [q for q in rule.questions if f"{question}.".startswith(f"{q}.")]
        if asked or not rule.questions:
            try:
                with np.errstate(all="ignore"):
                    if rule.holds(case):
                        return hint(rule.name)
            except Exception:  # the predicate does not apply to this case
                continue
    return None
