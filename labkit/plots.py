"""Figures and tables of training runs.

Every figure is a `Picture`: a matplotlib figure that shows itself in a notebook as SVG
with a text for those who cannot see it. Backgrounds are transparent and the text is
mid-gray, so that one picture reads on a light and on a dark page; series differ in
line style, marker or hatch as well as in color, so that it reads in gray.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import ArrayLike

from labkit.history import History

TEXT = "#777777"
"""Contrast about 4.5:1 on white and 4:1 on the near-black of dark themes."""

_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b08900", "#56b4e9")
_MARKERS = "osD^vP"
_HATCHES = ("", "//", "..", "xx", "\\\\", "++")


class Picture(Figure):
    """A figure with a text alternative, shown in notebooks as SVG.

    Attributes
    ----------
    alt : str
        What the figure shows, in words; set it to say more than the default does.
    """

    alt: str = ""

    def svg(self) -> str:
        """Return the figure as an SVG document, the same bytes on every run."""
        out = BytesIO()
        with mpl.rc_context({"svg.hashsalt": "labkit", "svg.fonttype": "none"}):
            self.savefig(out, format="svg", transparent=True, metadata={"Date": None})
        return out.getvalue().decode("utf-8")

    def _repr_html_(self) -> str:
        # An <img> rather than inline SVG: ids of several figures cannot collide.
        source = b64encode(self.svg().encode("utf-8")).decode("ascii")
        return (
            f'<img alt="{escape(self.alt)}" style="max-width: 100%" '
            f'src="data:image/svg+xml;base64,{source}">'
        )


def curves(histories: History | Mapping[str, History]) -> Picture:
    """Loss and accuracy by epoch, of one run or of several side by side.

    Parameters
    ----------
    histories : History or mapping of str to History
        Several runs are told apart by their labels. Training is drawn dashed and
        hollow, validation solid and filled.

    Returns
    -------
    Picture
        Two axes: mean loss per sample (in powers of ten where one loss is more than
        a hundred times another), accuracy in percent.
    """
    runs = {"": histories} if isinstance(histories, History) else histories
    picture, (loss, accuracy) = _picture((8.0, 3.4), 2)
    for number, (label, history) in enumerate(runs.items()):
        for part, style, fill in (("train", "--", "none"), ("valid", "-", None)):
            look = {
                "color": _COLORS[number % len(_COLORS)],
                "marker": _MARKERS[number % len(_MARKERS)],
                "linestyle": style,
                "markerfacecolor": fill,
                "markersize": 4,
                "label": f"{label} {part}".strip(),
            }
            _line(loss, getattr(history, f"{part}_loss"), look)
            _line(accuracy, getattr(history, f"{part}_accuracy"), look)
    for axes, title in ((loss, "mean loss per sample"), (accuracy, "accuracy")):
        axes.set(xlabel="epoch", title=title)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    losses = [v for run in runs.values() for v in (*run.train_loss, *run.valid_loss)]
    if losses and max(losses) > 100 * min(losses) > 0:
        loss.set_yscale("log")
    accuracy.yaxis.set_major_formatter(PercentFormatter(1.0))
    handles, labels = loss.get_legend_handles_labels()
    columns = 2 if len(labels) > 2 else 1
    _legend(accuracy, handles, labels, columns)
    picture.alt = "Loss and accuracy by epoch. " + " ".join(
        f"{label}: {history}." if label else f"{history}."
        for label, history in runs.items()
    )
    return picture


def lines(
    series: Mapping[str, Sequence[float]],
    xlabel: str,
    ylabel: str,
    x: Sequence[float] | None = None,
) -> Picture:
    """Lines over a common axis, such as the loss by step of several networks.

    Parameters
    ----------
    series : mapping of str to sequence of float, shape (n,)
        Values by label.
    xlabel, ylabel : str
        What the axes show, with units.
    x : sequence of float, shape (n,), optional
        Where the values lie; 1, 2, 3 … without it.

    Returns
    -------
    Picture
    """
    picture, (axes,) = _picture((6.0, 3.4))
    told = []
    for number, (label, values) in enumerate(series.items()):
        look = {
            "color": _COLORS[number % len(_COLORS)],
            "marker": _MARKERS[number % len(_MARKERS)],
            "linestyle": ("-", "--", ":", "-.")[number % 4],
            "markevery": max(1, len(values) // 10),
            "markersize": 4,
            "label": label,
        }
        _line(axes, values, look, x)
        told.append(f"{label}: from {values[0]:.4g} to {values[-1]:.4g}")
    axes.set(xlabel=xlabel, ylabel=ylabel)
    if x is None:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(axes, *axes.get_legend_handles_labels())
    picture.alt = f"{ylabel} by {xlabel}. " + "; ".join(told) + "."
    return picture


def confusion(matrix: ArrayLike, classes: Sequence[str]) -> Picture:
    """Confusion matrix: how often each class was taken for each.

    Parameters
    ----------
    matrix : array_like, shape (C, C), int
        Row: the true class; column: the predicted one.
    classes : sequence of str, length C

    Returns
    -------
    Picture
        Counts, shaded by share of their row; empty where a pair never occurred.

    Raises
    ------
    ValueError
        If the matrix is not C by C.
    """
    counts = np.asarray(matrix)
    size = len(classes)
    if counts.shape != (size, size):
        raise ValueError(
            f"confusion: matrix has shape {counts.shape}, expected {(size, size)}, "
            f"one row and one column for each of the {size} classes"
        )
    picture, (axes,) = _picture((5.4, 5.0))
    # The fourth root lets single mistakes show beside a diagonal of thousands.
    shade = (counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)) ** 0.25
    axes.imshow(shade, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.argwhere(counts):
        axes.text(
            column,
            row,
            str(counts[row, column]),
            ha="center",
            va="center",
            fontsize=8,
            color="white" if shade[row, column] > 0.6 else "black",
        )
    axes.set_xticks(
        range(size), classes, rotation=45 if max(map(len, classes)) > 2 else 0
    )
    axes.set_yticks(range(size), classes)
    axes.set(xlabel="predicted", ylabel="true")
    axes.grid(False)
    wrong = counts - np.diag(np.diag(counts))
    row, column = np.unravel_index(wrong.argmax(), wrong.shape)
    picture.alt = (
        f"Confusion matrix: {np.trace(counts)} of {counts.sum()} on the diagonal. "
        f"Most frequent mistake: {classes[row]} taken for {classes[column]}, "
        f"{wrong[row, column]} times."
    )
    return picture


def class_bars(
    values: Mapping[str, Sequence[float]], classes: Sequence[str], ylabel: str
) -> Picture:
    """Bars of a share for each class, of one model or of several.

    Parameters
    ----------
    values : mapping of str to sequence of float, length C
        Shares in [0, 1] by label, such as recalls of a model.
    classes : sequence of str, length C
    ylabel : str
        What the share is of.

    Returns
    -------
    Picture
        The axis starts below the smallest value, not at 0: it is for comparing.
    """
    picture, (axes,) = _picture((7.0, 3.4))
    width = 0.8 / len(values)
    at = np.arange(len(classes))
    for number, (label, shares) in enumerate(values.items()):
        axes.bar(
            at + (number - (len(values) - 1) / 2) * width,
            shares,
            width,
            label=label,
            color=_COLORS[number % len(_COLORS)],
            hatch=_HATCHES[number % len(_HATCHES)],
            edgecolor=TEXT,
        )
    smallest = min(min(shares) for shares in values.values())
    axes.set_ylim(max(0.0, smallest - 0.5 * (1 - smallest)), 1.0)
    axes.set_xticks(at, classes)
    if max(map(len, classes)) > 7:
        axes.tick_params("x", rotation=30)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_ylabel(ylabel)
    if len(values) > 1:
        _legend(axes, *axes.get_legend_handles_labels())
    told = (
        f"{label}: lowest {min(shares):.2%} ({classes[int(np.argmin(shares))]}), "
        f"highest {max(shares):.2%} ({classes[int(np.argmax(shares))]})"
        for label, shares in values.items()
    )
    picture.alt = f"{ylabel} by class. " + "; ".join(told) + "."
    return picture


def network(
    title: str,
    layers: Sequence[tuple[str, str]],
    shortcuts: Sequence[tuple[int, int, str]] = (),
) -> Picture:
    """Diagram of a network: its layers from top to bottom, shortcuts at the side.

    Parameters
    ----------
    title : str
    layers : sequence of (str, str)
        What each does, and the size of what comes out; ``+`` is drawn as a circle.
    shortcuts : sequence of (int, int, str)
        From the output of a layer to the input of a later one, both by their place in
        `layers`, and what it does on the way.

    Returns
    -------
    Picture
    """
    height = 0.42 * len(layers) + 0.5
    picture = Picture(figsize=(6.4, height), layout="constrained")
    picture.patch.set_alpha(0)
    axes = picture.add_subplot()
    axes.set(xlim=(-2.5, 6.2), ylim=(len(layers) - 0.5, -0.6))
    axes.axis("off")
    axes.set_title(title, color=TEXT)
    arrow = {"arrowstyle": "-|>", "color": TEXT, "shrinkA": 0, "shrinkB": 0}
    for row, (label, size) in enumerate(layers):
        if label == "+":
            # Data units differ in height and width: a marker stays round.
            axes.plot([2.1], [row], "o", ms=15, mfc="none", mec=TEXT)
        else:
            box = Rectangle((0, row - 0.3), 4.2, 0.6, fill=False, edgecolor=TEXT)
            axes.add_patch(box)
        style: dict[str, Any] = {"color": TEXT, "va": "center", "fontsize": 9}
        axes.text(2.1, row, label, ha="center", **style)
        axes.text(4.4, row, size, ha="left", **style)
        if row:
            axes.annotate("", (2.1, row - 0.3), (2.1, row - 0.7), arrowprops=arrow)
    for start, end, label in shortcuts:
        axes.plot([0, -0.6, -0.6], [start, start, end], color=TEXT, lw=1)
        left = 1.9 if layers[end][0] == "+" else 0
        axes.annotate("", (left, end), (-0.6, end), arrowprops=arrow)
        middle = (start + end) / 2
        axes.text(-0.7, middle, label, ha="right", va="center", color=TEXT, fontsize=9)
    picture.alt = f"{title}: " + ", then ".join(
        f"{label} ({size})" for label, size in layers
    )
    for start, end, label in shortcuts:
        picture.alt += (
            f"; a shortcut ({label}) from {layers[start][0]}, row {start + 1}, "
            f"to {layers[end][0]}, row {end + 1}"
        )
    picture.alt += "."
    return picture


class Table:
    """Rows of a comparison: HTML in a notebook, Markdown as a string.

    Parameters
    ----------
    rows : sequence of mapping of str to object
        The first row's keys are the head; a row may leave cells out.
    """

    def __init__(self, rows: Sequence[Mapping[str, object]]) -> None:
        self.head = list(rows[0]) if rows else []
        self.rows = [[str(row.get(name, "")) for name in self.head] for row in rows]

    def __str__(self) -> str:
        rule = ["---"] * len(self.head)
        return "\n".join(
            "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
            for row in (self.head, rule, *self.rows)
        )

    def _repr_html_(self) -> str:
        def line(cells: Sequence[str], tag: str) -> str:
            return "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)

        body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in self.rows)
        return (
            f"<table><thead><tr>{line(self.head, 'th')}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )


def _picture(size: tuple[float, float], columns: int = 1) -> tuple[Picture, list[Axes]]:
    # Not pyplot: its figures stay open and the notebook would show them twice.
    picture = Picture(figsize=size, layout="constrained")
    picture.patch.set_alpha(0)
    axes = [picture.add_subplot(1, columns, n + 1) for n in range(columns)]
    for one in axes:
        one.patch.set_alpha(0)
        one.tick_params(colors=TEXT)
        one.grid(color=TEXT, alpha=0.25)
        for text in (one.title, one.xaxis.label, one.yaxis.label):
            text.set_color(TEXT)
        for spine in one.spines.values():
            spine.set_color(TEXT)
    return picture, axes


def _line(
    axes: Axes,
    values: Sequence[float],
    look: Mapping[str, Any],
    x: Sequence[float] | None = None,
) -> None:
    if len(values):
        axes.plot(range(1, len(values) + 1) if x is None else x, values, **look)


def _legend(axes: Axes, handles: Any, labels: Any, columns: int = 1) -> None:
    axes.legend(
        handles, labels, ncols=columns, fontsize=8, frameon=False, labelcolor=TEXT
    )
