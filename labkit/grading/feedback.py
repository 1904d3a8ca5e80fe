"""What students do not get to see in feedback, though instructors do."""

import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import ClearHiddenTests

_VALUES = re.compile(r"\bexpected [-+.\w]+, got [-+.\w]+", re.IGNORECASE)
_SHARED = {"/", "/usr", "/usr/local", "/tmp", "/root", "/home"}
"""Folders that every machine has, and so say nothing about this one."""


class HideTests(ClearHiddenTests):  # type: ignore[misc]
    """Take hidden tests, expected values and the instructor's folders out of feedback.

    Of a failed check stay its title, the shapes, and the hint.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Clear every cell."""
        course = self.parent.parent.coursedir.root if self.parent else ""
        self.folders = _folders(course)
        cleared: tuple[Any, Any] = super().preprocess(nb, resources)
        return cleared

    def preprocess_cell(
        self, cell: Any, resources: Any, cell_index: int
    ) -> tuple[Any, Any]:
        """Clear the hidden regions of a cell, and its outputs."""
        test = cell.metadata.get("nbgrader", {}).get("grade")
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                if test:
                    output.evalue = _VALUES.sub("not the expected value", output.evalue)
                    # The message alone: a traceback may quote what is hidden.
                    output.traceback = [f"{output.ename}: {output.evalue}"]
                output.evalue = self._without_folders(output.evalue)
                output.traceback = [*map(self._without_folders, output.traceback)]
            elif output.output_type == "stream":
                output.text = self._without_folders(output.text)
            else:
                for kind in output.data.keys() & {"text/plain", "text/html"}:
                    output.data[kind] = self._without_folders(output.data[kind])
        cleared: tuple[Any, Any] = super().preprocess_cell(cell, resources, cell_index)
        return cleared

    def _without_folders(self, text: str) -> str:
        for folder in self.folders:
            text = text.replace(f"{folder}/", "").replace(folder, "")
        return text


def _folders(course: str) -> list[str]:
    """Folders of this machine's that an output may name, the longest first."""
    places = [course, sys.prefix, sys.base_prefix, str(Path.home()), os.getcwd()]
    places += [tempfile.gettempdir(), *sys.path]
    places += [os.path.realpath(place) for place in places if place]
    found = {os.path.normpath(place) for place in places if os.path.isabs(place)}
    return sorted(found - _SHARED, key=len, reverse=True)
