"""Due dates, extensions, and what being late costs.

A class sets them in its ``nbgrader_config.py``::

    c.Deadlines.timezone = "Europe/Berlin"
    c.Deadlines.due = {"lab1_mlp": "2027-01-31 23:59"}
    c.Deadlines.extensions = {"lab1_mlp": {"ada": "2027-02-03 23:59"}}
    c.LatePenalty.penalty_method = "per_day"
    c.LatePenalty.per_day = 0.1
    c.LatePenalty.grace = 15

Grading writes the dates into the gradebook, where nbgrader's own tools show them.
"""

import math
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from nbgrader.api import Gradebook
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Dict, Enum, Float, TraitError, Type, Unicode, validate

from labkit.grading import course as classes
from labkit.grading.course import CourseError
from labkit.grading.results import gradebook
from labkit.grading.submission import short_text

_DAY = 86_400.0
_TIME, _SECRET = "timestamp.txt", "submission_secret.txt"


class LatePenalty(LateSubmissionPlugin):  # type: ignore[misc]
    """Points that a late submission loses: none, all, or a share for each day."""

    penalty_method = Enum(
        ("none", "zero", "per_day"),
        default_value="none",
        help="'none', 'zero' (a late submission gets no points) or 'per_day'.",
    ).tag(config=True)
    per_day = Float(
        0.1, min=0, help="Share of the points reached that each day begun costs."
    ).tag(config=True)
    at_most = Float(
        1.0, min=0, max=1, help="Share of the points reached that can be lost."
    ).tag(config=True)
    grace = Float(0.0, min=0, help="Minutes after the due date that are not late.").tag(
        config=True
    )

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points to take off.

        Parameters
        ----------
        student_id : str
        score : float
            Points reached.
        total_seconds_late : float
            Since the student's due date; the grace counts from there.

        Returns
        -------
        float or None
            Between 0 and `score`; None for no penalty.
        """
        late = total_seconds_late - 60 * self.grace
        if late <= 0 or self.penalty_method == "none":
            return None
        if self.penalty_method == "zero":
            return score
        share: float = min(self.per_day * math.ceil(late / _DAY), self.at_most)
        return score * share


class Deadlines(AssignLatePenalties):  # type: ignore[misc]
    """Put the class's due dates into the gradebook, then the penalties."""

    plugin_class = Type(LatePenalty, klass=LateSubmissionPlugin).tag(config=True)
    due = Dict(help="Due date of each lab, such as '2027-01-31 23:59'.").tag(
        config=True
    )
    extensions = Dict(
        help="For each lab, another due date for some students, by student id."
    ).tag(config=True)
    timezone = Unicode(
        "UTC", help="Of dates without an offset, such as Europe/Berlin."
    ).tag(config=True)

    @validate("timezone")  # type: ignore[untyped-decorator]
    def _known(self, proposal: Any) -> Any:
        try:
            ZoneInfo(proposal["value"])
        except (ZoneInfoNotFoundError, ValueError):
            raise TraitError(
                f"c.Deadlines.timezone is {proposal['value']!r}, expected a name like "
                "'Europe/Berlin' or 'America/New_York'."
            ) from None
        return proposal["value"]

    def utc(self, text: str) -> datetime:
        """Return a date of the configuration as nbgrader keeps it: naive, in UTC.

        Raises
        ------
        CourseError
            If it is no date.
        """
        try:
            date = datetime.fromisoformat(str(text))
        except ValueError:
            raise CourseError(
                f"c.Deadlines has the date {text!r}, expected one like "
                "'2027-01-31 23:59' (time of c.Deadlines.timezone) or "
                "'2027-01-31T23:59+01:00'."
            ) from None
        if date.tzinfo is None:
            date = date.replace(tzinfo=ZoneInfo(self.timezone))
        return date.astimezone(UTC).replace(tzinfo=None)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Set the dates and the penalty of the submission that was graded."""
        ids = resources["nbgrader"]
        self._keep_for_exchange(ids["student"], ids["assignment"])
        with Gradebook(ids["db_url"]) as book:
            submission = book.find_submission(ids["assignment"], ids["student"])
            self.apply(submission)
            book.db.commit()
        return nb, resources

    def _keep_for_exchange(self, student: str, lab: str) -> None:
        """Put beside the graded notebook what nbgrader's exchange releases feedback by.

        It would end at the first student who lacks one of the two files, so that who
        handed in another way gets stand-ins, by which nobody finds feedback.
        """
        course = self.parent.parent.coursedir
        submitted, graded = (
            Path(course.format_path(folder, student, lab))
            for folder in (course.submitted_directory, course.autograded_directory)
        )
        graded.mkdir(parents=True, exist_ok=True)
        for name, stand_in in (_TIME, ""), (_SECRET, secrets.token_hex(32)):
            text = short_text(submitted / name)
            (graded / name).write_text(text or stand_in, encoding="utf-8")

    def apply(self, submission: Any) -> None:
        """Set the dates and penalties of a submission in an open gradebook.

        Where the configuration has no due date for the lab, the gradebook's own
        (formgrader can set it) stays; where it has none for the student either, so does
        the gradebook's extension.
        """
        lab, student = submission.assignment, submission.student.id
        if lab.name in self.due:
            lab.duedate = self.utc(self.due[lab.name])
        until = self.extensions.get(lab.name, {}).get(student)
        if lab.duedate and (until or lab.name in self.due):
            submission.extension = until and self.utc(until) - lab.duedate
        late = submission.total_seconds_late if lab.duedate else 0.0
        plugin = self.plugin_class(parent=self)
        for notebook in submission.notebooks:
            penalty = None
            if late > 0:
                penalty = plugin.late_submission_penalty(student, notebook.score, late)
            if penalty is not None:
                penalty = self._check_late_penalty(notebook, penalty)
            notebook.late_submission_penalty = penalty


def unknown(course: Path) -> list[str]:
    """Say which names in a class's dates are no lab's or student's: misspelled, say.

    Raises
    ------
    CourseError
        If the directory is no class.
    """
    step = Deadlines(config=classes.settings(course))
    with gradebook(course) as book:
        known = {student.id for student in book.students}
    students = {s for each in step.extensions.values() for s in each}
    labs = {*step.due, *step.extensions}
    labs -= {path.name for path in (course / "source").iterdir()}
    return [
        *(f"c.Deadlines names {lab}, no lab of this class" for lab in sorted(labs)),
        *(
            f"c.Deadlines.extensions names {student}, no student in the gradebook"
            for student in sorted(students - known)
        ),
    ]


def update(course: Path, lab: str) -> None:
    """Set dates and penalties anew, after a change of settings or manual grades.

    A penalty is a share of the points reached, so grading a report by hand changes it.

    Raises
    ------
    CourseError
        If the directory is no class, or a date in its settings is none.
    """
    step = Deadlines(config=classes.settings(course))
    with gradebook(course) as book:
        for submission in book.assignment_submissions(lab):
            step.apply(submission)
        book.db.commit()
