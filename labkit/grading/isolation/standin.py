"""What a submission gets as `labkit.check` while it is graded: checks that do nothing.

The checks themselves run elsewhere, on what the submission defined.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Inert()


class _Inert:
    """A lab's checks; calling one does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None
