"""What of a cell's outputs is kept: bounded, with nothing that a browser would run."""

import base64
import binascii
import contextlib
from typing import Any

from bleach.sanitizer import Cleaner
from nbformat.v4 import new_output

LIMIT = 1_000_000
"""Characters that a cell's outputs may have."""

_IMAGES = ("image/png", "image/jpeg")
_CLEANER = Cleaner(
    tags={
        *("table", "thead", "tbody", "tr", "th", "td", "caption", "div", "p", "span"),
        *("b", "i", "em", "strong", "code", "pre", "ul", "ol", "li", "br", "hr"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "blockquote"),
    },
    attributes={},
    strip=True,
)


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

    Text, errors, PNG and JPEG stay; HTML stays without attributes, scripts and
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
    needed = {"error", "execute_result"}
    for output in outputs if isinstance(outputs, list) else []:
        new = _safe(output) if isinstance(output, dict) else None
        if new is None:
            continue
        # The first error and the first result decide a score: they always stay.
        if size(new) > room and new.output_type not in needed:
            safe.append(note(f"outputs beyond {limit:,} characters were left out"))
            break
        needed.discard(new.output_type)
        room -= size(new)
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


def _safe(output: dict[str, Any]) -> Any:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=text(output.get("text")))
    if kind == "error":
        lines = output.get("traceback")
        traceback = "\n".join(map(text, lines)) if isinstance(lines, list) else ""
        return new_output(
            "error",
            ename=shorten(text(output.get("ename")), 1_000),
            evalue=shorten(text(output.get("evalue")), 20_000),
            traceback=shorten(traceback, 100_000).split("\n"),
        )
    if kind not in ("display_data", "execute_result"):
        return None
    data = output.get("data")
    new = new_output(kind, data=_safe_data(data if isinstance(data, dict) else {}))
    return new if new.data else None


def _safe_data(data: dict[str, Any]) -> dict[str, str]:
    safe = {key: text(data[key]) for key in ("text/plain",) if key in data}
    if "text/html" in data:
        safe["text/html"] = _CLEANER.clean(text(data["text/html"]))
    return safe | _images(data)


def _images(data: dict[str, Any]) -> dict[str, str]:
    safe = {}
    for key in _IMAGES:
        encoded = "".join(text(data.get(key)).split())
        # What is not base64 could close the attribute that a page puts it in.
        with contextlib.suppress(binascii.Error, ValueError):
            if base64.b64decode(encoded, validate=True):
                safe[key] = encoded
    return safe
