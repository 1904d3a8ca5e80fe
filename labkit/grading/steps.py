"""The kit's steps in nbgrader's pipelines, and the settings that put them there.

A class's ``nbgrader_config.py`` calls `configure`, so that every nbgrader command,
formgrader and ``labkit grade`` do the same.
"""

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import nbformat.reader
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import Autograde
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearOutput,
    Execute,
    GetGrades,
    NbGraderPreprocessor,
    SaveAutoGrades,
)
from traitlets import Bool, Float, Int, Unicode

from labkit.grading.execute import Limits, execute
from labkit.grading.repair import repair, tags
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
    ours = {Execute: Run, SaveAutoGrades: SaveGrades}
    c.Autograde.autograde_preprocessors = [
        ours.get(step, step) for step in Autograde.autograde_preprocessors.default()
    ]
    c.GenerateFeedback.preprocessors = [GetGrades, HideTests, CSSHTMLHeaderPreprocessor]
    c.HTMLExporter.filters = {"markdown2html": "labkit.grading.html.markdown2html"}


def read(path: Path) -> Any:
    """Read a notebook of the class's own."""
    return nbformat.read(path, as_version=4)


def loads(content: str) -> Any:
    """Read a submitted notebook, also where nbformat gives up on a cell of it.

    Raises
    ------
    ValueError
        If it is not JSON, or not a notebook at all.
    """
    try:
        notebook = nbformat.convert(nbformat.reader.reads(content), 4)
    except (AttributeError, KeyError, TypeError, nbformat.ValidationError):
        notebook = nbformat.from_dict(json.loads(content))
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("it is JSON, but has no list of cells")
    notebook["cells"] = [cell for cell in notebook["cells"] if isinstance(cell, dict)]
    for cell in notebook["cells"]:
        if not isinstance(cell.get("id", ""), str):
            del cell["id"]
    if not isinstance(notebook.get("metadata"), dict):
        notebook["metadata"] = nbformat.from_dict({})
    return notebook


class Exporter(NotebookExporter):  # type: ignore[misc]
    """Read submissions as they are, for `Repair` to mend."""

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
    """Run each repaired submission; see `labkit.grading.execute`."""

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
    executed = Unicode(
        help="Folder with notebooks that ran already, as <student>.ipynb."
    ).tag(config=True)

    def _thresholds_default(self) -> bool:
        return os.environ.get("LABKIT_THRESHOLDS") != "skip"

    @property
    def limits(self) -> Limits:
        """The three time limits."""
        return Limits(self.timeout, self.test_timeout, self.threshold_timeout)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Fill in the outputs, and what running left in the metadata."""
        if self.executed:
            student = resources["nbgrader"]["student"]
            ran = read(Path(self.executed, f"{student}.ipynb"))
        else:
            folder = Path(resources["metadata"]["path"])
            ran = execute(nb, folder, self.limits, self.thresholds, self.threads)
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
        text = cell.metadata.get("labkit", {}).get("comment")
        # Defaults that work are an answer too, also when nobody touched them.
        given = "given" in tags(cell) and not cell.metadata.nbgrader.get("grade")
        if not text and not given:
            return
        comment = self.gradebook.find_comment(
            cell.metadata.nbgrader["grade_id"],
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        comment.auto_comment = text
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
