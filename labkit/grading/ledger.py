"""Write a class's grades: nbgrader's own classes, one gradebook for all students.

`Recorder` is nbgrader's `Autograde` with the running taken out. It goes through the
same steps, in the same order, and leaves the same rows and files; but it opens the
gradebook once, reads a submission's rows with two queries, and commits once a student,
so that a student's grades are all there or none of them.
"""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.api import (
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    MissingEntry,
    SourceCell,
    TaskCell,
)
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import CheckCellMetadata
from sqlalchemy.orm import undefer
from traitlets.config import Config

from labkit.grading.steps import Repair, Run
from labkit.grading.worker import Graded


class Ledger(Gradebook):  # type: ignore[misc]
    """nbgrader's gradebook, open for a whole class.

    It belongs to the thread that makes it. What is changed is kept by `save`.

    Parameters
    ----------
    url : str
        Of the database.
    course_id : str
    """

    def __init__(self, url: str, course_id: str) -> None:
        super().__init__(url)  # as some of nbgrader's steps open it
        self.check_course(course_id)
        self.save = self.db.commit
        self.db.commit = lambda: None  # what is changed is sent with the next query
        self._found: dict[Any, dict[str, Any]] = {}

    def opened(self, url: str, course_id: str = "default_course") -> "Ledger":
        """Take the place of a gradebook that is opened anew."""
        self.course_id = course_id
        self.db.flush()
        self.db.expire_all()
        self._found.clear()
        return self

    def close(self) -> None:
        """Nothing: another step will need it."""

    def end(self) -> None:
        """Close the database."""
        super().close()

    def forget(self) -> None:
        """Undo what was not saved."""
        self.db.rollback()
        self.db.expunge_all()
        self._found.clear()

    def find_grade(
        self, grade_cell: str, notebook: str, assignment: str, student: str
    ) -> Any:
        """Find one of a submission's grades, all of which are read at once."""
        return self._find(Grade, grade_cell, notebook, assignment, student)

    def find_comment(
        self, solution_cell: str, notebook: str, assignment: str, student: str
    ) -> Any:
        """Find one of a submission's comments, all of which are read at once."""
        return self._find(Comment, solution_cell, notebook, assignment, student)

    def find_source_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Find one of a lab's cells, all of which are read at once."""
        return self._find_cell((SourceCell,), name, notebook, assignment)

    def find_graded_cell(self, name: str, notebook: str, assignment: str) -> Any:
        """Find one of a lab's graded cells, all of which are read at once."""
        return self._find_cell((GradeCell, TaskCell), name, notebook, assignment)

    def _find(self, kind: Any, cell: str, *where: str) -> Any:
        if (kind, where) not in self._found:
            submitted = self.find_submission_notebook(*where)
            rows = self.db.query(kind, BaseCell.name).join(
                BaseCell, BaseCell.id == kind.cell_id
            )
            # With what is read one by one otherwise, such as the most points.
            rows = rows.filter(kind.notebook_id == submitted.id).options(undefer("*"))
            self._found[kind, where] = {name: row for row, name in rows}
        return self._cell((kind, where), cell)

    def _find_cell(self, kinds: tuple[Any, ...], cell: str, *where: str) -> Any:
        if (kinds, where) not in self._found:
            notebook = self.find_notebook(*where)
            self._found[kinds, where] = {
                row.name: row
                for kind in kinds
                for row in self.db.query(kind).filter(kind.notebook_id == notebook.id)
            }
        return self._cell((kinds, where), cell)

    def _cell(self, key: Any, cell: str) -> Any:
        try:
            return self._found[key][cell]
        except KeyError:
            raise MissingEntry(f"The gradebook has no {cell}: {key}") from None


class Recorder(Autograde):  # type: ignore[misc]
    """Writes graded submissions into the gradebook and the folder ``autograded``.

    Parameters
    ----------
    ledger : Ledger
    config : Config
        As `labkit.grading.course.settings` returns it.
    lab : str
    """

    def __init__(self, ledger: Ledger, config: Config, lab: str) -> None:
        place = CourseDirectory(config=config, assignment_id=lab)
        super().__init__(coursedir=place, config=config)
        # Of what a student handed in, nbgrader sees the notebook alone.
        self.coursedir.ignore = ["*"]
        self.force = True
        self.exporter_class = NotebookExporter
        self.ledger = ledger
        self.graded: Graded | None = None
        self.written = ""

    def record(self, student: str, graded: Graded) -> None:
        """Write what one student earned.

        Raises
        ------
        NbGraderException
            If it cannot be written; the log says why. Nothing of it is kept then.
        """
        self.coursedir.student_id = student
        self.graded = graded
        try:
            with _sharing(self.ledger):
                self.start()
                self.ledger.save()
        finally:
            self.ledger.forget()

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Take a notebook, which has been run, through nbgrader's other steps."""
        assert self.graded is not None
        resources = self.init_single_notebook_resources(notebook_filename)
        resources["output_extension"] = ".ipynb"
        ids = resources["nbgrader"]
        folder = Path(self._format_dest(ids["assignment"], ids["student"]))
        folder.mkdir(parents=True, exist_ok=True)  # steps may put files there
        notebook = nbformat.v4.reads(self.graded.notebook)
        for step in (*self.sanitize_preprocessors, *self.autograde_preprocessors):
            # The first two are done. `Repair` left the source's metadata.
            if not issubclass(step, Repair | Run | CheckCellMetadata):
                notebook, resources = step(parent=self.exporter)(notebook, resources)
        text = nbformat.writes(notebook, version=self.exporter.nbformat_version)
        self.written = text if text.endswith("\n") else text + "\n"
        self.write_single_notebook(self.written, resources)


@contextlib.contextmanager
def _sharing(ledger: Ledger) -> Iterator[None]:
    """Let all that opens the gradebook use one, in place of one for each step."""
    with contextlib.ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            ours = name.startswith(("nbgrader.", "labkit."))
            if not ours or name in ("nbgrader.api", __name__):
                continue
            if vars(module).get("Gradebook") is Gradebook:
                given = mock.patch.object(module, "Gradebook", ledger.opened)
                stack.enter_context(given)
        yield
