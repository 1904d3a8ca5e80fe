"""From a lab's source to what students get, and the proof that no solution leaks.

``solutions/<lab>/<lab>.py`` holds everything: text, solutions, tests. `release` makes
``notebooks/<lab>/<lab>.ipynb`` of it with nbgrader's own preprocessors. It fails
closed: a source with a problem, or a result with a leak, and nothing is written.
"""

import ast
import copy
import html
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

# nbgrader, jupytext and IPython are imported where they are used: they take a second,
# and `kit_root` is called by commands that need none of them.

Notebook = Any
"""An nbformat NotebookNode; nbformat has no types to check against."""

_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FLAGS = ("grade", "solution", "locked", "task")
_MARKERS = {
    "### BEGIN SOLUTION": ("SOLUTION", True),
    "### END SOLUTION": ("SOLUTION", False),
    "### BEGIN HIDDEN TESTS": ("HIDDEN TESTS", True),
    "### END HIDDEN TESTS": ("HIDDEN TESTS", False),
}
_MARKER_LIKE = re.compile(
    r"(BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)"
    r"|#\s*(?i:(begin|end)\s+(solution|hidden|mark))"
)


class ReleaseError(RuntimeError):
    """Nothing was released; the message lists every problem and what to do."""


def kit_root() -> Path:
    """Root of the kit's checkout: the folder that holds the labs' ``solutions/``.

    Returns
    -------
    Path
        ``$LABKIT_HOME`` where set, else the nearest such folder upwards from the
        working directory, else the one that the package is in.

    Raises
    ------
    ReleaseError
        If there is none.
    """
    if home := os.environ.get("LABKIT_HOME"):
        root = Path(home).expanduser().resolve()
        if labs(root):
            return root
        raise ReleaseError(
            f"LABKIT_HOME is {home}, but there is no solutions/<lab>/<lab>.py in it. "
            "Set it to the root of the kit's checkout, or unset it."
        )
    here = Path.cwd()
    for folder in (here, *here.parents, Path(__file__).resolve().parent.parent):
        if labs(folder):
            return folder
    raise ReleaseError(
        f"no kit found: neither {here} nor a folder above it has a "
        "solutions/<lab>/<lab>.py. Run this in the kit's checkout, or set LABKIT_HOME "
        "to it."
    )


def labs(root: Path) -> list[str]:
    """Names of the labs: each folder under ``solutions/`` with a source of its name."""
    sources = root.glob("solutions/*/*.py")
    return sorted(
        source.stem for source in sources if source.stem == source.parent.name
    )


def instructor_notebook(lab: str, root: Path) -> Notebook:
    """Read a lab's source as a notebook, solutions and hidden tests included.

    Parameters
    ----------
    lab : str
        Such as ``lab1_mlp``.
    root : Path
        The kit's root.

    Returns
    -------
    NotebookNode
        Format 4.5, what a class has under ``source/``. The same on every call.

    Raises
    ------
    ReleaseError
        If there is no such lab, or `validate` finds a problem.
    """
    notebook = _read(lab, root)
    try:
        validate(notebook)
    except ReleaseError as error:
        raise ReleaseError(f"{_source(lab, root)}:\n{error}") from None
    return notebook


def student_notebook(lab: str, root: Path) -> Notebook:
    """Make what a student opens: no solution, no hidden test, no output.

    The cells are those that ``nbgrader generate_assignment`` makes in a class,
    checksums included (nbgrader tells by them that an answer was not touched).

    Parameters
    ----------
    lab : str
    root : Path

    Returns
    -------
    NotebookNode

    Raises
    ------
    ReleaseError
        As `instructor_notebook`.
    """
    return _clear(instructor_notebook(lab, root))


def generate_steps() -> list[type]:
    """nbgrader's steps from source to release, with the kit's way to clear solutions.

    A class's ``nbgrader_config.py`` sets ``c.GenerateAssignment.preprocessors`` to
    them. The one difference: nbgrader replaces a solution cell that has no solution
    region by its stub; here such a cell (working defaults, the text of a report
    question) stays as it is.
    """
    from nbgrader import preprocessors
    from nbgrader.converters import GenerateAssignment
    from traitlets import Dict

    class ClearSolutions(preprocessors.ClearSolutions):  # type: ignore[misc]
        code_stub = Dict({"python": "raise NotImplementedError"}).tag(config=True)

        def preprocess_cell(
            self, cell: Notebook, resources: Any, cell_index: int
        ) -> tuple[Notebook, Any]:
            if self.begin_solution_delimeter not in cell.source:
                return cell, resources
            cleared: tuple[Notebook, Any] = super().preprocess_cell(
                cell, resources, cell_index
            )
            return cleared

    return [
        ClearSolutions if step is preprocessors.ClearSolutions else step
        for step in GenerateAssignment.preprocessors.default()
    ]


def validate(notebook: Notebook) -> None:
    """Check an instructor notebook, so that nothing unsound is ever released.

    Parameters
    ----------
    notebook : NotebookNode

    Raises
    ------
    ReleaseError
        With all problems, a line each: the cell, what is wrong, what to do.
    """
    problems: list[str] = []
    sound = []
    seen: set[str] = set()
    for number, cell in enumerate(notebook.cells, start=1):
        name = f"cell {cell.id!r}" if cell.id else f"cell number {number}"
        found = [*_id_problems(cell, seen), *_metadata_problems(cell)]
        found += [*_marker_problems(cell), *_output_problems(cell)]
        seen.add(cell.id)
        problems += [f"  {name}: {problem}" for problem in found]
        if not found:
            sound.append(cell)
    for cell in _clear({**notebook, "cells": sound}).cells:
        problems += [f"  cell {cell.id!r}: {p}" for p in _compile_problems(cell)]
    if problems:
        raise ReleaseError("\n".join(problems))


def release(
    names: Iterable[str] | None = None, root: Path | None = None, check: bool = False
) -> list[Path]:
    """Write the student notebooks, and the thresholds beside them.

    Parameters
    ----------
    names : iterable of str, optional
        Labs; all of them by default.
    root : Path, optional
        The kit's root; `kit_root` by default.
    check : bool
        Write nothing; compare with what is there.

    Returns
    -------
    list of Path
        The files that were written, or compared.

    Raises
    ------
    ReleaseError
        If any lab has a problem, or a solution is found in a notebook or in
        ``labkit/``: then nothing is written. With `check`: if a file differs.
    """
    root = kit_root() if root is None else root
    made: dict[Path, bytes] = {}
    problems = []
    for lab in labs(root) if names is None else names:
        try:
            made |= _outputs(lab, root)
        except ReleaseError as error:
            problems.append(str(error))
    if problems:
        raise ReleaseError("nothing was released\n" + "\n".join(problems))
    # On the same file system as the targets, so that each move is atomic.
    stage = Path(tempfile.mkdtemp(prefix=".release-", dir=root))
    try:
        for path, content in made.items():
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / path).write_bytes(content)
        if found := leaks(root, [stage, root / "labkit"]):
            raise ReleaseError(
                "nothing was released: solutions would leak\n"
                + "\n".join(f"  {leak}" for leak in found).replace(f"{stage}/", "")
                + "\nKeep solutions between ### BEGIN SOLUTION and ### END SOLUTION, "
                "and nowhere else."
            )
        targets = {root / path: stage / path for path in made}
        if check:
            _compare(targets)
        else:
            for target, staged in targets.items():
                target.parent.mkdir(parents=True, exist_ok=True)
                staged.replace(target)
    finally:
        shutil.rmtree(stage)
    return list(targets)


class Leak(NamedTuple):
    """Lines of a solution or hidden test, found where a student or reader sees them."""

    path: Path
    lab: str
    cell: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: from cell {self.cell!r} of {self.lab}: {self.text!r}"


def leaks(root: Path, paths: Iterable[Path]) -> list[Leak]:
    """Search files for the bodies of solutions and hidden tests.

    A leak is a run of consecutive lines of a region, as short as can be told from
    chance (mostly one line), with at most white space, quotes, comments, HTML markup
    and JSON escapes changed. Single lines that the student notebook shows anyway do
    not count; names that were changed are not seen through.

    Parameters
    ----------
    root : Path
        The kit's root; all its labs are searched for.
    paths : iterable of Path
        Files, and folders to be searched through. Those that do not exist are skipped.

    Returns
    -------
    list of Leak
        Empty when all is well.
    """
    secrets = [(lab, s) for lab in labs(root) for s in _secrets(_read(lab, root))]
    found = []
    for path in paths:
        files = [path] if path.is_file() else sorted(path.rglob("*"))
        for file in filter(Path.is_file, files):
            haystack = _haystack(_text(file))
            found += [
                Leak(file, lab, cell, text)
                for lab, (cell, text, needle) in secrets
                if needle in haystack
            ]
    return found


def _source(lab: str, root: Path) -> Path:
    return root / "solutions" / lab / f"{lab}.py"


def _read(lab: str, root: Path) -> Notebook:
    """Read a source as it is, problems and all; a cell without an id gets ''."""
    import jupytext

    if lab not in labs(root):
        raise ReleaseError(
            f"no lab named {lab!r} under {root / 'solutions'}; "
            f"there are: {', '.join(labs(root)) or 'none'}"
        )
    try:
        notebook = jupytext.read(_source(lab, root), fmt="py:percent")
    except Exception as error:
        raise ReleaseError(
            f"{_source(lab, root)} cannot be read as py:percent: {error}"
        ) from error
    notebook.metadata = copy.deepcopy(_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        cell.id = cell.metadata.pop("id", "")
        # How jupytext remembers the blank lines between cells.
        cell.metadata.pop("lines_to_next_cell", None)
    return notebook


def _clear(notebook: Notebook) -> Notebook:
    """Run nbgrader's steps, but for those that need a class."""
    from nbformat import from_dict
    from nbgrader.preprocessors import (
        IncludeHeaderFooter,
        InstantiateTests,
        SaveCells,
    )

    resources: dict[str, Any] = {}
    notebook = from_dict(copy.deepcopy(dict(notebook)))
    for step in generate_steps():
        if step not in (IncludeHeaderFooter, InstantiateTests, SaveCells):
            notebook, resources = step().preprocess(notebook, resources)
    return notebook


def _outputs(lab: str, root: Path) -> dict[Path, bytes]:
    """Contents of a lab's released files by path, relative to the root."""
    import nbformat

    folder = Path("notebooks") / lab
    text = nbformat.writes(student_notebook(lab, root)) + "\n"
    made = {folder / f"{lab}.ipynb": text.encode()}
    thresholds = _source(lab, root).with_name("thresholds.toml")
    if thresholds.exists():
        made[folder / thresholds.name] = thresholds.read_bytes()
    return made


def _compare(targets: dict[Path, Path]) -> None:
    differing = [
        f"  {target} {'differs' if target.exists() else 'is missing'}"
        for target, staged in targets.items()
        if not target.exists() or target.read_bytes() != staged.read_bytes()
    ]
    if differing:
        raise ReleaseError(
            "not what the sources give:\n"
            + "\n".join(differing)
            + "\nRun `labkit release` and commit the result."
        )


def _id_problems(cell: Notebook, seen: set[str]) -> Iterator[str]:
    if not cell.id:
        yield 'has no id; write `# %% id="some-name"` above it'
    elif not _SLUG.fullmatch(cell.id) or len(cell.id) > 64:
        yield "its id is not kebab-case (a-z, 0-9, single hyphens, at most 64); rename"
    elif cell.id in seen:
        yield "another cell has this id (and grade_id) already; rename one"


def _metadata_problems(cell: Notebook) -> Iterator[str]:
    if "nbgrader" not in cell.metadata:
        return
    meta = cell.metadata["nbgrader"]
    expected = {"schema_version", "grade_id", *_FLAGS}
    if meta.get("grade"):
        expected.add("points")
    if missing := sorted(expected - set(meta)):
        yield f"its nbgrader metadata lacks {', '.join(missing)}; add"
    if extra := sorted(set(meta) - expected):
        yield f"its nbgrader metadata has {', '.join(extra)}, which do not belong; drop"
    if meta.get("schema_version", 3) != 3:
        yield f"its schema_version is {meta['schema_version']!r}, expected 3"
    if meta.get("grade_id", cell.id) != cell.id:
        yield f"its grade_id is {meta['grade_id']!r}; make it the same as the id"
    for flag in _FLAGS:
        if not isinstance(meta.get(flag, False), bool):
            yield f"its {flag} is {meta[flag]!r}, expected true or false"
    points = meta.get("points", 0)
    if type(points) not in (int, float) or not 0 <= points < float("inf"):
        yield f"its points are {points!r}, expected a number from 0 up"
    if meta.get("task"):
        yield "is a task cell; use a Markdown cell with grade and solution instead"
    grade, solution = bool(meta.get("grade")), bool(meta.get("solution"))
    if cell.cell_type == "markdown" and grade != solution:
        yield "a Markdown cell needs both grade and solution, or neither"
    if cell.cell_type == "code" and grade and solution:
        yield "is both solution and test; make the test a cell of its own"
    if grade and not solution and not cell.id.startswith("test-"):
        yield "is a test cell; begin its id with test-"
    if solution and meta.get("locked"):
        yield "is a solution cell and locked, so no student could write in it; unlock"
    given = cell.cell_type != "code" or "given" in cell.metadata.get("tags", ())
    if solution and not given and "BEGIN SOLUTION" not in cell.source:
        yield (
            "is a solution cell without a solution region; add ### BEGIN SOLUTION "
            "and ### END SOLUTION, or tag it `given` if students get it as it is"
        )


def _marker_problems(cell: Notebook) -> Iterator[str]:
    meta = cell.metadata.get("nbgrader", {})
    belongs = {
        "SOLUTION": bool(meta.get("solution")),
        "HIDDEN TESTS": bool(meta.get("grade")) and not meta.get("solution"),
    }
    opened = None
    for number, line in enumerate(cell.source.splitlines(), start=1):
        if not _MARKER_LIKE.search(line):
            continue
        where = f"line {number}, {line.strip()!r}:"
        if line.strip() not in _MARKERS:
            yield f"{where} looks like a marker; expected one of {', '.join(_MARKERS)}"
            continue
        kind, begins = _MARKERS[line.strip()]
        if not belongs[kind]:
            yield (
                f"{where} does not belong here; solutions are for solution cells, "
                "hidden tests for test cells"
            )
        if begins and opened:
            yield f"{where} the {opened} region before it is still open; end it first"
        elif not begins and opened != kind:
            yield f"{where} there is no open {kind} region; add its BEGIN above"
        opened = kind if begins else None
    if opened:
        yield f"its {opened} region is never closed; add ### END {opened}"


def _output_problems(cell: Notebook) -> Iterator[str]:
    if cell.get("outputs") or cell.get("execution_count") is not None:
        yield "has stored outputs or an execution count; clear them"


def _compile_problems(cell: Notebook) -> Iterator[str]:
    """Check that what students get is valid Python (IPython's magics included)."""
    from IPython.core.inputtransformer2 import TransformerManager

    if cell.cell_type != "code":
        return
    try:
        transformer = TransformerManager()  # type: ignore[no-untyped-call]
        ast.parse(transformer.transform_cell(cell.source))
    except SyntaxError as error:
        yield (
            f"does not compile as students get it (line {error.lineno}: {error.msg}); "
            "mend the code, or move a marker so that the stub fits"
        )


# What follows is the leak check. Everything is compared as its significant characters.

_CHANCE = 20
"""A run with fewer significant characters may occur by chance."""
_TOKENS = 9
"""And so may one with fewer tokens: `loss = criterion(probs, one_hot)` has eight."""
_COMMENT = re.compile(r"""("[^"\n]*"|'[^'\n]*')|#.*""")
_HEADER = re.compile(r"(for|while|if|elif|else|try|except|finally|with|def|class)\b.*:")
_INSIGNIFICANT = {ord(c): None for c in " \t\r\n\f\v\xa0#\\"} | {ord("'"): '"'}


class _Secret(NamedTuple):
    cell: str
    text: str
    needle: str


def _secrets(notebook: Notebook) -> Iterator[_Secret]:
    """Yield what may be found nowhere: of each region, its telling runs of lines."""
    shown, regions = [], []
    for cell in notebook.cells:
        outside, inside = _split(cell)
        shown.append(outside)
        regions += [(cell, region) for region in inside]
    known = _haystack("\n".join(shown))
    for cell, region in regions:
        lines = _lines(cell, region)
        news = ["" if _significant(line) in known else line for line in lines]
        for start, end in _telling_runs(lines, news):
            text = "\n".join(lines[start:end])
            yield _Secret(cell.id, text, _significant(text))


def _telling_runs(lines: list[str], news: list[str]) -> list[tuple[int, int]]:
    """Return the whole region, and from each line on the shortest run that tells.

    Only lines that are shown nowhere else in the notebook (`news`, '' for the others)
    make a run tell; but a whole region shown elsewhere is a leak as well.
    """
    runs = {(0, len(lines))} if _tells(lines, tokens=0) else set()
    for start, new in enumerate(news):
        for end in range(start + 1, len(lines) + 1):
            if new and _tells(news[start:end], _TOKENS):
                runs.add((start, end))
                break
    return sorted(runs)


def _tells(lines: list[str], tokens: int) -> bool:
    """Whether lines are too many to occur by chance, and not just a loop's head."""
    text = "\n".join(lines)
    return (
        len(_significant(text)) >= _CHANCE
        and len(re.findall(r"\w+|[^\w\s]", text)) >= tokens
        and not all(_HEADER.fullmatch(line) for line in lines if line)
    )


def _split(cell: Notebook) -> tuple[str, list[str]]:
    """Return a cell's text outside all regions, and the text of each region.

    A region that is not closed goes on to the end of the cell.
    """
    outside: list[str] = []
    regions: list[list[str]] = []
    current = outside
    for line in cell.source.splitlines():
        if line.strip() not in _MARKERS:
            current.append(line)
        elif _MARKERS[line.strip()][1]:
            current = []
            regions.append(current)
        else:
            current = outside
    return "\n".join(outside), ["\n".join(region) for region in regions]


def _lines(cell: Notebook, region: str) -> list[str]:
    if cell.cell_type == "code":
        region = _COMMENT.sub(r"\1", region)
    return [line.strip() for line in region.splitlines() if line.strip()]


def _significant(text: str) -> str:
    for escape in ("\\n", "\\t", "\\r"):
        text = text.replace(escape, "\n")
    return text.translate(_INSIGNIFICANT)


def _haystack(text: str) -> str:
    """What to search: the text with its comments (code may hide in them), and without.

    Comments between its lines would hide a planted solution in the first.
    """
    lines = text.replace("\\n", "\n")
    return _significant(text) + "\0" + _significant(_COMMENT.sub(r"\1", lines))


def _text(file: Path) -> str:
    """The text of a file as a reader sees it; '' for a binary file."""
    content = file.read_bytes()
    if b"\0" in content:
        return ""
    text = content.decode(errors="replace")
    if file.suffix in (".html", ".htm", ".svg", ".xml"):
        return html.unescape(re.sub(r"<[^>]*>", "", text))
    if file.suffix in (".ipynb", ".json"):
        try:
            return "\n".join(_strings(json.loads(text)))
        except ValueError:
            return text
    return text


def _strings(value: object) -> Iterator[str]:
    """Every string of a JSON value; a list of lines as one text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _strings(item)
