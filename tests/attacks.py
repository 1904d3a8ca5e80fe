"""Students who attack: what they hand in, and what it earned and reached.

A file in ``submissions/attacks/<lab>`` is a case of `corpus`: comments that say what
the student tries, of which class it is, and what it attacks (``loses``); then cells.
The section ``hand-in`` is Python that changes ``notebook`` (JSON) or puts files into
``folder``. What it prints or writes where it got what it must not holds REACHED.
"""

import copy
import json
from pathlib import Path
from typing import Any

import corpus
import nbformat
from corpus import Case

from labkit.grading.course import init
from labkit.grading.engine import Result
from labkit.grading.leaderboard import draw
from labkit.release import student_notebook

SECRET = "the-instructors-secret"
BYSTANDERS = {
    "lab1_mlp": "relu",
    "lab2_resnet": "transforms",
    "lab3_transfer": "transforms",
    "lab4_diagnosis": "reproduce",
}
"""A question of each lab that every attacker answers rightly besides."""

DATASETS = {"lab1_mlp": "digits"}  # all others: shapes10


def load(lab: str) -> list[Case]:
    """Attacks on a lab."""
    return corpus.load(lab, "attacks")


def kind(case: Case) -> str:
    """The class of an attack, such as ``theft``."""
    return case.about.partition("attacks: ")[2].strip()


def make_class(directory: Path, lab: str) -> Path:
    """A class of one lab, with hidden images where it has a competition."""
    course = init(directory, [lab], corpus.ROOT)
    if "test-improve" in corpus.thresholds(lab):
        draw(course, lab, count=100)
    return course


def training(lab: str) -> list[str]:
    """Attackers who try for what a threshold gives."""
    worth = corpus.thresholds(lab)
    return [case.name for case in load(lab) if case.loses & worth.keys()]


def hand_in(course: Path, lab: str, case: Case) -> None:
    """Put an attack into a class."""
    honest = BYSTANDERS[lab]
    written = {honest: corpus.answers(lab)[honest]} | case.cells
    change = written.pop("hand-in", "")
    released = nbformat.writes(student_notebook(lab, corpus.ROOT))
    notebook: dict[str, Any] = json.loads(released)
    for cell in notebook["cells"]:
        if cell["id"] in written:
            cell["source"] = written.pop(cell["id"])
    assert not written, f"{case.name} writes cells that are not there: {written.keys()}"
    folder = course / "submitted" / case.name / lab
    folder.mkdir(parents=True)
    exec(change, {"notebook": notebook, "folder": folder, "copy": copy})
    if notebook and not (folder / f"{lab}.ipynb").is_symlink():
        (folder / f"{lab}.ipynb").write_text(json.dumps(notebook))


def earned(case: Case, result: Result) -> float:
    """Points for what the case attacks."""
    tests = {k: v for q in result.questions.values() for k, v in q.tests.items()}
    return sum(tests.get(test, 0.0) for test in case.loses)


def outputs(notebook: Any) -> str:
    """All outputs of a graded notebook, as one text."""
    return json.dumps([cell.get("outputs") for cell in notebook["cells"]])
