"""Students' Markdown as HTML that is safe in an instructor's browser."""

from html import escape
from typing import Any

from bleach.sanitizer import ALLOWED_TAGS, Cleaner
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter

_LINKS = ("http://", "https://", "mailto:", "#")
_IMAGES = ("data:image/png;base64,", "data:image/jpeg;base64,")


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stay: links to follow, images that load nothing."""
    if name == "href":
        return tag == "a" and value.startswith(_LINKS)
    if name == "src":
        return tag == "img" and value.startswith(_IMAGES)
    return name in ("alt", "class", "id", "title")


_CLEANER = Cleaner(
    tags={
        *ALLOWED_TAGS,
        *("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "div", "span", "pre"),
        *("img", "del", "sub", "sup", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes=_allowed,
    protocols={"http", "https", "mailto", "data"},
)


@pass_context  # type: ignore[untyped-decorator]
def markdown2html(context: Any, source: str) -> str:
    """Render a Markdown cell as nbconvert does, then drop what could run or load."""
    try:
        rendered = HTMLExporter().markdown2html(context, source)
    except Exception:
        # A missing attachment, say: it must not end the whole class's feedback.
        rendered = f"<pre>{escape(source)}</pre>"
    return str(_CLEANER.clean(rendered))
