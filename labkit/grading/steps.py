"""The kit's steps in nbgrader's pipelines, and the settings that put them there.

A class's ``nbgrader_config.py`` calls `configure`, so that every nbgrader command,
formgrader and ``labkit grade`` do the same.
"""

import copy
import functools
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import (
    AssignLatePenalties,
    ClearHiddenTests,
    ClearOutput,
    Execute,
    GetGrades,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from traitlets import Bool, Float, Int, Unicode

from labkit.grading.isolation.execute import Limits
from labkit.grading.isolation.sandbox import SandboxError
from labkit.grading.late import Deadlines
from labkit.grading.repair import repair, tags
from labkit.grading.submission import loads, refuse_links
from labkit.grading.worker import Settings, Worker
from labkit.release import generate_steps


def configure(c: Any) -> None:
    """Set what a class of the kit needs in an nbgrader configuration.

    Parameters
    ----------
    c : traitlets.config.Config
        What ``get_config()`` returns in ``nbgrader_config.py``.
    """
    c.GenerateAssignment.preprocessors = generate_steps()
    c.Autograde.exporter_class = Exporter
    c.Autograde.sanitize_preprocessors = [
        Repair if step is ClearOutput else step
        for step in Autograde.sanitize_preprocessors.default()
    ]
    ours = {Execute: Run, SaveAutoGrades: SaveGrades, AssignLatePenalties: Deadlines}
    c.Autograde.autograde_preprocessors = [
        ours.get(step, step) for step in Autograde.autograde_preprocessors.default()
    ]
    c.GenerateFeedback.preprocessors = [GetGrades, HideTests, CSSHTMLHeaderPreprocessor]
    c.HTMLExporter.filters = {"markdown2html": "labkit.grading.html.markdown2html"}


def read(path: Path) -> Any:
    """Read a notebook of the class's own."""
    return nbformat.read(path, as_version=4)


class Exporter(NotebookExporter):  # type: ignore[misc]
    """Read submissions as they are, for `Repair` to mend and `Run` to run.

    Of what a student handed in, nbgrader sees the notebook alone: among other files it
    would follow links, and copy what they lead to into the student's feedback.
    """

    def __init__(self, parent: Any = None, **kwargs: Any) -> None:
        super().__init__(parent=parent, **kwargs)
        parent.coursedir = copy.copy(parent.coursedir)
        parent.coursedir.ignore = ["*"]
        if not Run(parent=self).executed:
            try:
                self.worker.start()
            except SandboxError as error:
                self.log.error(str(error))
                raise NbGraderException(str(error)) from None

    @functools.cached_property
    def worker(self) -> Worker:
        """The process that runs all submissions of this run of nbgrader's."""
        course = self.parent.coursedir
        return Worker(Run(parent=self).settings(course, course.assignment_id))

    def from_filename(
        self, filename: str, resources: Any = None, **kwargs: Any
    ) -> tuple[Any, Any]:
        """Convert the notebook in a file."""
        refuse_links(Path(filename))
        converted: tuple[Any, Any] = super().from_filename(
            filename, resources, **kwargs
        )
        return converted

    def from_file(
        self, file_stream: Any, resources: Any = None, **kwargs: Any
    ) -> tuple[Any, Any]:
        """Convert the notebook in an open file."""
        notebook = loads(file_stream.read())
        converted: tuple[Any, Any] = self.from_notebook_node(notebook, resources)
        return converted


class Repair(NbGraderPreprocessor):  # type: ignore[misc]
    """Rebuild each submission on its source; see `labkit.grading.repair`."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Replace the notebook by its repaired form."""
        course = self.parent.parent.coursedir
        ids = resources["nbgrader"]
        source, released = (
            Path(course.format_path(step, ".", ids["assignment"]))
            / f"{ids['notebook']}.ipynb"
            for step in (course.source_directory, course.release_directory)
        )
        return repair(read(source), read(released), nb), resources


class Run(NbGraderPreprocessor):  # type: ignore[misc]
    """Run each repaired submission; see `labkit.grading.isolation`."""

    timeout = Float(60.0, help="Seconds that a cell may run.").tag(config=True)
    test_timeout = Float(60.0, help="Seconds that a test may run.").tag(config=True)
    threshold_timeout = Float(
        600.0, help="Seconds that a test tagged `threshold` may run."
    ).tag(config=True)
    thresholds = Bool(
        help="Whether tests tagged `threshold` run; LABKIT_THRESHOLDS=skip says no."
    ).tag(config=True)
    threads = Int(os.cpu_count() or 1, help="Threads of the numerical libraries.").tag(
        config=True
    )
    isolated = Bool(
        True, help="Whether students' code runs in a sandbox, not with your rights."
    ).tag(config=True)
    executed = Unicode(
        help="Folder with notebooks that ran already, as <student>.ipynb."
    ).tag(config=True)

    def _thresholds_default(self) -> bool:
        return os.environ.get("LABKIT_THRESHOLDS") != "skip"

    def settings(self, course: Any, lab: str) -> Settings:
        """Return what a worker needs to know of a lab in a course directory."""
        limits = Limits(self.timeout, self.test_timeout, self.threshold_timeout)
        return Settings(
            source=course.format_path(course.source_directory, ".", lab),
            released=course.format_path(course.release_directory, ".", lab),
            lab=lab,
            limits=asdict(limits),
            thresholds=self.thresholds,
            threads=self.threads,
            isolated=self.isolated,
        )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Fill in the outputs, and what running left in the metadata."""
        ids = resources["nbgrader"]
        if self.executed:
            ran = read(Path(self.executed, f"{ids['student']}.ipynb"))
        else:
            course = self.parent.parent.coursedir
            submitted = course.format_path(
                course.submitted_directory, ids["student"], ids["assignment"]
            )
            with tempfile.TemporaryDirectory(prefix="labkit-") as scratch:
                executed = Path(scratch, "executed.ipynb")
                self.parent.worker.run(Path(submitted), executed)
                ran = read(executed)
        # What ran elsewhere has not been through nbgrader's own steps, as `nb` has.
        for cell, done in zip(nb.cells, ran.cells, strict=True):
            if "labkit" in done.metadata:
                cell.metadata["labkit"] = done.metadata["labkit"]
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = done.outputs, done.execution_count
        nb.metadata["labkit"] = ran.metadata["labkit"]
        return nb, resources


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]
    """Save scores, and the comments that running the notebook left."""

    def _add_comment(self, cell: Any, resources: Any) -> None:
        super()._add_comment(cell, resources)
        comment = self.gradebook.find_comment(
            cell.metadata.nbgrader["grade_id"],
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        # Defaults that work are an answer too, also when nobody touched them.
        given = "given" in tags(cell) and not cell.metadata.nbgrader.get("grade")
        found = ["" if given else comment.auto_comment]
        found.append(cell.metadata.get("labkit", {}).get("comment"))
        comment.auto_comment = "; ".join(filter(None, found)) or None
        self.gradebook.db.commit()


class HideTests(ClearHiddenTests):  # type: ignore[misc]
    """Take hidden tests out of feedback: their text, and tracebacks that quote it."""

    def preprocess_cell(
        self, cell: Any, resources: Any, cell_index: int
    ) -> tuple[Any, Any]:
        """Clear the hidden regions of a cell, and its tracebacks if it had any."""
        if self.begin_test_delimeter in cell.source:
            for output in cell.get("outputs", []):
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        cleared: tuple[Any, Any] = super().preprocess_cell(cell, resources, cell_index)
        return cleared
