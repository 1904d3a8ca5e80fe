"""Known wrong answers of Lab 2."""

from labkit.check.misconceptions.rules import Rule

HINTS: dict[str, str] = {}

RULES: list[Rule] = []
