"""Answers that are more alike than a class's answers usually are, side by side.

Short exercises have few right answers, so two equal ones mean little. What is listed
here is rare: a long enough answer, alike in names-free form, that next to nobody else
in the class gave. It is a reason to read both, never a verdict, and changes no grade.

Similarity is rapidfuzz's normalized indel similarity (the one of difflib, in C++) over
the nodes of the syntax tree. Tools that compare whole files, as copydetect does, do
not know which lines the released notebook gave, nor what the rest of the class wrote.
"""

import ast
import builtins
import itertools
import keyword
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from rapidfuzz.distance import Indel

from labkit.grading import course as classes
from labkit.grading import page
from labkit.grading.course import CourseError
from labkit.grading.submission import Unreadable, timestamp

ALIKE = 0.9
"""Similarity from which two answers are alike."""

FEWEST = 30
"""Nodes of the syntax tree (about five lines), or words, that an answer needs."""

SHARED = 0.1
"""Share of the class, pair included, up to which an answer is rare; at least a pair."""

_LONGEST = 50_000
"""Characters of an answer that are looked at."""

_SELF = "self"


@dataclass
class Answer:
    """A student's answer to a question, free of names and comments.

    Attributes
    ----------
    source : str
        As it was handed in.
    nodes : list of str
        What is compared.
    lines : dict of int to str
        For each line of `source` with a statement of its own, the statement's nodes.
    """

    source: str
    nodes: list[str] = field(default_factory=list)
    lines: dict[int, str] = field(default_factory=dict)


@dataclass
class Match:
    """One question that a pair answered alike.

    Attributes
    ----------
    question : str
    similarity : float
        Between 0 and 1.
    shared : int
        Students with an answer like it, the pair included.
    evidence : float
        How surprising that is: log2 of the class's size over `shared`.
    left, right : list of (str, bool)
        Lines of both answers, and whether the other has the same.
    """

    question: str
    similarity: float
    shared: int
    evidence: float
    left: list[tuple[str, bool]]
    right: list[tuple[str, bool]]


@dataclass
class Pair:
    """Two students with rare answers that are alike; the one who was first is left."""

    students: tuple[str, str]
    times: tuple[datetime | None, datetime | None]
    matches: list[Match]

    @property
    def evidence(self) -> float:
        """How surprising all of it is."""
        return sum(match.evidence for match in self.matches)


def write(course: Path, lab: str, to: Path | None = None) -> tuple[Path, list[Pair]]:
    """Write a page with the pairs of a class.

    Parameters
    ----------
    course : Path
        The class directory; its graded notebooks are compared.
    lab : str
    to : Path, optional
        The file; by default ``reports/<lab>-similar.html`` in the class.

    Returns
    -------
    path : Path
    pairs : list of Pair
        The most surprising first.

    Raises
    ------
    CourseError
        If there is no such class or lab, or fewer than two submissions are graded.
    """
    classes.settings(course)
    classes.check(course, lab)
    found = pairs(course, lab)
    path = page.write(
        to or course / "reports" / f"{lab}-similar.html",
        "similar.html",
        title=f"{lab}: similar answers in {course.name}",
        lab=lab,
        pairs=found,
        alike=ALIKE,
        fewest=FEWEST,
        shared=SHARED,
    )
    return path, found


def pairs(course: Path, lab: str) -> list[Pair]:
    """Compare the graded notebooks of a class."""
    released = _cells(course / "release" / lab / f"{lab}.ipynb")
    graded = {
        path.parents[1].name: _cells(path)
        for path in sorted(course.glob(f"autograded/*/{lab}/{lab}.ipynb"))
    }
    if len(graded) < 2:
        raise CourseError(
            f"{len(graded)} submissions of {lab} are graded in {course}, two are "
            f"needed; run `labkit grade {lab} --course {course}` first."
        )
    most = max(2, round(SHARED * len(graded)))
    matches: dict[tuple[str, str], list[Match]] = {}
    for question, stub in released.items():
        answers = {
            student: normalize(cells[question], stub)
            for student, cells in graded.items()
            if question in cells
        }
        for students, match in _rare(question, answers, most):
            matches.setdefault(students, []).append(match)
    times = {student: _time(course / "submitted" / student / lab) for student in graded}
    found = [_pair(students, times, shared) for students, shared in matches.items()]
    return sorted(found, key=lambda pair: (-pair.evidence, pair.students))


def _pair(
    students: tuple[str, str], times: dict[str, datetime | None], matches: list[Match]
) -> Pair:
    first, second = times[students[0]], times[students[1]]
    if first and second and second < first:
        students, first, second = students[::-1], second, first
        for match in matches:
            match.left, match.right = match.right, match.left
    return Pair(students, (first, second), matches)


def _time(folder: Path) -> datetime | None:
    try:
        return timestamp(folder)
    except Unreadable:
        return None


def _cells(path: Path) -> dict[str, Any]:
    """Return the cells that students answer, by grade_id."""
    return {
        cell.metadata.nbgrader["grade_id"]: cell
        for cell in nbformat.read(path, as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def _rare(
    question: str, answers: dict[str, Answer], most: int
) -> Iterator[tuple[tuple[str, str], Match]]:
    long = {s: answer for s, answer in answers.items() if len(answer.nodes) >= FEWEST}
    alike: dict[str, dict[str, float]] = {student: {} for student in long}
    for a, b in itertools.combinations(long, 2):
        similarity = Indel.normalized_similarity(
            long[a].nodes, long[b].nodes, score_cutoff=ALIKE
        )
        if similarity >= ALIKE:
            alike[a][b] = alike[b][a] = similarity
    for a, b in itertools.combinations(long, 2):
        shared = len(alike[a].keys() | alike[b].keys() | {a, b})
        if b in alike[a] and shared <= most:
            yield (
                (a, b),
                Match(
                    question,
                    similarity=alike[a][b],
                    shared=shared,
                    evidence=math.log2(len(answers) / shared),
                    left=_marked(long[a], long[b]),
                    right=_marked(long[b], long[a]),
                ),
            )


def _marked(answer: Answer, other: Answer) -> list[tuple[str, bool]]:
    theirs = set(other.lines.values())
    return [
        (line, answer.lines.get(number, "") in theirs)
        for number, line in enumerate(answer.source.splitlines(), start=1)
    ]


def normalize(cell: Any, stub: Any) -> Answer:
    """Free an answer of comments, names of the student's own, and what was given.

    Parameters
    ----------
    cell, stub : NotebookNode
        The answer, and the cell as it was released.
    """
    source = cell.source[:_LONGEST]
    if cell.cell_type == "code":
        try:
            tree, given = ast.parse(source), ast.parse(stub.source)
            return _Reader(given).read(source, tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    known = set(_words(stub.source))
    words = [word for word in _words(source) if word not in known]
    lines = {
        number: " ".join(_words(line))
        for number, line in enumerate(source.splitlines(), start=1)
        if _words(line)
    }
    return Answer(source, words, lines)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


class _Reader:
    """Read syntax trees; names get numbers in the order in which they appear."""

    def __init__(self, given: ast.Module) -> None:
        self._numbers: dict[str, str] = {}
        self._fixed = {*dir(builtins), *keyword.kwlist, "np", "torch", "nn", "F", _SELF}
        for node in ast.walk(given):
            for key in ("id", "arg", "attr", "name"):
                if isinstance(name := getattr(node, key, None), str):
                    self._fixed.add(name)
        self._given = {
            ast.dump(node)
            for node in ast.walk(given)
            if isinstance(node, ast.stmt) and not hasattr(node, "body")
        }

    def read(self, source: str, tree: ast.Module) -> Answer:
        """Return the answer in a syntax tree."""
        answer = Answer(source)
        self._block(tree.body, answer)
        return answer

    def _block(self, body: list[ast.stmt], answer: Answer) -> None:
        if all(isinstance(node, ast.FunctionDef) for node in body):
            body = sorted(body, key=lambda node: str(getattr(node, "name", "")))
        for node in body:
            self._statement(node, answer)

    def _statement(self, node: ast.stmt, answer: Answer) -> None:
        if ast.dump(node) in self._given or _is_text(node):
            return
        blocks = [
            (name, value)
            for name, value in ast.iter_fields(node)
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt)
        ]
        head: list[str] = []
        given = getattr(node, "name", None) in self._fixed
        if not (blocks and given):  # the head of a function that was given
            nested = {id(part) for _, value in blocks for part in value}
            head = list(self._nodes(node, nested))
            answer.nodes += head
            answer.lines |= dict.fromkeys(_span(node, blocks), " ".join(head))
        for _, value in blocks:
            self._block(value, answer)

    def _nodes(self, node: ast.AST, nested: set[int]) -> Iterator[str]:
        yield type(node).__name__
        if isinstance(node, ast.Name):
            yield self._name(node.id)
        elif isinstance(node, ast.arg):
            yield self._name(node.arg)
        elif isinstance(node, ast.Constant):
            yield repr(node.value)[:80]
        elif isinstance(node, ast.Attribute):
            own = isinstance(node.value, ast.Name) and node.value.id == _SELF
            yield self._name(node.attr) if own else node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield self._name(node.name)
        for child in ast.iter_child_nodes(node):
            if id(child) not in nested and not isinstance(child, ast.expr_context):
                yield from self._nodes(child, nested)

    def _name(self, name: str) -> str:
        if name in self._fixed:
            return name
        return self._numbers.setdefault(name, f"name{len(self._numbers)}")


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _span(node: ast.stmt, blocks: list[tuple[str, Any]]) -> range:
    """Lines of a statement, without those of the statements in it."""
    end = node.end_lineno or node.lineno
    inner = [value[0].lineno for _, value in blocks]
    return range(node.lineno, max(min([*inner, end + 1]), node.lineno + 1))
