"""Checks that the notebooks' test cells call: one module a lab.

A check draws fresh random inputs, calls what the student wrote, and compares with what
it computes itself. It returns where all is well; otherwise it raises `CheckFailed`,
which says what was expected, what came, and, where the mistake is a known one, names
it (`labkit.check.misconceptions`).
"""

from labkit.check.report import CheckFailed
from labkit.check.student import StudentError

__all__ = ["CheckFailed", "StudentError"]
