"""How a check's verdict is shown: a box in a notebook, plain text elsewhere."""

import html
import sys
from typing import Any

_GREEN, _RED = "#1a7f37", "#d1242f"
_PRE = "background: transparent; margin: 0.2em 0; white-space: pre-wrap"


class CheckFailed(AssertionError):
    """A check found a mistake.

    Parameters
    ----------
    title : str
        What is wrong, in a line.
    details : str
        What was expected and what came, a line each.
    hint : tuple of (str, str), optional
        Name and text of the misconception that explains it.
    """

    def __init__(
        self, title: str, details: str = "", hint: tuple[str, str] | None = None
    ) -> None:
        self.title = title
        self.details = details
        self.hint = hint
        self._shown = False
        lines = [title]
        if details:
            lines += ["  " + line for line in details.splitlines()]
        if hint:
            lines.append(f"Hint ({hint[0]}): {hint[1]}")
        super().__init__("\n".join(lines))

    @property
    def unwritten(self) -> bool:
        """Whether the student has not written the code yet."""
        return self.title.endswith("not written yet.")

    def _render_traceback_(self) -> list[str]:
        """Show the verdict instead of the check's own frames (IPython calls this)."""
        if not _in_notebook():
            return [f"CheckFailed: {self}"]
        if not self._shown:  # IPython asks twice
            self._shown = True
            body = ""
            if self.details:
                body += f"<pre style='{_PRE}'>{html.escape(self.details)}</pre>"
            if self.hint:
                name, text = self.hint
                body += f"<div><em>{html.escape(text)}</em> ({name})</div>"
            _display(str(self), _box(_RED, self.title, body))
        return [f"CheckFailed: {self.title}"]


def passed(what: str, note: str) -> None:
    """Say that a check passed: what was checked, and on what."""
    told(f"{what}: passed.", note)


def told(title: str, note: str) -> None:
    """Show a verdict that is not a failure."""
    text = f"{title} {note}"
    if not _in_notebook():
        print(text)
        return
    _display(text, _box(_GREEN, title, f" {html.escape(note)}"))


def _box(color: str, title: str, body: str) -> str:
    return (
        f'<div style="border-left: 4px solid {color}; background: {color}1a; '
        f'padding: 0.3em 0.8em"><strong>{html.escape(title)}</strong>{body}</div>'
    )


def _in_notebook() -> bool:
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return shell is not None and hasattr(shell, "kernel")


def _display(text: str, box: str) -> None:
    from IPython.display import display

    show: Any = display
    show({"text/plain": text, "text/html": box}, raw=True)
