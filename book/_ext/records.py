"""Sphinx extension: build the pages anew when what their cells read has changed."""

from pathlib import Path
from typing import Any


def _outdated(app: Any, env: Any, *_: object) -> list[str]:
    root = Path(app.srcdir)
    read_by_cells = [
        root / "book/chapter.py",
        *root.glob("book/results/*.json"),
        *root.glob("notebooks/*/*.ipynb"),
    ]
    newest = max(file.stat().st_mtime for file in read_by_cells)
    # Sphinx keeps the time at which it read a page in microseconds.
    return [
        page
        for page, time in env.all_docs.items()
        if page.startswith("book/") and time < newest * 1e6
    ]


def setup(app: Any) -> dict[str, Any]:
    """Called by Sphinx."""
    app.connect("env-get-outdated", _outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
