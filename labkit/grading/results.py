"""What a class has in its gradebook for a lab, read in one go."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry

from labkit.grading import course as classes
from labkit.grading.course import CourseError
from labkit.grading.outputs import hints
from labkit.grading.store import handed_in


@dataclass
class Answer:
    """What one student got for one question.

    Attributes
    ----------
    score, max_score : float
        Points.
    hints : list of str
        Names of the misconceptions that the checks recognized.
    by_hand : bool
        Whether somebody still has to grade a part of it.
    comment : str
        Of whoever graded it, or the grader's, such as "No response."
    """

    score: float = 0.0
    max_score: float = 0.0
    hints: list[str] = field(default_factory=list)
    by_hand: bool = False
    comment: str = ""


@dataclass
class Submission:
    """A graded submission.

    Attributes
    ----------
    student : str
        nbgrader's student id.
    first_name, last_name, email, lms_user_id : str
        As the class's roster has them; empty where it does not.
    timestamp : datetime, optional
        When it was handed in, in UTC, if that is known.
    due : datetime, optional
        Until when this student had time, in UTC.
    seconds_late : float
    penalty : float
        Points taken off for being late.
    answers : dict of str to Answer
        By question, in the notebook's order.
    """

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    timestamp: datetime | None = None
    due: datetime | None = None
    seconds_late: float = 0.0
    penalty: float = 0.0
    answers: dict[str, Answer] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Points before the penalty."""
        return sum(answer.score for answer in self.answers.values())

    @property
    def max_score(self) -> float:
        """Points that the lab is worth."""
        return sum(answer.max_score for answer in self.answers.values())

    @property
    def total(self) -> float:
        """Points that count."""
        return max(self.score - self.penalty, 0.0)

    @property
    def by_hand(self) -> bool:
        """Whether a question still has to be graded by hand."""
        return any(answer.by_hand for answer in self.answers.values())


@contextlib.contextmanager
def gradebook(course: Path) -> Iterator[Any]:
    """Open a class's gradebook, wherever its settings put it.

    Raises
    ------
    CourseError
        If the directory is no class.
    """
    with Gradebook(place(course)) as book:
        yield book


def place(course: Path) -> str:
    """URL of a class's gradebook.

    Raises
    ------
    CourseError
        If the directory is no class.
    """
    url = classes.settings(course).CourseDirectory.get("db_url")
    return str(url or f"sqlite:///{course / 'gradebook.db'}")


def load(course: Path, lab: str) -> list[Submission]:
    """Read what a class has graded of a lab.

    Parameters
    ----------
    course : Path
        The class directory.
    lab : str

    Returns
    -------
    list of Submission
        By student.

    Raises
    ------
    CourseError
        If there is no such class or lab, or nothing of it is graded.
    """
    classes.check(course, lab)
    with gradebook(course) as book:
        submissions = read(book, course, lab)
    if not submissions:
        raise CourseError(
            f"nothing of {lab} is graded in {course}; "
            f"run `labkit grade {lab} --course {course}` first."
        )
    return submissions


def read(book: Any, course: Path, lab: str) -> list[Submission]:
    """Read the graded submissions of a lab from an open gradebook."""
    source = nbformat.read(course / "source" / lab / f"{lab}.ipynb", as_version=4)
    question_of = _questions(source)
    submissions = []
    for found in book.assignment_submissions(lab):
        student, assignment = found.student, found.assignment
        due = assignment.duedate and found.duedate
        submission = Submission(
            student.id,
            first_name=student.first_name or "",
            last_name=student.last_name or "",
            email=student.email or "",
            lms_user_id=student.lms_user_id or "",
            timestamp=found.timestamp,
            due=due,
            seconds_late=found.total_seconds_late if due else 0.0,
            penalty=sum(n.late_submission_penalty or 0.0 for n in found.notebooks),
            answers={name: Answer() for name in question_of.values()},
        )
        for notebook in found.notebooks:
            _fill(submission.answers, notebook, question_of)
        graded = course / "autograded" / student.id / lab / f"{lab}.ipynb"
        if not graded.exists():
            continue  # nbgrader made an entry, but grading it failed
        for test, names in _hints(graded).items():
            if test in question_of:
                answer = submission.answers[question_of[test]]
                answer.hints += [n for n in names if n not in answer.hints]
        submissions.append(submission)
    return sorted(submissions, key=lambda submission: submission.student)


def _questions(source: Any) -> dict[str, str]:
    """Return the question of each cell that has a grade or a comment."""
    question = ""
    found = {}
    for cell in source.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("solution"):
            question = meta["grade_id"]
        if meta.get("solution") or meta.get("grade"):
            question = question or meta["grade_id"]
            found[meta["grade_id"]] = question
    # What nobody can earn points for, such as a cell of settings, is no question.
    graded = {
        found[cell.metadata.nbgrader["grade_id"]]
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    return {cell: question for cell, question in found.items() if question in graded}


def _fill(
    answers: dict[str, Answer], notebook: Any, question_of: dict[str, str]
) -> None:
    for grade in notebook.grades:
        if grade.name in question_of:
            answer = answers[question_of[grade.name]]
            answer.score += grade.score
            answer.max_score += grade.max_score
            answer.by_hand |= bool(grade.needs_manual_grade)
    for comment in notebook.comments:
        if comment.comment and comment.name in question_of:
            answers[question_of[comment.name]].comment = comment.comment


def _hints(graded: Path) -> dict[str, list[str]]:
    """Return the hints in the outputs of a graded notebook's cells, by grade_id."""
    found: dict[str, list[str]] = {}
    for cell in nbformat.read(graded, as_version=4).cells:
        if names := hints(cell):
            found[cell.metadata.get("nbgrader", {}).get("grade_id", "")] = names
    return found


def missing(course: Path, lab: str) -> list[str]:
    """Students of the roster, or with a submission, of whom nothing is graded."""
    with gradebook(course) as book:
        known = {student.id for student in book.students}
        try:
            book.find_assignment(lab)
            graded = {submission.student for submission in read(book, course, lab)}
        except MissingEntry:
            graded = set()
    return sorted((known | handed_in(course, lab)) - graded)
