"""Copies of a class's gradebook: what no command can make anew."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from labkit.grading.course import CourseError
from labkit.grading.results import place


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
        If there is no class or no gradebook, if it is damaged or in another database
        than SQLite's, or the file exists.
    """
    book = _gradebook(course)
    if not book.exists():
        raise CourseError(f"the class {course} has no {book.name}: nothing to copy.")
    to = to or _new(course)
    if to.exists():
        raise CourseError(f"{to} exists and stays as it is: name another file.")
    _check(book)
    to.parent.mkdir(parents=True, exist_ok=True)
    _copy(book, to)
    return to


def restore(course: Path, source: Path) -> Path | None:
    """Put a copy back; what the gradebook holds now, be it damaged, is copied before.

    Parameters
    ----------
    course : Path
        The class directory.
    source : Path
        What `backup` wrote.

    Returns
    -------
    Path or None
        The copy of what was there, if anything was.

    Raises
    ------
    CourseError
        If there is no class, its gradebook is in another database than SQLite's, or
        the file is no gradebook; nothing is changed then.
    """
    book = _gradebook(course)
    _check(source)
    before = None
    if book.exists():
        try:
            before = backup(course)
        except CourseError:
            before = _new(course)
            before.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(book, before)
    _copy(source, book)
    return before


def _gradebook(course: Path) -> Path:
    kind, _, path = place(course).partition(":///")
    if kind != "sqlite":
        raise CourseError(
            f"the gradebook of {course} is not in a file (c.CourseDirectory.db_url): "
            "copy it with the tools of its database."
        )
    return Path(path)


def _new(course: Path) -> Path:
    now = f"{datetime.now():%Y-%m-%d-%H%M%S-%f}"
    return course / "backups" / f"gradebook-{now}.db"


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
