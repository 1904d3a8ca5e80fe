"""What the chapters' cells share: records, figures, diagrams, things to play with."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from IPython.display import HTML

from labkit.history import Run
from labkit.plots import Picture
from labkit.training import result_path

BOOK = Path(__file__).parent


def record(lab: str, name: str, dataset: str) -> Run:
    """Return a recorded run of `labkit train`."""
    return Run.load(result_path(lab, name, dataset, BOOK.parent))


def result(name: str) -> dict[str, Any]:
    """Return what a script recorded in ``results/<name>.json``."""
    path = BOOK / "results" / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def points(lab: str) -> dict[str, dict[str, int]]:
    """Points of each question's parts, from the student notebook's metadata."""
    path = BOOK.parent / "notebooks" / lab / f"{lab}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    graded = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    questions: dict[str, dict[str, int]] = {
        meta["grade_id"]: {} for meta in graded if meta.get("solution")
    }
    for meta in graded:
        if meta.get("grade"):
            # `test-train-one-epoch-…` belongs to `train-one-epoch`, not to `train`.
            name = meta["grade_id"].removeprefix("test-")
            owner = max(
                (q for q in questions if f"{name}-".startswith(f"{q}-")), key=len
            )
            questions[owner][name.removeprefix(owner).strip("-")] = meta["points"]
    return questions


def seeds(lab: str) -> dict[str, Any]:
    """What student reports stated, by report: their figures, not ours."""
    stated = result(f"seeds_{lab.split('_')[0]}")["reports"]
    return {report["report"]: report for report in stated}


def percent(share: float, digits: int = 2) -> str:
    """``0.9756`` as ``97.56%``."""
    return f"{share:.{digits}%}"


def power(number: float) -> str:
    """Write ``1.6e-07`` with a raised exponent, for a sentence or a table."""
    if not number:
        return "0"
    digits, exponent = f"{number:.1e}".split("e")
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits} \N{MULTIPLICATION SIGN} 10{raised}"


def means(values: Sequence[float | None], size: int) -> list[float]:
    """Means of ``size`` values each, up to the first that is missing."""
    known = values[: values.index(None)] if None in values else values
    ends = range(size, len(known) + 1, size)
    return [sum(known[end - size : end]) / size for end in ends]  # type: ignore[arg-type]


def figure(picture: Picture, caption: str) -> HTML:
    """Show a picture with its caption."""
    return _figure(picture._repr_html_(), caption)


def shapes(told: str, *terms: str | tuple[str, str, str], caption: str = "") -> HTML:
    """Draw arrays as boxes with their shapes: ``dW = xᵀ dy`` and the like.

    Parameters
    ----------
    told : str
        What the diagram shows, for those who cannot see it.
    *terms : str or tuple of str
        Between the boxes a sign such as ``=``; a box is (name, rows, columns).
        Gradients, whose names begin with d or ∂, have a dashed edge.
    caption : str
        The caption.
    """
    gap, top, drawn, x = 12, 30, [], 6
    boxes = [term for term in terms if isinstance(term, tuple)]
    height = max(_side(rows) for _, rows, _ in boxes)
    middle = top + height / 2
    for term in terms:
        if isinstance(term, str):
            width = 9 * len(term)
            drawn.append(_text(x + width / 2, middle + 5, term))
        else:
            name, rows, columns = term
            x += 10 + 7 * len(rows)
            width, tall = max(_side(columns), 10 * len(name) + 8), _side(rows)
            above = middle - tall / 2
            kind = "gradient" if name[0] in "d∂" else "value"
            drawn.append(
                f'<rect class="{kind}" x="{x}" y="{above}" width="{width}" '
                f'height="{tall}" rx="2"/>'
                + _text(x + width / 2, middle + 5, name, "name")
                + _text(x - 6, middle + 4, rows, "size", "end")
                + _text(x + width / 2, above - 6, columns, "size")
            )
        x += width + gap
    return _figure(
        f'<svg class="shapes" role="img" aria-label="{escape(told)}" '
        f'viewBox="0 0 {x} {top + height + 8}" width="{x}">{"".join(drawn)}</svg>',
        caption or told,
    )


_SIDES = {"1": 22, "N": 66, "in": 88, "out": 56, "C": 50, "D": 78, "K": 50}


def _side(size: str) -> int:
    return _SIDES.get(size, 96)


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "middle") -> str:
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def slider(
    series: Mapping[str, Sequence[float]],
    told: Mapping[str, str],
    label: str,
    axes: tuple[str, str],
    caption: str,
    top: float = 1.0,
) -> HTML:
    """Lines by epoch, of which a slider picks one; all of them where scripts are off.

    Parameters
    ----------
    series : mapping of str to sequence of float
        Values from 0 to ``top``, by setting, in the slider's order.
    told : mapping of str to str
        A sentence for each setting.
    label : str
        What the slider moves.
    axes : tuple of str
        What the horizontal and the vertical axis show.
    caption : str
    top : float
        Upper end of the vertical axis.
    """
    width, height, left, below = 560, 300, 52, 40
    epochs = max(map(len, series.values()))

    def at(epoch: float, value: float) -> tuple[float, float]:
        across = (epoch - 1) / max(epochs - 1, 1) * (width - left - 90)
        return left + across, 10 + (1 - value / top) * (height - below - 10)

    drawn = []
    for tick in range(5):
        x, y = at(1, top * tick / 4)
        drawn.append(
            f'<path class="grid" d="M{x} {y:g}H{width - 90}"/>'
            + _text(x - 8, y + 4, f"{top * tick / 4:.0%}", "size", "end")
        )
    for epoch in range(1, epochs + 1):
        drawn.append(_text(at(epoch, 0)[0], height - below + 18, str(epoch), "size"))
    drawn.append(_text((width - 90 + left) / 2, height - 4, axes[0], "size"))
    # Labels of lines that end together move apart, downwards from the highest line.
    labels, lowest = {}, 0.0
    for name in sorted(series, key=lambda name: -series[name][-1]):
        lowest = max(at(epochs, series[name][-1])[1], lowest + 14)
        labels[name] = lowest
    for number, (name, values) in enumerate(series.items()):
        places = [at(n, value) for n, value in enumerate(values, start=1)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        drawn.append(
            f'<g class="line line-{number % 6}" data-told="{escape(told[name])}">'
            f'<polyline points="{line}"/>'
            f"{_text(width - 82, labels[name] + 4, name, 'size', 'start')}</g>"
        )
    alt = f"{axes[1]} by {axes[0]}. " + " ".join(told.values())
    return _figure(
        f'<svg class="lines" role="img" aria-label="{escape(alt)}" '
        f'viewBox="0 0 {width} {height}">{"".join(drawn)}</svg>',
        caption,
        f'class="pick" data-label="{escape(label)}"',
    )


def confusion_table(
    matrix: Sequence[Sequence[int]], classes: Sequence[str], caption: str
) -> HTML:
    """A confusion matrix whose cells explain themselves when pointed at.

    Parameters
    ----------
    matrix : sequence of sequence of int, shape (C, C)
        Row: the true class; column: the predicted one.
    classes : sequence of str, length C
    caption : str
    """
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in classes)
    body = []
    for name, row in zip(classes, matrix, strict=True):
        cells = []
        for taken, count in zip(classes, row, strict=True):
            share = count / max(sum(row), 1)
            told = f"{name} taken for {taken}: {count} of {sum(row)}, {share:.1%}"
            if taken == name:
                told = f"{name} recognized: {count} of {sum(row)}, {share:.1%}"
            # The fourth root lets single mistakes show beside a diagonal of thousands.
            cells.append(
                f'<td style="--share: {share**0.25:.2f}" title="{escape(told)}">'
                f"{count or ''}</td>"
            )
        body.append(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>')
    return _figure(
        '<div class="scroll" tabindex="0" role="group" aria-label="confusion matrix">'
        f'<table class="confusion"><thead><tr><td>true \\ read as</td>{head}</tr>'
        f"</thead><tbody>{''.join(body)}</tbody></table></div>",
        caption,
        'class="point"',
    )


def _figure(content: str, caption: str, attributes: str = "") -> HTML:
    return HTML(
        f"<figure {attributes}>{content}"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
