"""Grades as files that other programs read.

Each format is an exporter of nbgrader's, so that inside a class
``nbgrader export --exporter labkit.grading.export.Canvas`` works too.
"""

import contextlib
import csv
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, TextIO

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

from labkit.grading import course as classes
from labkit.grading import late, results
from labkit.grading.course import CourseError
from labkit.grading.results import Submission

Row = list[str]


class _Table(ExportPlugin):  # type: ignore[misc]
    """Write one CSV file about all labs asked for."""

    course = Unicode(help="The class directory; by default where nbgrader runs.")
    name: ClassVar[str] = "grades"

    def export(self, gradebook: Any) -> None:
        """Write the file that ``to`` names; by default one of the format's own."""
        parent = getattr(self, "parent", None)
        course = Path(self.course or (parent.coursedir.root if parent else "."))
        labs = [lab.name for lab in gradebook.assignments]
        labs = [lab for lab in labs if not self.assignment or lab in self.assignment]
        rows = list(self.rows(gradebook, course, labs))
        if self.to == "-":
            _write(rows, sys.stdout)
            return
        with open(
            self.to or f"{self.name}.csv", "w", encoding="utf-8", newline=""
        ) as f:
            _write(rows, f)

    def rows(self, gradebook: Any, course: Path, labs: list[str]) -> Iterator[Row]:
        """Yield the lines of the file, its head first."""
        raise NotImplementedError

    def submissions(self, gradebook: Any, course: Path, lab: str) -> list[Submission]:
        """Return what is graded of a lab, of the students asked for."""
        wanted = {str(student) for student in self.student}
        return [
            submission
            for submission in results.read(gradebook, course, lab)
            if not wanted or submission.student in wanted
        ]


class Nbgrader(_Table):
    """The columns of nbgrader's own exporter, with quotes where a name needs them.

    A student of the roster who handed in nothing has 0 points.
    """

    name = "grades"

    def rows(self, gradebook: Any, course: Path, labs: list[str]) -> Iterator[Row]:
        """Yield a line for each lab and student."""
        yield [
            *("assignment", "duedate", "timestamp", "student_id", "last_name"),
            *("first_name", "email", "raw_score", "late_submission_penalty"),
            *("score", "max_score"),
        ]
        for lab in map(gradebook.find_assignment, labs):
            for student in gradebook.students:
                if self.student and student.id not in map(str, self.student):
                    continue
                try:
                    found = gradebook.find_submission(lab.name, student.id)
                except MissingEntry:
                    timestamp, score, penalty = None, 0.0, 0.0
                else:
                    timestamp, score = found.timestamp, found.score
                    penalty = found.late_submission_penalty
                values = [
                    *(lab.name, lab.duedate, timestamp, student.id, student.last_name),
                    *(student.first_name, student.email, score, penalty),
                    *(max(0.0, score - penalty), lab.max_score),
                ]
                yield ["" if value is None else str(value) for value in values]


class Canvas(_Table):
    """Canvas's gradebook: one column, for the assignment named like the lab.

    Canvas finds students by ID (nbgrader's ``lms_user_id``), else by SIS Login ID
    (nbgrader's student id), else by name. The assignment's title may be followed by
    Canvas's number in parentheses, as in ``Lab 1 (12345)``, which then decides.
    """

    name = "canvas"
    column = Unicode(help="Title in Canvas; by default the lab's name.").tag(
        config=True
    )

    def rows(self, gradebook: Any, course: Path, labs: list[str]) -> Iterator[Row]:
        """Yield the head, the points possible, and a line for each student graded."""
        graded = {lab: self.submissions(gradebook, course, lab) for lab in labs}
        titles = [self.column] if self.column and len(labs) == 1 else labs
        yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles]
        most = [gradebook.find_assignment(lab).max_score for lab in labs]
        yield ["    Points Possible", "", "", "", "", *(f"{p:.2f}" for p in most)]
        students = {s.student: s for found in graded.values() for s in found}
        for id, student in sorted(students.items()):
            points = [
                next((f"{s.total:.2f}" for s in found if s.student == id), "")
                for found in graded.values()
            ]
            name = ", ".join(filter(None, (student.last_name, student.first_name)))
            yield [name or id, student.lms_user_id, "", id, "", *points]


class Moodle(_Table):
    """Moodle's gradebook: Grades > Import > CSV file.

    There, map ``ID number`` (nbgrader's student id) or ``Email address`` to the
    student, the lab's column to its grade item, and the next to that item's feedback.
    """

    name = "moodle"
    column = Unicode(help="Title of the grade; by default the lab's name.").tag(
        config=True
    )

    def rows(self, gradebook: Any, course: Path, labs: list[str]) -> Iterator[Row]:
        """Yield the head and a line for each student graded."""
        graded = {lab: self.submissions(gradebook, course, lab) for lab in labs}
        titles = [self.column] if self.column and len(labs) == 1 else labs
        heads = [head for t in titles for head in (t, f"{t} (feedback)")]
        yield ["First name", "Last name", "ID number", "Email address", *heads]
        students = {s.student: s for found in graded.values() for s in found}
        for id, student in sorted(students.items()):
            cells: Row = []
            for found in graded.values():
                mine = next((s for s in found if s.student == id), None)
                cells += [f"{mine.total:.2f}", summary(mine)] if mine else ["", ""]
            yield [student.first_name, student.last_name, id, student.email, *cells]


class Questions(_Table):
    """Points for each question, with the hints that the checks gave."""

    name = "questions"

    def rows(self, gradebook: Any, course: Path, labs: list[str]) -> Iterator[Row]:
        """Yield the head and a line for each student graded.

        Raises
        ------
        CourseError
            If there are several labs: their questions differ.
        """
        if len(labs) != 1:
            raise CourseError(
                f"a table of questions is about one lab, the class has "
                f"{', '.join(labs) or 'none'}; name one with --assignment '[\"LAB\"]'."
            )
        graded = self.submissions(gradebook, course, labs[0])
        answers = graded[0].answers if graded else {}
        yield [
            *("student_id", "last_name", "first_name", "timestamp", "seconds_late"),
            *(f"{name} (of {answer.max_score:g})" for name, answer in answers.items()),
            *("score", "penalty", "total", "max_score", "to_grade_by_hand", "hints"),
        ]
        for found in graded:
            by_hand = [name for name, a in found.answers.items() if a.by_hand]
            hints = [
                f"{name}: {h}" for name, a in found.answers.items() for h in a.hints
            ]
            yield [
                *(found.student, found.last_name, found.first_name),
                f"{found.timestamp or ''}",
                f"{found.seconds_late:g}",
                *(f"{answer.score:g}" for answer in found.answers.values()),
                *(f"{found.score:g}", f"{found.penalty:g}", f"{found.total:g}"),
                *(f"{found.max_score:g}", "; ".join(by_hand), "; ".join(hints)),
            ]


FORMATS: dict[str, type[_Table]] = {
    "nbgrader": Nbgrader,
    "canvas": Canvas,
    "moodle": Moodle,
    "questions": Questions,
}


def export(
    course: Path, lab: str, format: str, to: str = "", column: str = ""
) -> list[Submission]:
    """Write a lab's grades to a file; late penalties are set anew before.

    Parameters
    ----------
    course : Path
        The class directory.
    lab : str
    format : str
        One of `FORMATS`.
    to : str
        The file; by default ``<lab>-<format>.csv`` in the current folder; - prints it.
    column : str
        Title of the grade in the learning platform; by default the lab's name.

    Returns
    -------
    list of Submission
        What was exported.

    Raises
    ------
    CourseError
        If there is no such class or lab, or nothing of it is graded.
    """
    classes.check(course, lab)
    late.update(course, lab)
    submissions = results.load(course, lab)
    kind = FORMATS[format]
    if column and not hasattr(kind, "column"):
        raise CourseError(f"the format {format} has fixed columns: leave out --column.")
    plugin = kind(assignment=[lab], to=to or f"{lab}-{format}.csv", course=str(course))
    if column:
        plugin.column = column
    with results.gradebook(course) as book:
        plugin.export(book)
    return submissions


def summary(submission: Submission) -> str:
    """A student's points in one line, question by question, with what was said."""
    parts = []
    for name, answer in submission.answers.items():
        said = [*(f"hint: {hint}" for hint in answer.hints), answer.comment]
        text = ", ".join(filter(None, said))
        points = f"{name} {answer.score:g}/{answer.max_score:g}"
        parts.append(points + (f" ({text})" if text else ""))
    if submission.penalty:
        parts.append(f"late: -{submission.penalty:g}")
    return " ".join("; ".join(parts).split())


def _write(rows: list[Row], file: TextIO) -> None:
    plain = [[_no_formula(value) for value in row] for row in rows]
    csv.writer(file, lineterminator="\n").writerows(plain)


def _no_formula(value: str) -> str:
    """Mark as text what a spreadsheet would run: names are what students chose."""
    formula = len(value) > 1 and value[0] in "=+-@\t\r"
    with contextlib.suppress(ValueError):
        formula = formula and math.isnan(float(value))
    return f"'{value}" if formula else value
