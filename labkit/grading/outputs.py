"""What of a cell's outputs is kept: bounded, with nothing that a browser would run."""

import base64
import contextlib
import io
import re
from typing import Any

from bleach.sanitizer import ALLOWED_TAGS, Cleaner
from nbformat.v4 import new_output
from PIL import Image

LIMIT = 1_000_000
"""Characters that a cell's outputs may have."""

ROOM = 10_000_000
"""Characters that the outputs of a notebook may have altogether."""

_LONGEST = 100_000
"""Characters of one text among them."""

_PIXELS = 40_000_000
"""Of an image: a small file can hold more than a browser has memory for."""

_IMAGES = ("image/png", "image/jpeg")
_LINKS = ("http://", "https://", "mailto:", "#")
_INLINE_IMAGES = tuple(f"data:{kind};base64," for kind in _IMAGES)
_CLASS = re.compile("highlight|[a-z]{1,2}[0-9]?")  # of colored code
_MOST_TAGS = 2000  # the time that cleaning takes grows with the square of their number


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stay: links to follow, images that load nothing."""
    if name == "href":
        return tag == "a" and value.startswith(_LINKS)
    if name == "src":
        return tag == "img" and value.startswith(_INLINE_IMAGES)
    if name == "class":  # what has a page's own classes could pass for a part of it
        return _CLASS.fullmatch(value) is not None
    return name in ("alt", "title")


_CLEANER = Cleaner(
    tags={
        *ALLOWED_TAGS,
        *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "div", "span", "pre"),
        *("table", "thead", "tbody", "tr", "th", "td", "caption"),
        *("img", "del", "sub", "sup"),
    },
    attributes=_allowed,
    protocols={"http", "https", "mailto", "data"},
    strip=True,
)


_HINT = re.compile(r"Hint \(([a-z0-9-]+)\):")


def hints(cell: Any) -> list[str]:
    """Names of the misconceptions in the errors among a cell's outputs."""
    errors = [o for o in cell.get("outputs", []) if o.output_type == "error"]
    return [name for error in errors for name in _HINT.findall(error.evalue)]


def clean(html: str) -> str | None:
    """Drop what could run or load; None where that would take too long."""
    if html.count("<") > _MOST_TAGS or len(html) > LIMIT:
        return None
    return str(_CLEANER.clean(html))


def size(output: Any) -> int:
    """Characters of an output, with a little for each output itself."""
    if output.output_type == "stream":
        return 100 + len(output.text)
    if output.output_type == "error":
        return 100 + len(output.evalue) + sum(map(len, output.traceback))
    return 100 + sum(len(str(value)) for value in output.data.values())


def note(line: str) -> Any:
    """A line of the grader's own among a cell's outputs."""
    return new_output("stream", name="stdout", text=f"[labkit] {line}\n")


def error(name: str, message: str) -> Any:
    """An error of the grader's own among a cell's outputs."""
    return new_output(
        "error", ename=name, evalue=message, traceback=[f"{name}: {message}"]
    )


def text(value: Any) -> str:
    """Return text that notebooks may hold in one piece or as a list of lines."""
    if isinstance(value, list):
        return "".join(map(text, value))
    # A lone surrogate can be written in JSON but not in a file.
    return value.encode(errors="replace").decode() if isinstance(value, str) else ""


def shorten(long: str, limit: int) -> str:
    """The text, or its two ends when it is longer than `limit` characters."""
    if len(long) <= limit:
        return long
    half = limit // 2
    left_out = f"\n... {len(long) - 2 * half} characters left out ...\n"
    return long[:half] + left_out + long[-half:]


def kept(outputs: Any, limit: int = LIMIT) -> list[Any]:
    """Copy outputs, however malformed, as far as they are safe to show and keep.

    Text, errors, PNG and JPEG stay; HTML of reasonable size stays without scripts and
    whatever loads something; every other type goes.

    Parameters
    ----------
    outputs : list of dict
        A code cell's outputs, from anywhere.
    limit : int
        Characters to keep altogether.

    Returns
    -------
    list of NotebookNode
        Valid outputs.
    """
    safe: list[Any] = []
    room = limit
    for output in outputs if isinstance(outputs, list) else []:
        new = _safe(output) if isinstance(output, dict) else None
        if new is None:
            continue
        # What was cleaned away has cost time, too.
        room -= max(size(new), _markup(output))
        if room < 0:
            safe.append(note(f"outputs beyond {limit:,} characters were left out"))
            break
        safe.append(new)
    return safe


def images(attachments: Any) -> dict[str, dict[str, str]]:
    """Copy a Markdown cell's attachments, however malformed: PNG and JPEG alone."""
    if not isinstance(attachments, dict):
        return {}
    return {
        str(name): found
        for name, data in attachments.items()
        if isinstance(data, dict) and (found := _images(data))
    }


def bound(cells: Any) -> None:
    """Leave out the outputs of cells beyond what a notebook may have."""
    room = ROOM
    for cell in cells:
        if cell.get("outputs"):
            room -= sum(map(size, cell.outputs))
            if room < 0:
                cell.outputs = [note(f"outputs beyond {ROOM:,} characters: left out")]


def _markup(output: dict[str, Any]) -> int:
    data = output.get("data")
    return len(text(data.get("text/html"))) if isinstance(data, dict) else 0


def _safe(output: dict[str, Any]) -> Any:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        shown = shorten(text(output.get("text")), _LONGEST)
        return new_output("stream", name=name, text=shown)
    if kind == "error":
        lines = output.get("traceback")
        traceback = "\n".join(map(text, lines)) if isinstance(lines, list) else ""
        return new_output(
            "error",
            ename=shorten(text(output.get("ename")), 1_000),
            evalue=shorten(text(output.get("evalue")), 20_000),
            traceback=shorten(traceback, _LONGEST).split("\n"),
        )
    if kind not in ("display_data", "execute_result"):
        return None
    data = output.get("data")
    new = new_output(kind, data=_safe_data(data if isinstance(data, dict) else {}))
    return new if new.data else None


def _safe_data(data: dict[str, Any]) -> dict[str, str]:
    safe = {}
    if "text/plain" in data:
        safe["text/plain"] = shorten(text(data["text/plain"]), _LONGEST)
    if "text/html" in data and (html := clean(text(data["text/html"]))) is not None:
        safe["text/html"] = html
    return safe | _images(data)


def _images(data: dict[str, Any]) -> dict[str, str]:
    safe = {}
    for key in _IMAGES:
        encoded = "".join(text(data.get(key)).split())
        # What is not base64 could close the attribute that a page puts it in.
        with contextlib.suppress(Exception):
            content = io.BytesIO(base64.b64decode(encoded, validate=True))
            with Image.open(content, formats=("PNG", "JPEG")) as image:
                if image.width * image.height <= _PIXELS:
                    safe[key] = encoded
    return safe
