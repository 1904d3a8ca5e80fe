"""What the chapters' cells share: records, points, and figures with captions."""

import json
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
    path = BOOK / "results" / f"seeds_{lab.split('_')[0]}.json"
    stated = json.loads(path.read_text(encoding="utf-8"))["reports"]
    return {report["report"]: report for report in stated}


def percent(share: float, digits: int = 2) -> str:
    """``0.9756`` as ``97.56%``."""
    return f"{share:.{digits}%}"


def figure(picture: Picture, caption: str) -> HTML:
    """Show a picture with its caption."""
    return HTML(
        f"<figure>{picture._repr_html_()}"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
