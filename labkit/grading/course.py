"""A class: a directory of its own, a standard nbgrader course."""

import contextlib
import logging
import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from labkit.release import instructor_notebook

_CONFIG = "nbgrader_config.py"
_CONFIG_TEXT = '''\
"""Settings of this class, for nbgrader and labkit alike."""

from pathlib import Path

from labkit.grading.steps import configure

c = get_config()  # noqa: F821
configure(c)
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = {course_id!r}

# Your own settings go below. Some that classes change:
# c.Run.timeout = 60  # seconds that a cell may run
# c.Run.threshold_timeout = 600  # seconds that a training test may run
# c.Deadlines.timezone = "Europe/Berlin"  # of the dates below
# c.Deadlines.due = {{"lab1_mlp": "2027-01-31 23:59"}}
# c.Deadlines.extensions = {{"lab1_mlp": {{"ada": "2027-02-03 23:59"}}}}
# c.LatePenalty.penalty_method = "per_day"  # or "zero"; by default "none"
# c.LatePenalty.per_day = 0.1  # share of the points that each day begun costs
# c.LatePenalty.grace = 15  # minutes that are not late
'''


class CourseError(RuntimeError):
    """A class cannot be made or used as asked; the message says what to do."""


def init(directory: Path, labs: Iterable[str], root: Path) -> Path:
    """Make a class directory, or add labs to one.

    Parameters
    ----------
    directory : Path
        New, empty, or a class that has none of the labs.
    labs : iterable of str
        Labs to release into it.
    root : Path
        The kit's root.

    Returns
    -------
    Path
        The class directory, absolute.

    Raises
    ------
    CourseError
        If something is in the way; nothing is changed then.
    labkit.release.ReleaseError
        If a lab does not exist or has a problem; nothing is changed then.
    """
    course = directory.expanduser().resolve()
    if set(str(course)) & set("*?[]"):
        raise CourseError(
            f"{course}: nbgrader cannot work in a folder with any of *?[] in its path; "
            "choose another name."
        )
    known = (course / _CONFIG).exists()
    if not known and course.exists() and (course.is_file() or any(course.iterdir())):
        raise CourseError(
            f"{course} exists and is no class: name a new or empty folder."
        )
    notebooks = {lab: instructor_notebook(lab, root) for lab in labs}
    if there := [lab for lab in notebooks if (course / "source" / lab).exists()]:
        raise CourseError(
            f"the class {course} has {', '.join(there)} already, which stays as it is. "
            "To add another lab, name it with --lab; to start again, choose another "
            "folder."
        )
    made = [course / step / lab for lab in notebooks for step in ("source", "release")]
    try:
        (course / "submitted").mkdir(parents=True, exist_ok=True)
        if not known:
            text = _CONFIG_TEXT.format(course_id=course.name)
            (course / _CONFIG).write_text(text, encoding="utf-8")
        for lab, notebook in notebooks.items():
            folder = course / "source" / lab
            folder.mkdir(parents=True)
            nbformat.write(notebook, folder / f"{lab}.ipynb")
            thresholds = root / "solutions" / lab / "thresholds.toml"
            if thresholds.exists():
                shutil.copy(thresholds, folder)
            convert(GenerateAssignment, settings(course), lab)
    except BaseException:
        for path in made if known else [course]:
            shutil.rmtree(path, ignore_errors=True)
        raise
    return course


def feedback(course: Path, lab: str) -> list[Path]:
    """Write HTML feedback for every graded submission of a lab.

    Returns
    -------
    list of Path
        The pages, without any hidden test.

    Raises
    ------
    CourseError
        If nothing of the lab has been graded, or a page cannot be made.
    """
    config = settings(course)
    check(course, lab)
    if not list(course.glob(f"autograded/*/{lab}/{lab}.ipynb")):
        raise CourseError(
            f"nothing of {lab} is graded in {course}; "
            f"run `labkit grade {lab} --course {course}` first."
        )
    config.GenerateFeedback.force = True
    convert(GenerateFeedback, config, lab)
    return sorted(course.glob(f"feedback/*/{lab}/{lab}.html"))


def settings(course: Path) -> Config:
    """Read a class's ``nbgrader_config.py``.

    Raises
    ------
    CourseError
        If the directory is no class, or its settings cannot be read.
    """
    if not (course / _CONFIG).exists():
        raise CourseError(
            f"{course} is no class: there is no {_CONFIG} in it. "
            f"Make one with `labkit course init {course}`."
        )
    loader = PyFileConfigLoader(_CONFIG, path=str(course))
    try:
        return loader.load_config()
    except Exception as error:  # it is a program, of whoever gives the class
        raise CourseError(
            f"{course}/{_CONFIG} cannot be read: {type(error).__name__}: {error}"
        ) from None


def check(course: Path, lab: str) -> None:
    """Raise `CourseError` unless the class has the lab."""
    if not (course / "source" / lab / f"{lab}.ipynb").exists():
        there = sorted(path.name for path in (course / "source").glob("*"))
        raise CourseError(
            f"the class {course} has no lab {lab!r}; it has: "
            f"{', '.join(there) or 'none'}. "
            f"Add it with `labkit course init {course} --lab {lab}`."
        )


def convert(converter: Any, config: Config, lab: str) -> None:
    """Run one of nbgrader's converters in a class.

    Parameters
    ----------
    converter : type
        Such as ``nbgrader.converters.Autograde``.
    config : Config
        As `settings` returns it.
    lab : str

    Raises
    ------
    CourseError
        With what nbgrader logged, if it failed.
    """
    place = CourseDirectory(config=config, assignment_id=lab)
    step = converter(coursedir=place, config=config)
    with told(step.log):
        step.start()


@contextlib.contextmanager
def told(log: logging.Logger) -> Iterator[None]:
    """Run one of nbgrader's converters; make a `CourseError` of how it fails."""
    with _scripts_on_path(), _errors_of(log) as errors, warnings.catch_warnings():
        # About ids that get repaired, and about SQLAlchemy, which nbgrader 0.9 is
        # older than: nothing that whoever grades could do something about.
        warnings.simplefilter("ignore")
        try:
            yield
        except NbGraderException as error:
            reasons = [e for e in errors if "error processing" not in e]
            lines = (reasons or [str(error)])[0].strip().splitlines()
            told = [x for x in lines if re.match(r"[\w.]+: ", x)] or lines
            raise CourseError(f"nbgrader: {told[-1]}") from error


@contextlib.contextmanager
def _scripts_on_path() -> Iterator[None]:
    """Let nbgrader find `alembic`, also where the environment is not activated."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), before))
    try:
        yield
    finally:
        os.environ["PATH"] = before


@contextlib.contextmanager
def _errors_of(log: logging.Logger) -> Iterator[list[str]]:
    """Collect a logger's errors in place of showing them."""
    errors: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: errors.append(record.getMessage())  # type: ignore[method-assign]
    propagate, handlers = log.propagate, log.handlers
    log.propagate, log.handlers = False, [handler]
    try:
        yield errors
    finally:
        log.propagate, log.handlers = propagate, handlers
