"""Read what a student handed in, as untrusted as it is."""

import json
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
import nbformat.reader

from labkit.grading.outputs import text
from labkit.grading.worker import Submission

LARGEST = 200_000_000
"""Bytes that a submitted notebook may have."""

_PARTS = 1_000_000
"""Dictionaries and lists that a notebook may have: each takes memory of its own."""

_CELLS, _LONGEST, _CHARACTERS = 2_000, 200_000, 2_000_000
"""How many cells, characters of one, and of all together, are read."""

_FILES, _BYTES = 200, 50_000_000
"""How many other files, and bytes of them together, a submission may bring."""

LEFT_OUT = "left out by labkit.txt"
"""The file, beside the notebook in the sandbox, that lists those that are not there."""


def printable(text: str) -> str:
    """The text without what gives orders to a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


class Unreadable(Exception):
    """A submission cannot be graded; the message is the reason."""

    def __init__(self, reason: str) -> None:
        # File names and such are a student's.
        super().__init__(printable(reason))


def collect(folder: Path, name: str) -> Submission:
    """Read the bytes of ``submitted/<student>/<lab>/``, and no link.

    Raises
    ------
    Unreadable
        With the reason, in one line, if there is no notebook of that name.
    """
    path = folder / name
    refuse_links(path)
    if not path.exists():
        there = sorted(other.name for other in folder.glob("*"))
        found = f"found {', '.join(there)}" if there else "the folder is empty"
        raise Unreadable(f"{name} is missing ({found})"[:300])
    if path.is_dir():
        raise Unreadable(f"{name} is a folder, not a notebook")
    if not path.is_file():
        raise Unreadable(f"{name} is no regular file")
    if not path.stat().st_size:
        raise Unreadable(f"{name} is empty")
    if path.stat().st_size > LARGEST:
        raise Unreadable(
            f"{name} has {path.stat().st_size / 1e6:,.0f} MB, at most "
            f"{LARGEST / 1e6:,.0f} MB are read; its outputs must be cleared"
        )
    timestamp(folder)
    return Submission(path.read_bytes(), files(folder))


def parse(content: bytes, name: str) -> Any:
    """Read a submitted notebook.

    Raises
    ------
    Unreadable
        With the reason, in one line.
    """
    try:
        return loads(content.decode())
    except UnicodeDecodeError:
        raise Unreadable(f"{name} is not text in UTF-8") from None
    except Exception as error:
        # Whatever makes it unreadable, the others must be graded all the same.
        raise Unreadable(f"{name} is not a notebook: {line(error)}") from None


def timestamp(folder: Path) -> datetime | None:
    """Read when a submission came, in UTC, where a file beside the notebook says it.

    Raises
    ------
    Unreadable
        If the file has no date: nbgrader, which reads it too, would fail.
    """
    path = folder / "timestamp.txt"
    if not os.path.lexists(path):
        return None
    from nbgrader.utils import parse_utc

    try:
        text = short_text(path)
        if text is None:
            raise ValueError
        found: datetime | None = parse_utc(text.strip()) if text.strip() else None
    except (ValueError, OverflowError, TypeError):
        raise Unreadable(
            f"{path.name} is no date; delete it, or write one like "
            "2027-01-31 23:59:00 UTC"
        ) from None
    return found


def short_text(path: Path) -> str | None:
    """Read a small file of nbgrader's own among what a student handed in.

    Returns
    -------
    str or None
        None if there is no such file, or it is a link, long, or no text.
    """
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 1000:
        return None
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def refuse_links(path: Path) -> None:
    """Raise `Unreadable` if a submitted notebook, or a folder of it, is a link.

    It could lead to another student's work, or to the solutions. So is a student's
    name that formgrader, which shows it as it is, would take for a part of its page,
    or that nbgrader would take for a pattern of other students' names.
    """
    student = path.parent.parent.name
    if set('<>"*?[]') & set(student) or not student.isprintable():
        raise Unreadable(
            f'the folder submitted/{student} has a name with one of <>"*?[] or what no '
            "printer prints; rename it"
        )
    if student != student.strip():
        raise Unreadable(
            f"the folder 'submitted/{student}' has a name with a space at an end; "
            "rename it"
        )
    for place in (path, path.parent, path.parent.parent):
        if place.is_symlink():
            raise Unreadable(f"{place.name} is a link, and links are not followed")


def line(error: BaseException) -> str:
    """An error's message, in one line."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return printable(lines[0][:200])


def files(folder: Path) -> dict[str, bytes]:
    """Read the files beside a notebook: regular ones, no links, so many and no more.

    Returns
    -------
    dict of str to bytes
        By path relative to the folder. Where others have no more room, `LEFT_OUT`
        lists them.
    """
    found: dict[str, bytes] = {}
    left_out: list[str] = []
    room = _BYTES
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != ".ipynb_checkpoints")
        for path in (Path(place, name) for name in sorted(names)):
            if path.suffix == ".ipynb" or path.is_symlink() or not path.is_file():
                continue
            name, size = str(path.relative_to(folder)), path.stat().st_size
            if size > room or len(found) == _FILES:
                left_out.append(name)
                continue
            room -= size
            found[name] = path.read_bytes()
    if left_out:
        found[LEFT_OUT] = "\n".join(left_out[:_FILES]).encode(errors="replace")
    return found


_STRING = r'"(?:[^"\\]|\\.)*+"'


def _parts(content: str) -> int:
    return content.count("{") + content.count("[")


def loads(content: str) -> Any:
    """Read a submitted notebook, also where nbformat gives up on a cell of it.

    Raises
    ------
    ValueError
        If it is not JSON, or not a notebook at all.
    """
    content = content.removeprefix("\ufeff")  # the mark that Windows editors write
    if _parts(content) > _PARTS and _parts(re.sub(_STRING, "", content)) > _PARTS:
        raise ValueError("it has more parts than are read; clear its outputs")
    try:
        notebook = nbformat.convert(nbformat.reader.reads(content), 4)
    except (
        *(AttributeError, KeyError, TypeError, UnboundLocalError),
        nbformat.ValidationError,
    ):
        notebook = nbformat.from_dict(json.loads(content))
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("it is JSON, but has no list of cells")
    cells = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
    if len(cells) > _CELLS:
        raise ValueError(f"it has {len(cells):,} cells, at most {_CELLS:,} are read")
    notebook["cells"] = cells
    room = _CHARACTERS
    for cell in notebook["cells"]:
        if not isinstance(cell.get("id", ""), str):
            del cell["id"]
        source = text(cell.get("source"))
        room -= len(source)
        if len(source) > _LONGEST or room < 0:
            source = f"# [labkit] left out: {len(source):,} characters are too many"
        cell["source"] = source
    if not isinstance(notebook.get("metadata"), dict):
        notebook["metadata"] = nbformat.from_dict({})
    return notebook
