"""Copies of a class's gradebook: what no command can make anew."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from labkit.grading import course as classes
from labkit.grading.course import CourseError


def backup(course: Path, to: Path | None = None) -> Path:
    """Copy the gradebook as it is at one moment, also while grading writes to it.

    Parameters
    ----------
    course : Path
        The class directory.
    to : Path, optional
        A new file; by default ``backups/gradebook-<time>.db`` in the class.

    Returns
    -------
    Path
        The copy.

    Raises
    ------
    CourseError
        If there is no class, or the file exists.
    """
    classes.settings(course)
    book = course / "gradebook.db"
    if not book.exists():
        raise CourseError(f"the class {course} has no gradebook.db: nothing to copy.")
    now = f"{datetime.now():%Y-%m-%d-%H%M%S-%f}"
    to = to or course / "backups" / f"gradebook-{now}.db"
    if to.exists():
        raise CourseError(f"{to} exists and stays as it is: name another file.")
    to.parent.mkdir(parents=True, exist_ok=True)
    _copy(book, to)
    return to


def restore(course: Path, source: Path) -> Path:
    """Put a copy back; what the gradebook holds now is copied before.

    Parameters
    ----------
    course : Path
        The class directory.
    source : Path
        What `backup` wrote.

    Returns
    -------
    Path
        The copy of what was there.

    Raises
    ------
    CourseError
        If there is no class, or the file is no gradebook; nothing is changed then.
    """
    classes.settings(course)
    _check(source)
    before = backup(course)
    _copy(source, course / "gradebook.db")
    return before


def _copy(source: Path, to: Path) -> None:
    with closing(_open(source)) as read, closing(sqlite3.connect(to)) as write:
        read.backup(write)


def _check(source: Path) -> None:
    try:
        with closing(_open(source)) as book:
            whole = book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            book.execute("SELECT count(*) FROM submitted_assignment").fetchone()
    except sqlite3.Error as error:
        raise CourseError(f"{source} is no gradebook: {error}.") from None
    if not whole:
        raise CourseError(f"{source} is damaged; try an earlier copy.")


def _open(source: Path) -> sqlite3.Connection:
    # Opened to be read: a missing file is an error, not a new database.
    return sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
