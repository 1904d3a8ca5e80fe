"""Whatever a student hands in: the batch ends, and nobody else's grade changes.

The default run reads and repairs notebooks in this process. The slow one grades whole
classes of them; ``LABKIT_FUZZ`` is the number of classes.
"""

import copy
import json
import os
import shutil
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("nbgrader")

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from labkit import release
from labkit.grading import course as classes
from labkit.grading import results
from labkit.grading.engine import grade
from labkit.grading.repair import grade_id, repair
from labkit.grading.submission import Unreadable, collect, parse

TINY = Path(__file__).parent / "submissions" / "broken" / "tiny"
ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "square": "def square(x):\n    return x * x",
    "report": "It went well.",
}
KEYS = ("cell_type", "id", "metadata", "nbgrader", "grade_id", "tags", "source")
KEYS += ("outputs", "attachments", "output_type", "data", "text", "traceback", "cells")
KEYS += ("schema_version", "points", "locked", "solution", "grade", "task", "nbformat")
WORDS = (
    "double",
    "test-double",
    "square",
    "report",
    "code",
    "markdown",
    "raw",
    "sweep",
)
WORDS += ("experiment", "threshold", "given", "stream", "error", "display_data", "\x00")
WORDS += (
    "../../x",
    "-rf",
    "\ud83d",
    "\u202e",
    "a" * 65,
    "",
    "3",
    "{{ x }}",
    "<script>",
)
CODE = ("1 / 0", "def double(", "exit()", "import os; os._exit(3)", "%%bash\necho x")
CODE += ("raise SystemExit(1)", "!true", "get_ipython().kernel.do_shutdown(False)")
CODE += (
    "del double",
    "double = square = None",
    "print('x' * 2_000_000)",
    "\\",
    "\t\x0c",
)
CODE += ("import sys; sys.setrecursionlimit(10)", "__builtins__.clear()", "%reset -f")
CODE += ("double = 7", "x = [0] * 10_000_000", "import warnings; warnings.warn('x')")

TEXT = st.sampled_from(WORDS) | st.text(max_size=8)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
JSON = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | TEXT, inner, max_size=4)
    ),
    max_leaves=8,
)
CELL = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(("code", "markdown", "raw")) | JSON},
    optional={
        "id": TEXT,
        "metadata": JSON,
        "source": st.sampled_from(CODE) | JSON,
        "outputs": JSON,
        "execution_count": JSON,
        "attachments": JSON,
    },
)


@st.composite
def broken(draw, notebook, code=True):
    """Draw what may become of a notebook: the bytes of a file."""
    changed = copy.deepcopy(notebook)
    for _ in range(draw(st.integers(0, 6))):
        cells = changed.get("cells") if isinstance(changed, dict) else None
        kinds = ["value"] if not isinstance(cells, list) or not cells else _KINDS
        change = draw(st.sampled_from(kinds))
        if change == "value":
            changed = _put(draw, changed)
            continue
        at = draw(st.integers(0, len(cells) - 1))
        if change == "delete":
            del cells[at]
        elif change == "copy":
            cells.insert(draw(st.integers(0, len(cells))), copy.deepcopy(cells[at]))
        elif change == "move":
            cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(at))
        elif change == "paste":
            cells.insert(at, draw(CELL))
        elif isinstance(cells[at], dict):
            if change == "code" and code:
                cells[at]["source"] = draw(st.sampled_from(CODE))
            else:
                cells[at] |= draw(st.dictionaries(st.sampled_from(KEYS), JSON))
    content = json.dumps(changed).encode()
    for _ in range(draw(st.sampled_from((0, 0, 0, 0, 1, 2)))):
        at = draw(st.integers(0, len(content)))
        junk = draw(st.binary(max_size=6) | st.sampled_from((b"NaN", b"[" * 9_999)))
        content = content[:at] + junk + content[draw(st.integers(at, len(content))) :]
    return content


_KINDS = ["value", "delete", "copy", "move", "paste", "code", "metadata"]


def _put(draw, place):
    """Put JSON in some place of a notebook."""
    whole = [place]
    key = 0
    container = whole
    for _ in range(draw(st.integers(0, 6))):
        inside = container[key]
        if not isinstance(inside, dict | list) or not inside:
            break
        container = inside
        options = list(inside) if isinstance(inside, dict) else range(len(inside))
        key = draw(st.sampled_from(list(options)))
    container[key] = draw(JSON)
    return whole[0]


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A kit with one small lab."""
    root = tmp_path_factory.mktemp("kit")
    shutil.copytree(TINY, root / "solutions" / "tiny")
    (root / "solutions/tiny/thresholds.toml").write_text("bound = 1\n")
    return root


@pytest.fixture(scope="module")
def solved(kit):
    """A right submission, as plain JSON."""
    notebook = json.loads(json.dumps(release.student_notebook("tiny", kit)))
    for cell in notebook["cells"]:
        cell["source"] = ANSWERS.get(cell["id"], cell["source"])
    return notebook


def test_whatever_the_file_holds_it_is_repaired_or_refused_in_one_line(
    kit, solved, tmp_path
):
    source = release.instructor_notebook("tiny", kit)
    released = release.student_notebook("tiny", kit)
    path = tmp_path / "submitted" / "ada" / "tiny" / "tiny.ipynb"
    path.parent.mkdir(parents=True)
    managed = [grade_id(c) for c in source.cells if grade_id(c)]
    tests = {c.id: c.source for c in source.cells if c.metadata.get("nbgrader")}
    seen, reasons = [], []

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(broken(solved))
    def check(content):
        path.write_bytes(content)
        try:
            submitted = parse(collect(path.parent, path.name).notebook, path.name)
        except Unreadable as error:
            reasons.append(str(error))
            return
        seen.append(content)
        repaired = repair(source, released, submitted)
        nbformat.validate(repaired)
        nbformat.writes(repaired).encode("utf-8")
        assert [grade_id(c) for c in repaired.cells if "nbgrader" in c.metadata] == (
            managed
        )
        for cell in repaired.cells:
            if cell.metadata.get("nbgrader", {}).get("locked"):
                assert cell.source == tests[cell.id]
        again = repair(source, released, copy.deepcopy(repaired))
        assert [c.source for c in again.cells] == [c.source for c in repaired.cells]

    check()
    assert len(seen) > 10
    assert len(reasons) > 10
    assert {len(reason.splitlines()) for reason in reasons} == {1}
    assert max(map(len, reasons)) <= 300


@pytest.mark.slow
def test_classes_of_broken_notebooks_are_graded_to_the_end(kit, solved, tmp_path):
    counts = {"classes": 0, "notebooks": 0, "graded": 0, "named": 0}
    honest = {"double": 3.0, "square": 2.0, "train": 3.0, "report": 0.0}

    @settings(
        max_examples=int(os.environ.get("LABKIT_FUZZ", "5")),
        deadline=None,
        database=None,
        phases=[Phase.generate],  # a class is too slow to shrink
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(broken(solved), min_size=40, max_size=40))
    def check(files):
        course = tmp_path / f"class{counts['classes']}"
        classes.init(course, ["tiny"], kit)
        with (course / "nbgrader_config.py").open("a") as config:
            config.write("c.Run.timeout = 10\nc.Run.test_timeout = 10\n")
        submitted = {f"broken{number:02}": file for number, file in enumerate(files)}
        right = json.dumps(solved).encode()
        submitted |= {"ada": right, "broken20b": right, "zoe": right}
        for student, content in submitted.items():
            path = course / "submitted" / student / "tiny" / "tiny.ipynb"
            path.parent.mkdir(parents=True)
            path.write_bytes(content)

        found = {result.student: result for result in grade("tiny", course)}

        assert found.keys() == submitted.keys()
        for student, result in found.items():
            assert len(result.error.splitlines()) <= 1, result.error
            if not student.startswith("broken") or student == "broken20b":
                assert not result.error
                points = {name: q.score for name, q in result.questions.items()}
                assert points == honest
            else:
                counts["named" if result.error else "graded"] += 1
                assert 0 <= result.score <= result.max_score
        assert len(results.load(course, "tiny")) == sum(
            not result.error for result in found.values()
        )
        classes.feedback(course, "tiny")
        counts["classes"] += 1
        counts["notebooks"] += len(files)
        shutil.rmtree(course)
        print(counts, flush=True)

    check()
