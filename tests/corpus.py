"""Simulated students: which cells they wrote, and what that must earn.

A case is a small file in ``submissions/{correct,mutants}/<lab>``: comments that say
what the student did, what it loses and which hints it gets, then the cells that differ
from the reference solution.
"""

import copy
import functools
import io
import re
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from labkit.release import instructor_notebook, student_notebook

ROOT = Path(__file__).parents[1]
_HINT = re.compile(r"Hint \(([a-z0-9-]+)\):")
_MARKERS = re.compile(r"^ *### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\n?", re.M)


@dataclass(frozen=True)
class Case:
    """A student.

    Attributes
    ----------
    name : str
    about : str
        What the student did.
    loses : frozenset of str
        grade_ids of the test cells that score 0; all others keep full marks.
    hints : frozenset of str
        Names of the misconceptions that the checks must name, and no others.
    cells : dict of str to str
        Source of each student cell that is not the reference's, by grade_id.
    """

    name: str
    about: str
    loses: frozenset[str]
    hints: frozenset[str]
    cells: dict[str, str]


def load(lab: str, kind: str) -> list[Case]:
    """Cases of a lab; kind is ``correct`` or ``mutants``."""
    folder = ROOT / "tests" / "submissions" / kind / lab
    return [_parse(file) for file in sorted(folder.glob("*.py"))]


def _parse(file: Path) -> Case:
    head, *sections = re.split(r"^# %% (\S+)\n", file.read_text("utf-8"), flags=re.M)
    about, fields = [], {"loses": "", "hint": ""}
    for line in head.splitlines():
        key, colon, value = line.removeprefix("# ").partition(":")
        if colon and key in fields:
            fields[key] = value
        else:
            about.append(line.removeprefix("# "))
    return Case(
        file.stem,
        " ".join(about),
        frozenset(fields["loses"].split()),
        frozenset(fields["hint"].split()),
        dict(zip(sections[::2], sections[1::2], strict=True)),
    )


def packed(cases: Iterable[Case]) -> list[list[Case]]:
    """Put cases that write different cells together, so that they make few students.

    A mistake in one cell must not cost the questions of another, so each keeps its
    verdict in company.
    """
    groups: list[list[Case]] = []
    for case in cases:
        for group in groups:
            if not any(case.cells.keys() & other.cells.keys() for other in group):
                group.append(case)
                break
        else:
            groups.append([case])
    return groups


@functools.cache
def source(lab: str) -> Any:
    """The lab's notebook with solutions and hidden tests."""
    return instructor_notebook(lab, ROOT)


@functools.cache
def _released(lab: str) -> Any:
    return student_notebook(lab, ROOT)


def answers(lab: str) -> dict[str, str]:
    """Reference solution of each code cell that a student writes, by grade_id."""
    return {
        cell.metadata.nbgrader.grade_id: _MARKERS.sub("", cell.source)
        for cell in source(lab).cells
        if cell.cell_type == "code"
        and cell.metadata.get("nbgrader", {}).get("solution")
    }


def tests(lab: str) -> dict[str, float]:
    """Points of each test cell that does not train, by grade_id."""
    return {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in source(lab).cells
        if _is_test(cell)
    }


def thresholds(lab: str) -> dict[str, float]:
    """Points of each test cell that trains or takes its time, by grade_id."""
    return {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.points
        for cell in source(lab).cells
        if _is_test(cell, threshold=True)
    }


def _is_test(cell: Any, threshold: bool = False) -> bool:
    given = cell.metadata.get("nbgrader", {})
    graded = given.get("grade") and not given.get("solution")
    tagged = "threshold" in cell.metadata.get("tags", [])
    return bool(graded) and tagged == threshold


def submission(lab: str, *cases: Case) -> Any:
    """The released notebook with reference solutions, then the cases' own cells."""
    notebook = copy.deepcopy(_released(lab))
    written = answers(lab)
    for case in cases:
        unknown = case.cells.keys() - written.keys()
        assert not unknown, f"{case.name} writes cells that are not there: {unknown}"
        written |= case.cells
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in written:
            cell.source = written[cell.metadata.nbgrader.grade_id]
    return notebook


class _Seeded:
    """A lab's checks, each given a generator of this seed."""

    def __init__(self, checks: Any, seed: int) -> None:
        self._checks = checks
        self._seed = seed

    def __getattr__(self, name: str) -> Any:
        rng = np.random.default_rng(self._seed)
        return functools.partial(getattr(self._checks, name), rng=rng)


@functools.cache
def _setup(lab: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in source(lab).cells:
        given = cell.metadata.get("nbgrader", {})
        if given.get("locked") and not given["grade"] and cell.cell_type == "code":
            exec(cell.source, names)
    return names


def run(lab: str, *cases: Case, seed: int = 0, own: bool = False) -> dict[str, str]:
    """Run a student's cells and the test cells here, without a kernel.

    Parameters
    ----------
    lab : str
    *cases : Case
        What the student wrote; the rest is the reference's.
    seed : int
        Of the generator that each check draws its inputs from.
    own : bool
        Run the tests of the cases' own cells only.

    Returns
    -------
    dict of str to str
        The error text of each test cell that failed, by grade_id.
    """
    names = dict(_setup(lab))
    names["check"] = _Seeded(names["check"], seed)
    cells = [cell for cell in submission(lab, *cases).cells if cell.cell_type == "code"]
    questions = {name for case in cases for name in case.cells} if own else None
    question = ""
    failed: dict[str, str] = {}
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        for cell in cells:
            given = cell.metadata.get("nbgrader", {})
            if given.get("solution"):
                question = given["grade_id"]
                exec(compile(cell.source, question, "exec"), names)
            elif _is_test(cell) and (questions is None or question in questions):
                try:
                    exec(cell.source, names)
                except Exception as error:
                    failed[given["grade_id"]] = f"{type(error).__name__}: {error}"
    return failed


def hints(text: str) -> set[str]:
    """Names of the misconceptions in a failed check's message."""
    return set(_HINT.findall(text))
