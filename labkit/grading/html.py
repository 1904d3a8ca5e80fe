"""Notebooks as HTML that is safe in an instructor's browser.

Nothing in it runs, and nothing is loaded from anywhere: formulas become MathML, which
browsers draw themselves, and a page's policy refuses what might be left
(``templates``).
"""

import re
from html import escape, unescape
from typing import Any
from xml.etree.ElementTree import Element

from jinja2 import pass_context
from latex2mathml.converter import convert_to_element
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from labkit.grading.outputs import clean

LONGEST = 50_000
"""Characters of a cell's text to show."""

_LONGEST_FORMULA = 2000
_MARK = "\ue000{}\ue001"
_MARKS = re.compile("\ue000([0-9]{1,6})\ue001")
_MATHML = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr"),
    *("mtd", "mstyle", "mpadded", "mphantom", "menclose", "mmultiscripts"),
}
_MATHML_ATTRIBUTES = {
    *("display", "stretchy", "fence", "form", "accent", "columnalign", "mathvariant"),
    *("linethickness", "displaystyle", "notation", "width", "minsize", "maxsize"),
}


@pass_context  # type: ignore[untyped-decorator]
def markdown2html(context: Any, source: str) -> str:
    """Render a Markdown cell, as nbconvert's filter of this name does, but safely."""
    source = source[:LONGEST].replace("\ue000", "")
    renderer = _Renderer(context.get("cell", {}).get("attachments", {}))
    try:
        rendered = clean(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:
        # A missing attachment, say: it must not end the whole class's feedback.
        rendered = None
    if rendered is None:
        return f"<pre>{escape(source)}</pre>"
    formulas = dict(enumerate(renderer.formulas))
    return _MARKS.sub(lambda mark: formulas.get(int(mark[1]), ""), rendered)


class _Renderer(IPythonRenderer):  # type: ignore[misc]
    """Leaves marks in place of formulas, for the time that HTML is cleaned."""

    def __init__(self, attachments: Any) -> None:
        super().__init__(
            escape=False, attachments=attachments, exclude_anchor_links=True
        )
        self.formulas: list[str] = []

    def block_math(self, body: str) -> str:
        return self._mark(body, "block")

    def inline_math(self, body: str) -> str:
        return self._mark(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        return self._mark(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")

    def _mark(self, formula: str, display: str) -> str:
        self.formulas.append(mathml(formula, display))
        return _MARK.format(len(self.formulas) - 1)


def mathml(formula: str, display: str = "inline") -> str:
    """Turn TeX into MathML, or into code where it cannot be read."""
    try:
        if len(formula) > _LONGEST_FORMULA:
            raise ValueError
        return _written(convert_to_element(formula, display=display))
    except Exception:
        return f"<code>{escape(formula)}</code>"


def _written(element: Element) -> str:
    """Write an element; of a student's TeX, nothing but text and layout is kept."""
    inside = escape(unescape(element.text or ""))
    inside += "".join(
        _written(child) + escape(unescape(child.tail or "")) for child in element
    )
    if element.tag not in _MATHML:
        return inside
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in element.attrib.items()
        if name in _MATHML_ATTRIBUTES
    )
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"
