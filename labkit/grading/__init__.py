"""Grading with nbgrader: a class, its submissions, its gradebook and its feedback."""

import contextlib
import sys

# Notebooks are checked with jsonschema, which builds a parser for addresses whenever it
# is first imported, for seconds, where this package is installed. Notebooks have none.
if "jsonschema" not in sys.modules and "rfc3987_syntax" not in sys.modules:
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    with contextlib.suppress(ImportError):
        import jsonschema  # noqa: F401
    del sys.modules["rfc3987_syntax"]
