"""Pages about a class: one file each, readable offline, printed, light or dark."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(path: Path, template: str, **values: Any) -> Path:
    """Write a page; all values are escaped.

    Parameters
    ----------
    path : Path
        The file; its folder is made.
    template : str
        One of the templates in ``pages/``, such as ``stats.html``.
    **values
        What the template shows; ``title`` is the page's title.

    Returns
    -------
    Path
        The file.
    """
    text = _TEMPLATES.get_template(template).render(**values)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path
