"""A competition in a class: predictions for images whose labels are hidden.

`draw` puts images beside a lab's notebook and their labels where only the instructor
and the tests see them (``source/LAB/hidden``, which nbgrader does not release).
`standings` scores what students handed in. Half of the images are public: their scores
are shown while the competition runs. The other half decides.
"""

import csv
import io
import secrets
from pathlib import Path
from typing import NamedTuple

import numpy as np

from labkit import data
from labkit.check.predictions import PredictionsError, Score, score
from labkit.grading import course as classes
from labkit.grading import page
from labkit.grading.course import CourseError

FILE = "predictions.csv"

_IMAGES = "hidden_images.npz"

_MOST = 2_000_000
"""Bytes of a file of predictions."""

_STEPS = """\
# What the accuracy on the private half of the hidden images earns: [accuracy, points].
# Change it before you grade.
steps = [[0.5, 2], [0.65, 4], [0.8, 6], [0.9, 8]]
"""


class Entry(NamedTuple):
    """A student's place.

    Attributes
    ----------
    rank : int
        From 1; equal accuracies share a rank, and the next one counts them.
    student : str
    public, private : float
        Accuracy on each half, from 0 to 1.
    """

    rank: int
    student: str
    public: float
    private: float


class Standings(NamedTuple):
    """A competition's state.

    Attributes
    ----------
    entries : list of Entry
        By rank, then by name.
    problems : dict of str to str
        Why a student's file was not scored, by student.
    missing : list of str
        Students who handed in no file.
    images : int
        How many images are hidden.
    final : bool
        Whether the private half decides the ranks.
    """

    entries: list[Entry]
    problems: dict[str, str]
    missing: list[str]
    images: int
    final: bool


def draw(
    course: Path,
    lab: str,
    dataset: str = "shapes10",
    count: int = 1000,
    seed: int | None = None,
) -> Path:
    """Put hidden images beside a lab's notebook in a class.

    Parameters
    ----------
    course : Path
        The class directory.
    lab : str
    dataset : str
        ``shapes10`` draws new images. Of any other data set the test images are taken,
        in another order: use images of your own (``folder:PATH``), since everybody has
        the labels of a published set.
    count : int
        How many images of the task's classes, at most.
    seed : int, optional
        Drawn from the system by default, so that nobody can draw the images again.

    Returns
    -------
    Path
        The file for students, ``release/LAB/hidden_images.npz``.

    Raises
    ------
    CourseError
        If there is no such class or lab, if it has hidden images already, or its
        notebook has no use for them.
    """
    classes.check(course, lab)
    folder = course / "source" / lab
    if _IMAGES not in (folder / f"{lab}.ipynb").read_text("utf-8"):
        raise CourseError(
            f"the notebook of {lab} reads no {_IMAGES}: it has no competition."
        )
    labels = folder / "hidden" / "labels.csv"
    if labels.exists():
        raise CourseError(
            f"{lab} has hidden images already, and scores depend on them. Delete "
            f"{labels.parent} to draw others."
        )
    rng = np.random.default_rng(secrets.randbits(128) if seed is None else seed)
    if dataset == "shapes10":
        source = data.shapes(2 * count, rng)
    else:
        source = data.load(dataset, "test")
    _, task = data.split_classes(source, 5)
    chosen = rng.permutation(len(task))[:count]
    halves = rng.permutation(np.arange(len(chosen)) % 2)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["id", "label", "half"])
    for number, (target, half) in enumerate(
        zip(task.targets[chosen], halves, strict=True)
    ):
        rows.writerow([number, target, ("public", "private")[half]])
    labels.parent.mkdir()
    (labels.parent / "steps.toml").write_text(_STEPS, encoding="utf-8")
    # Arrays alone: a file's name or date could tell a class.
    for place in (folder, course / "release" / lab):
        np.savez_compressed(
            place / _IMAGES,
            images=task.images[chosen],
            classes=np.array(task.classes),
        )
    labels.write_text(text.getvalue(), encoding="utf-8")
    return course / "release" / lab / _IMAGES


def standings(course: Path, lab: str, final: bool = False) -> Standings:
    """Score what a class has handed in.

    Parameters
    ----------
    course : Path
    lab : str
    final : bool
        Rank by the private half.

    Raises
    ------
    CourseError
        If there is no such class or lab, or it has no hidden labels.
    """
    classes.check(course, lab)
    path = course / "source" / lab / "hidden" / "labels.csv"
    if not path.exists():
        raise CourseError(
            f"{lab} has no hidden labels in {course}. Draw some with "
            f"`labkit leaderboard {lab} --course {course} --draw`, before students "
            "begin."
        )
    labels = path.read_text("utf-8")
    scores, problems, missing = {}, {}, []
    for folder in sorted((course / "submitted").glob(f"*/{lab}")):
        student, file = folder.parent.name, folder / FILE
        if not file.is_symlink() and not file.exists():
            missing.append(student)
            continue
        try:
            scores[student] = score(_read(file), labels)
        except PredictionsError as error:
            problems[student] = str(error)

    decides = {student: _decisive(found, final) for student, found in scores.items()}
    entries = [
        Entry(
            1 + sum(other > decides[student] for other in decides.values()),
            student,
            *scores[student],
        )
        for student in scores
    ]
    entries.sort(key=lambda entry: (entry.rank, entry.student))
    images = len(labels.splitlines()) - 1
    return Standings(entries, problems, missing, images, final)


def _read(file: Path) -> str:
    """Read what a student handed in, a regular file and no link."""
    if any(place.is_symlink() for place in (file, file.parent, file.parent.parent)):
        raise PredictionsError("it is a link, and links are not followed")
    if not file.is_file() or file.stat().st_size > _MOST:
        raise PredictionsError(f"it is no file of at most {_MOST:,} bytes")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PredictionsError("it is no text in UTF-8") from None


def table(found: Standings) -> str:
    """Write the standings as text."""
    titles = ["rank", "student", "public", *["private"] * found.final]
    rows = [titles, *_rows(found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if title == "student" else cell.rjust(width)
            for cell, width, title in zip(row, widths, titles, strict=True)
        ).rstrip()
        for row in rows
    ]
    lines += [f"{student}: {why}" for student, why in found.problems.items()]
    if found.missing:
        lines.append(f"no {FILE}: {', '.join(found.missing)}")
    return "\n".join(lines)


def to_csv(found: Standings) -> str:
    """Write the standings as CSV: rank, student, public, and private when final."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["rank", "student", "public", *["private"] * found.final])
    rows.writerows(_rows(found, percent=False))
    return text.getvalue()


def write(
    course: Path, lab: str, found: Standings, to: Path | None = None, names: bool = True
) -> Path:
    """Write the standings as a page.

    Parameters
    ----------
    course : Path
    lab : str
    found : Standings
    to : Path, optional
        ``DIR/reports/LAB-leaderboard.html`` by default.
    names : bool
        Whether students are named; else they are numbered, and files that could not be
        scored are only counted.

    Returns
    -------
    Path
        The file.
    """
    return page.write(
        to or course / "reports" / f"{lab}-leaderboard.html",
        "leaderboard.html",
        title=f"{lab}: leaderboard of {course.name}",
        lab=lab,
        names=names,
        found=found,
        decisive=[_decisive(entry, found.final) for entry in found.entries],
        file=FILE,
    )


def _decisive(found: Score | Entry, final: bool) -> float:
    return found.private if final else found.public


def _rows(found: Standings, percent: bool = True) -> list[list[str]]:
    kind = ".2%" if percent else ".4f"
    return [
        [
            str(entry.rank),
            entry.student,
            format(entry.public, kind),
            *[format(entry.private, kind)] * found.final,
        ]
        for entry in found.entries
    ]
