"""Put a submission back into the shape of its source notebook.

What students do to cells (delete, duplicate, merge, retype, reorder, lose metadata)
would end nbgrader's whole batch or cost points that the answers earned. `repair`
takes from the submission what is the student's to write and the rest from the source.
"""

import ast
import copy
import re
from collections.abc import Iterator
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from labkit.grading.outputs import bound, images, kept, text

_NEW = {
    "code": new_code_cell,
    "markdown": new_markdown_cell,
    "raw": new_raw_cell,
}
_ID = "(?!added-)[a-zA-Z0-9_-]{1,64}"
"""Ids that students' own cells may keep; other cells are called added-<number>."""


def grade_id(cell: Any) -> str | None:
    """Return the nbgrader id of a source's cell that nbgrader manages, else None."""
    meta = cell.metadata.get("nbgrader", {})
    managed = any(meta.get(key) for key in ("grade", "solution", "locked", "task"))
    return meta["grade_id"] if managed else None


def tags(cell: Any) -> list[str]:
    """Return a cell's tags; none when they are malformed."""
    metadata = cell.get("metadata")
    found = metadata.get("tags") if isinstance(metadata, dict) else None
    return [t for t in found if isinstance(t, str)] if isinstance(found, list) else []


def repair(source: Any, released: Any, submitted: Any) -> Any:
    """Rebuild a submission on the cells of its source.

    Cells that the student answers (solutions, manually graded text) keep the
    student's text; tests, setup and other locked cells are the source's; the
    student's own cells stay behind the cell that they followed. The first cell of a
    grade_id is the answer, later ones count as the student's own cells. Outputs are
    cleared, but for cells tagged ``experiment``, which graders do not run.

    Parameters
    ----------
    source : NotebookNode
        The instructor's notebook.
    released : NotebookNode
        What students were given; its cells replace deleted answers.
    submitted : NotebookNode
        Format 4, its cells in any state; see `labkit.grading.steps.loads`.

    Returns
    -------
    NotebookNode
        A valid notebook with the source's metadata.
    """
    cells = submitted["cells"]
    ids = {_id(cell) for cell in source.cells}
    answers: dict[str, Any] = {}
    followers: dict[str, list[Any]] = {}
    anchor = ""
    for cell in cells:
        if cell.get("cell_type") not in tuple(_NEW):
            continue
        claimed = next((i for i in _claims(cell) if i in ids), None)
        if claimed is None or claimed in answers:
            followers.setdefault(anchor, []).append(cell)
        else:
            anchor = claimed
            answers[claimed] = cell

    rebuilt = [_own(cell) for cell in followers.get("", [])]
    stubs = {_id(cell): cell.source for cell in released.cells}
    for cell in source.cells:
        stub = stubs.get(_id(cell), "")
        answer, own = answers.get(_id(cell)), followers.get(_id(cell), [])
        if answer is not None and _is_report(cell) and _is_untouched(answer, stub):
            answer, own = _gathered(answer, own)
        rebuilt += _rebuilt(cell, stub, answer, cells)
        rebuilt += [_own(follower) for follower in own]
    _number(rebuilt)
    bound(rebuilt)
    return copy.deepcopy(new_notebook(cells=rebuilt, metadata=source.metadata))


def _id(source_cell: Any) -> str:
    return grade_id(source_cell) or str(source_cell.id)


def _claims(cell: dict[str, Any]) -> Iterator[Any]:
    """Yield the ids by which a submitted cell may say what it is, best first."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    claims = [nbgrader.get("grade_id")] if isinstance(nbgrader, dict) else []
    # Editors that drop metadata keep the cell id, which releases make the grade_id.
    yield from (c for c in (*claims, cell.get("id")) if isinstance(c, str))


def _rebuilt(cell: Any, stub: str, answer: Any, submitted: list[Any]) -> list[Any]:
    """Return the cell to put where the source has `cell`, if any."""
    if grade_id(cell) is None:
        if answer is None:
            return []
        return [_own(answer, id=cell.id, metadata=cell.metadata)]
    source = cell.source
    attachments = {}
    if cell.metadata.nbgrader.get("solution"):
        if answer is None:
            source = "" if _defined(stub, submitted) else stub
        else:
            source = text(answer.get("source"))
            attachments = images(answer.get("attachments"))
    # It is as valid as the source's; to validate each again takes as long as the rest.
    new = copy.copy(cell)
    new.source = source
    new.pop("attachments", None)
    if cell.cell_type == "code":
        new.update(execution_count=None, outputs=[])
    elif cell.cell_type == "markdown" and attachments:
        new.attachments = attachments
    return [new]


def _is_report(cell: Any) -> bool:
    """Whether a source's cell is a text that is graded by hand."""
    graded = cell.metadata.get("nbgrader", {}).get("grade")
    return bool(graded) and cell.cell_type == "markdown"


def _is_untouched(answer: dict[str, Any], stub: str) -> bool:
    return text(answer.get("source")).strip() == stub.strip()


def _gathered(answer: dict[str, Any], own: list[Any]) -> tuple[Any, list[Any]]:
    """Take what was written below a report's cell, which was left as it is, into it."""
    written = [cell for cell in own if cell["cell_type"] == "markdown"]
    if not written:
        return answer, own
    sources = [text(cell.get("source")) for cell in written]
    attachments: dict[str, Any] = {}
    for cell in written:
        attachments |= images(cell.get("attachments"))
    answer = answer | {"source": "\n\n".join(sources), "attachments": attachments}
    return answer, [cell for cell in own if cell["cell_type"] != "markdown"]


def _own(cell: Any, id: str = "", metadata: Any = None) -> Any:
    """Copy a cell of the student's, with the tag that says not to run it."""
    tagged = {"tags": ["experiment"]} if "experiment" in tags(cell) else {}
    claimed = cell.get("id")
    valid = isinstance(claimed, str) and re.fullmatch(_ID, claimed)
    new = _NEW[cell["cell_type"]](
        text(cell.get("source")),
        id=id or (claimed if valid else "added-"),
        metadata=metadata or tagged,
    )
    if new.cell_type == "code" and "experiment" in tags(new):
        new.outputs = kept(cell.get("outputs"))
    elif new.cell_type == "markdown" and (found := images(cell.get("attachments"))):
        new.attachments = found
    return new


def _defined(stub: str, submitted: list[Any]) -> bool:
    """Whether the student defines what `stub` does, so that a stub would undo it."""
    wanted = _names(stub)
    found: set[str] = set()
    for cell in submitted:
        if cell.get("cell_type") == "code":
            found |= _names(text(cell.get("source")))
    return bool(wanted) and wanted <= found


def _names(code: str) -> set[str]:
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    named = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in body if isinstance(node, named)}


def _number(cells: list[Any]) -> None:
    """Give the student's own cells valid ids that no other cell has."""
    seen = {cell.id for cell in cells if "nbgrader" in cell.metadata}
    for number, cell in enumerate(cells):
        if "nbgrader" in cell.metadata:
            continue
        if cell.id in seen or not re.fullmatch(_ID, cell.id):
            cell.id = f"added-{number}"
        seen.add(cell.id)
