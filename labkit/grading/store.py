"""What a class's earlier grading left: results by content, so that nothing is redone.

A student's entry holds the result of the last submission that was graded, with the key
of all that it came from, and is used only where that is the same now. It lies in the
class directory, which no sandbox sees. Every file is written whole or not at all.
"""

import contextlib
import json
import os
import tempfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from labkit.grading.worker import Graded


def handed_in(course: Path, lab: str) -> set[str]:
    """Students who have handed in something of a lab."""
    return {path.parent.name for path in course.glob(f"submitted/*/{lab}")}


def misplaced(course: Path, lab: str) -> list[Path]:
    """What lies in ``submitted``, and was most likely meant to be handed in."""
    submitted = course / "submitted"
    notebooks = [*submitted.glob("*.ipynb"), *submitted.glob("*/*.ipynb")]
    folders = [
        path
        for path in submitted.glob("*/*/")
        if path.name != lab and path.name.casefold() == lab.casefold()
    ]
    return sorted([*notebooks, *folders])


class Store:
    """Results of a lab in a class, under ``.labkit``.

    Parameters
    ----------
    course : Path
    lab : str
    thresholds : bool
        Of grading with the tests that train, or of a quick look without them: neither
        takes the other's results away.
    """

    def __init__(self, course: Path, lab: str, thresholds: bool = True) -> None:
        kept = "results" if thresholds else "results-without-thresholds"
        self._results = course / ".labkit" / kept / lab
        self._recorded = course / ".labkit" / "recorded" / lab

    def students(self) -> set[str]:
        """Students of whom there is a result, of whatever submission."""
        return {path.name for path in self._results.glob("*")}

    def find(self, student: str, key: str) -> Graded | None:
        """Return the result of a student's submission, if it has that key."""
        with contextlib.suppress(OSError, ValueError, zlib.error, TypeError):
            packed = (self._results / student).read_bytes()
            if packed.startswith(key.encode()):
                return Graded(**json.loads(zlib.decompress(packed[len(key) :])))
        return None

    def keep(self, student: str, key: str, graded: Graded) -> None:
        """Keep a result in place of the student's last one."""
        content = json.dumps(asdict(graded)).encode()
        write(self._results / student, key.encode() + zlib.compress(content, 1))

    def recorded(self, student: str) -> Any:
        """Return what `record` was given last, or None."""
        with contextlib.suppress(OSError, ValueError):
            return json.loads((self._recorded / student).read_text("utf-8"))
        return None

    def record(self, student: str, mark: Any) -> None:
        """Note what has been written into the gradebook for a student."""
        write(self._recorded / student, json.dumps(mark).encode())


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, whatever happens meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
