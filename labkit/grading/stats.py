"""A class's results of a lab as a page: what it can do, and what to talk about next."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import StatisticsError, correlation, fmean, median
from typing import Any

from labkit.check.misconceptions import HINTS
from labkit.grading import late, page, results
from labkit.grading.results import Answer, Submission

SEPARATES = 0.2
"""Correlation with the rest of the lab below which a question tells little."""

FEWEST = 10
"""Submissions that a correlation needs to mean something."""


@dataclass
class Question:
    """What a class got for a question.

    Attributes
    ----------
    name : str
    max_score : float
    mean : float
        Points.
    full, part, zero, empty : int
        Submissions with all points, some, none, and none because it was not answered.
    waiting : int
        Submissions in which it still has to be graded, by hand or by training; the
        other numbers are of the rest.
    separation : float, optional
        Correlation, over the class, of its points with those of all other questions;
        None where it cannot be told.
    note : str
        What is remarkable about it.
    """

    name: str
    max_score: float
    mean: float
    full: int
    part: int
    zero: int
    empty: int
    waiting: int
    separation: float | None
    note: str


@dataclass
class Hint:
    """A misconception that checks recognized.

    Attributes
    ----------
    name, text : str
    questions : list of str
        Where.
    students : int
        How many got it.
    """

    name: str
    text: str
    questions: list[str]
    students: int


def questions(submissions: Sequence[Submission]) -> list[Question]:
    """Describe each question of a lab, in the notebook's order."""
    return [_question(name, submissions) for name in submissions[0].answers]


def _question(name: str, submissions: Sequence[Submission]) -> Question:
    graded = [s for s in submissions if not _waits(s.answers[name])]
    answers = [s.answers[name] for s in graded]
    most = submissions[0].answers[name].max_score
    scores = [answer.score for answer in answers]
    empty = sum(map(_empty, answers))
    separation = _separation(name, graded)
    return Question(
        name,
        most,
        fmean(scores) if scores else 0.0,
        full=sum(score >= most for score in scores),
        part=sum(0 < score < most for score in scores),
        zero=sum(score <= 0 for score in scores) - empty,
        empty=empty,
        waiting=len(submissions) - len(graded),
        separation=separation,
        note=_note(scores, most, separation),
    )


def _empty(answer: Answer) -> bool:
    return answer.score <= 0 and answer.comment.startswith("No response")


def _waits(answer: Answer) -> bool:
    return answer.by_hand or "not graded" in answer.comment


def _separation(name: str, graded: Sequence[Submission]) -> float | None:
    if len(graded) < FEWEST:
        return None
    scores = [s.answers[name].score for s in graded]
    rest = [s.score - s.answers[name].score for s in graded]
    try:
        return correlation(scores, rest)
    except StatisticsError:
        return None  # all the same


def _note(scores: Sequence[float], most: float, separation: float | None) -> str:
    if not scores:
        return "not graded yet"
    if len(scores) < FEWEST:
        return ""
    if min(scores) >= most:
        return "everybody has all points"
    if max(scores) <= 0:
        return "nobody has a point: is the question, or its check, right?"
    if separation is None or separation >= SEPARATES:
        return ""
    if separation < 0:
        return "who does well elsewhere does worse here: look at it"
    return "separates little"


def hints(submissions: Sequence[Submission]) -> list[Hint]:
    """Count the hints that checks gave, most frequent first."""
    students: dict[str, set[str]] = defaultdict(set)
    where: dict[str, list[str]] = defaultdict(list)
    for submission in submissions:
        for question, answer in submission.answers.items():
            for name in answer.hints:
                students[name].add(submission.student)
                if question not in where[name]:
                    where[name].append(question)
    found = [
        Hint(name, HINTS.get(name, ""), where[name], len(students[name]))
        for name in students
    ]
    return sorted(found, key=lambda hint: (-hint.students, hint.name))


def histogram(
    values: Sequence[float], width: float, first: float, last: float
) -> list[int]:
    """Count values in bins from `first` to `last`; the last bin has its upper end."""
    bins = max(math.ceil((last - first) / width - 1e-9), 1)
    counts = [0] * bins
    for value in values:
        place = math.floor((value - first) / width + 1e-9)
        counts[min(max(place, 0), bins - 1)] += 1
    return counts


def write(course: Path, lab: str, to: Path | None = None, names: bool = True) -> Path:
    """Write the page; late penalties are set anew before.

    Parameters
    ----------
    course : Path
        The class directory.
    lab : str
    to : Path, optional
        The file; by default ``reports/<lab>.html`` in the class.
    names : bool
        Whether students are named; without, the page can be shown to the class.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    CourseError
        If there is no such class or lab, or nothing of it is graded.
    """
    late.update(course, lab)
    submissions = results.load(course, lab)
    totals = [submission.total for submission in submissions]
    most = submissions[0].max_score or 1.0
    bins = histogram(totals, most / 10, 0, most)
    step = most / 10
    found = hints(submissions)
    often = [hint for hint in found if hint.students > 1] or found
    return page.write(
        to or course / "reports" / f"{lab}.html",
        "stats.html",
        title=f"{lab}: results of {course.name}",
        lab=lab,
        names=names,
        submissions=submissions,
        missing=results.missing(course, lab),
        by_hand=[s.student for s in submissions if s.by_hand],
        most=most,
        mean=fmean(totals),
        median=median(totals),
        bins=_columns(bins, lambda n: f"{n * step:g} to {(n + 1) * step:g}"),
        questions=questions(submissions),
        fewest=FEWEST,
        separates=SEPARATES,
        often=often,
        once=[hint for hint in found if hint not in often],
        silent=sum(
            answer.score < answer.max_score
            and not (answer.hints or _waits(answer) or _empty(answer))
            for submission in submissions
            for answer in submission.answers.values()
        ),
        times=_times(submissions),
        late=sorted(
            (s for s in submissions if s.seconds_late), key=lambda s: -s.seconds_late
        ),
        span=_span,
    )


def _columns(
    counts: Sequence[int], label: Callable[[int], str]
) -> list[dict[str, Any]]:
    tallest = max(counts) or 1
    return [
        {"count": count, "height": 100 * count / tallest, "label": label(number)}
        for number, count in enumerate(counts)
    ]


def _times(submissions: Sequence[Submission]) -> list[dict[str, Any]]:
    """Submissions by day: before the due date where there is one, else by date."""
    stamped = [s for s in submissions if s.timestamp]
    if not stamped:
        return []
    if all(s.due for s in stamped):
        days = [math.floor(_days(s)) for s in stamped]
        first, last = max(min(days), -14), min(max(days), 14)
        counts = histogram(days, 1, first, last + 1)
        columns = _columns(counts, lambda n: _day(first + n))
        for number, column in enumerate(columns):
            column["late"] = first + number >= 0
        return columns
    dates = [s.timestamp.date() for s in stamped if s.timestamp]
    start, shown = min(dates), min((max(dates) - min(dates)).days + 1, 28)
    counts = histogram([(date - start).days for date in dates], 1, 0, shown)
    return _columns(counts, lambda n: f"{start + timedelta(n):%d %b}")


def _days(submission: Submission) -> float:
    """Days after the due date; what came in at its last second is before."""
    assert submission.timestamp
    assert submission.due
    seconds = (submission.timestamp - submission.due).total_seconds()
    return (seconds - 1e-3) / 86_400


def _day(day: int) -> str:
    return f"{day}" if day < 0 else f"+{day + 1}"


def _span(seconds: float) -> str:
    """A time span in words."""
    hours, minutes = divmod(round(seconds / 60), 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "less than a minute"
