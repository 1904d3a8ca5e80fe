"""What learning platforms, and folders of repositories, call the files handed in.

Collectors for ``nbgrader zip_collect``, which copies what they recognize to
``submitted/<student>/<lab>/``::

    nbgrader zip_collect lab1_mlp --collector=labkit.grading.collect.Canvas

Students are those of the class's roster (``nbgrader db student import``). Whoever is
not on it is named by what the platform calls them. No platform's download says when
something was handed in, so that nothing collected like this is late.
"""

import functools
import os
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any, ClassVar

from nbgrader.api import Gradebook
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from nbgrader.utils import unzip
from traitlets import List, Unicode

_UNSAFE = re.compile(r"[^\w.@ -]+")


_DEPTH = 3
"""How deep in one another archives are unpacked: the download is the first."""


class Extractor(ExtractorPlugin):  # type: ignore[misc]
    """Unpack a platform's download, and students' own archives in it.

    One that cannot be unpacked is named, and stays as it is.
    """

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Copy all files from one folder to the other; unpack archives there."""
        for folder, _, names in os.walk(archive_path):
            to = Path(extracted_path, os.path.relpath(folder, archive_path))
            to.mkdir(parents=True, exist_ok=True)
            for name in names:
                shutil.copy(Path(folder, name), to)
        seen: set[Path] = set()
        for _ in range(_DEPTH):
            for path in sorted(set(Path(extracted_path).rglob("*")) - seen):
                if path.suffix not in self.zip_ext or not path.is_file():
                    continue
                seen.add(path)
                try:
                    unzip(str(path), str(path.parent), self.zip_ext, True)
                except Exception as error:  # whatever a student made of it
                    self.log.error("%s cannot be unpacked: %s", path, error)


class _Collector(FileNameCollectorPlugin):  # type: ignore[misc]
    """Find out whose a file is, and which of a student's notebooks is the lab's."""

    valid_ext = List(
        [*(".ipynb", ".py", ".csv"), *(".npz", ".pt", ".safetensors")],
        help="Endings of the files to collect.",
    ).tag(config=True)

    named: ClassVar[str]
    """Regular expression of a file's path below the extracted folder.

    Whose it is, the uppermost name that tells says: what a student packed into an
    archive may have names like other students'.
    """

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """Say whose a file is.

        Parameters
        ----------
        submitted_file : str
            Absolute path.

        Returns
        -------
        dict of str to str, optional
            ``student_id`` and ``file_id``; None for a file to skip.
        """
        path = Path(submitted_file)
        found = self._parse(path)
        if found is None:
            return None
        student, name = found
        if path.suffix == ".ipynb":
            chosen = self._notebook(student)
            if chosen is None and path == self._notebooks[student][0][0]:
                lab = self.parent.coursedir.assignment_id
                self.log.error("No notebook of %s is named %s.ipynb", student, lab)
            if path != chosen:
                return None
            name = f"{self.parent.coursedir.assignment_id}.ipynb"
        elif path.suffix not in self.valid_ext:
            return None
        return {"student_id": student, "file_id": name}

    @functools.cached_property
    def _root(self) -> Path:
        app = self.parent
        return Path(app._format_collect_path(app.extracted_directory))

    @functools.cached_property
    def _archive(self) -> Path:
        app = self.parent
        return Path(app._format_collect_path(app.archive_directory))

    def _parse(self, path: Path) -> tuple[str, str] | None:
        """Return the student and the name that the student gave the file."""
        inside = path.relative_to(self._root).as_posix()
        if ".ipynb_checkpoints" in path.parts:
            return None
        if path.is_symlink() or (self._archive / inside).is_symlink():
            return None  # nbgrader copies what a link leads to, such as the solutions
        match = re.fullmatch(self.named, inside, flags=re.DOTALL)
        if match is None:
            return None
        student = self.student(match.groupdict())
        safe = _UNSAFE.sub("_", student).strip(" .")
        return (safe, match["file"]) if safe else None

    def _notebook(self, student: str) -> Path | None:
        """Return the student's notebook that is the lab's.

        The newest, by the platform's numbering, of those with the lab's name (of two
        folders the upper one's); else the only one there is.
        """
        lab = self.parent.coursedir.assignment_id
        mine = self._notebooks[student]
        named = [
            (int(match["number"] or 0), -len(path.parts), path)
            for path, name in mine
            if (match := re.fullmatch(rf"{re.escape(lab)}{_COPY}\.ipynb", name))
        ]
        if named:
            return max(named)[-1]
        return mine[0][0] if len(mine) == 1 else None

    @functools.cached_property
    def _notebooks(self) -> dict[str, list[tuple[Path, str]]]:
        found: dict[str, list[tuple[Path, str]]] = {}
        for path in sorted(self._root.rglob("*.ipynb")):
            if parsed := self._parse(path):
                found.setdefault(parsed[0], []).append((path, parsed[1]))
        return found

    @functools.cached_property
    def _roster(self) -> list[Any]:
        with Gradebook(self.parent.coursedir.db_url) as book:
            return [
                {"id": s.id, "lms": s.lms_user_id, "name": _name(s)}
                for s in book.students
            ]

    def student(self, found: dict[str, str]) -> str:
        """Return the student's id, of what the file's name tells."""
        raise NotImplementedError


_COPY = r"(?:[ _]?[-(](?P<number>\d+)\)?)?"
"""What platforms and browsers add to a name that is there already: -1, (1), ..."""


class Canvas(_Collector):
    """``lovelaceada_LATE_4711_90210_lab1_mlp-1.ipynb``, of Download Submissions.

    The first number is the student's in Canvas: nbgrader's ``lms_user_id``.
    """

    named = (
        r"(?:.*?/)?(?P<who>[^/]+?)_(?:LATE_)?(?P<id>\d+)_\d+_"
        r"(?:[^/]+/(?:.*/)?)?(?P<file>[^/]+)"
    )

    def student(self, found: dict[str, str]) -> str:
        """Look the number up in the roster."""
        known = [s["id"] for s in self._roster if s["lms"] == found["id"]]
        return str(known[0]) if len(known) == 1 else f"{found['who']}_{found['id']}"


class Moodle(_Collector):
    """``Ada Lovelace_90210_assignsubmission_file_/lab1_mlp.ipynb``, of Download all.

    The number is another one for each assignment, so that students are found by their
    full names; one that two students have stays with its number.
    """

    named = (
        r"(?:.*?/)?(?P<who>[^/]+?)_(?P<id>\d+)_assignsubmission_file_?"
        r"/?(?:.*/)?(?P<file>[^/]+)"
    )

    def student(self, found: dict[str, str]) -> str:
        """Look the name up in the roster."""
        who = _plain(found["who"])
        known = [s["id"] for s in self._roster if s["name"] == who]
        return str(known[0]) if len(known) == 1 else f"{found['who']}_{found['id']}"


class Repositories(_Collector):
    """A folder of repositories, ``lab1-ada/lab1_mlp.ipynb``, one for each student.

    The student is the folder's name, without what ``prefix`` says. Check the state out
    that counts, such as that of the due date, before you collect.
    """

    named = r"(?P<who>[^/]+)/(?:.*/)?(?P<file>[^/]+)"
    prefix = Unicode(help="What the folders' names begin with, such as 'lab1-'.").tag(
        config=True
    )

    def student(self, found: dict[str, str]) -> str:
        """Take the folder's name."""
        return found["who"].removeprefix(self.prefix)


def _name(student: Any) -> str:
    return _plain(f"{student.first_name or ''} {student.last_name or ''}")


def _plain(name: str) -> str:
    """A name in one way of writing: Unicode has several for most letters."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
