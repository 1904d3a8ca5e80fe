"""The kit's steps in nbgrader's pipelines, and the settings that put them there.

A class's ``nbgrader_config.py`` calls `configure`, so that every nbgrader command,
formgrader and ``labkit grade`` do the same.
"""

import copy
import functools
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import nbformat
import nbgrader
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    ClearOutput,
    Execute,
    GetGrades,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from traitlets import Bool, Float, Int

from labkit import data
from labkit.grading.feedback import HideTests
from labkit.grading.isolation.execute import Limits
from labkit.grading.isolation.sandbox import SandboxError
from labkit.grading.late import Deadlines
from labkit.grading.repair import repair, tags
from labkit.grading.submission import collect, files, loads, refuse_links
from labkit.grading.worker import Bundle, Worker
from labkit.release import generate_steps


def configure(c: Any) -> None:
    """Set what a class of the kit needs in an nbgrader configuration.

    Parameters
    ----------
    c : traitlets.config.Config
        What ``get_config()`` returns in ``nbgrader_config.py``.
    """
    c.GenerateAssignment.preprocessors = generate_steps()
    # Labels of a competition lie beside the source, and must not be released.
    ignored = CourseDirectory.ignore.default()
    c.CourseDirectory.ignore = [*ignored, "hidden"]
    c.ZipCollectApp.extractor_plugin = "labkit.grading.collect.Extractor"
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
    # The kit's come first, and have a file in place of the one that loads MathJax.
    c.HTMLExporter.extra_template_basedirs = [
        str(Path(__file__).parent / "templates"),
        str(Path(nbgrader.__file__).parent / "server_extensions/formgrader/templates"),
    ]


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
        try:
            self.worker.start()
        except SandboxError as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from None

    @functools.cached_property
    def worker(self) -> Worker:
        """The process that runs all submissions of this run of nbgrader's."""
        course = self.parent.coursedir
        return Worker(Run(parent=self).bundle(course, course.assignment_id))

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

    timeout = Float(60.0, min=0.1, help="Seconds that a cell may run.").tag(config=True)
    test_timeout = Float(60.0, min=0.1, help="Seconds that a test may run.").tag(
        config=True
    )
    threshold_timeout = Float(
        600.0, min=0.1, help="Seconds that a test tagged `threshold` may run."
    ).tag(config=True)
    thresholds = Bool(
        help="Whether tests tagged `threshold` run; LABKIT_THRESHOLDS=skip says no."
    ).tag(config=True)
    threads = Int(os.cpu_count() or 1, help="Threads of the numerical libraries.").tag(
        config=True
    )
    gpu_memory = Float(
        8.0,
        help="GiB of GPU memory that a training may take; as many trainings share the "
        "GPU as it has room for.",
    ).tag(config=True)
    isolated = Bool(
        True, help="Whether students' code runs in a sandbox, not with your rights."
    ).tag(config=True)

    def _thresholds_default(self) -> bool:
        return os.environ.get("LABKIT_THRESHOLDS") != "skip"

    def bundle(self, course: Any, lab: str) -> Bundle:
        """Collect what a worker needs to know of a lab in a course directory."""
        limits = Limits(self.timeout, self.test_timeout, self.threshold_timeout)
        source, released = (
            Path(course.format_path(step, ".", lab))
            for step in (course.source_directory, course.release_directory)
        )
        name = f"{lab}.ipynb"
        return Bundle(
            lab=lab,
            source=(source / name).read_text("utf-8"),
            released=(released / name).read_text("utf-8"),
            companions={
                str(path.relative_to(source)): path.read_bytes()
                for path in sorted(source.rglob("*"))
                if path.is_file() and path.suffix != ".ipynb"
            },
            given=files(released),
            limits=asdict(limits),
            thresholds=self.thresholds,
            isolated=self.isolated,
            threads=self.threads,
            gpu_memory=int(self.gpu_memory * 2**30),
            dataset=os.environ.get("LABKIT_DATASET", ""),
            data=tuple(name for name in data.NAMES if data.available(name)),
        )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Fill in the outputs, and what running left in the metadata."""
        ids = resources["nbgrader"]
        course = self.parent.parent.coursedir
        submitted = course.format_path(
            course.submitted_directory, ids["student"], ids["assignment"]
        )
        submission = collect(Path(submitted), f"{ids['notebook']}.ipynb")
        graded = self.parent.worker.grade(submission)
        ran = nbformat.reads(graded.notebook, as_version=4)
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
