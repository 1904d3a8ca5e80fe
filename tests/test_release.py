"""Releasing a lab, and the leak check: on a small lab made here, and on the kit's."""

import html
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from labkit.release import (
    ReleaseError,
    _read,
    instructor_notebook,
    kit_root,
    labs,
    leaks,
    release,
    student_notebook,
    validate,
)

KIT = Path(__file__).resolve().parent.parent
LAB = "tiny"


def marker(cell_id, kind="", tags=(), markdown=False, **flags):
    meta = {
        **{"schema_version": 3, "grade_id": cell_id, "task": False},
        **{"solution": False, "grade": False, "locked": False, **flags},
    }
    line = "# %% [markdown]" if markdown else "# %%"
    line += f' id="{cell_id}"'
    if tags:
        line += f" tags={json.dumps(tags)}"
    return line + (f" nbgrader={json.dumps(meta)}" if flags else "") + "\n"


SCALE = marker("scale", solution=True)
TEST_SCALE = marker("test-scale", grade=True, locked=True, points=3)
BODY = """\
        # why: the caller keeps its array
        factor = float(scale)
        return values * factor - values.mean(axis="0")
"""
HIDDEN = "assert abs(scale_by(np.ones(3), 2.5).sum() - 1.5) < 1e-9"
SOURCE = f"""\
{marker("intro", markdown=True)}# # Tiny
# The formula is `values * factor - mean`.

{marker("setup", locked=True)}# %matplotlib inline
import numpy as np

{SCALE}class Scaler:
    def __init__(self, scale):
        ### BEGIN SOLUTION
        self.scale = scale
        ### END SOLUTION

    def forward(self, values, scale):
        \"\"\"Scale, then center.\"\"\"
        ### BEGIN SOLUTION
{BODY}\
        ### END SOLUTION

    def name(self):
        return "a line of the given code, to be found by students"

{TEST_SCALE}check(Scaler)
### BEGIN HIDDEN TESTS
{HIDDEN}
### END HIDDEN TESTS

{marker("train", tags=["given"], solution=True)}LR = 0.3

{marker("run", tags=["experiment"])}print(LR)

{marker("report", markdown=True, solution=True, grade=True, points=2)}\
# **Your report.** What did you see?
"""


@pytest.fixture
def root(tmp_path):
    write(tmp_path, SOURCE)
    (tmp_path / "solutions" / LAB / "thresholds.toml").write_text("[digits]\n")
    return tmp_path


def write(root, source, lab=LAB):
    folder = root / "solutions" / lab
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{lab}.py").write_text(source)


def replaced(old, new):
    assert old in SOURCE
    return SOURCE.replace(old, new)


def files(root):
    """Content of every file outside solutions/, by path."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.relative_to(root).parts[0] != "solutions"
    }


def cells(notebook):
    return {cell.id: cell for cell in notebook.cells}


# What a student gets


def test_the_student_gets_stubs_in_place_of_solutions_and_no_hidden_test(root):
    student = cells(student_notebook(LAB, root))
    assert student["scale"].source == (
        "class Scaler:\n"
        "    def __init__(self, scale):\n"
        "        raise NotImplementedError\n"
        "\n"
        "    def forward(self, values, scale):\n"
        '        """Scale, then center."""\n'
        "        raise NotImplementedError\n"
        "\n"
        "    def name(self):\n"
        '        return "a line of the given code, to be found by students"'
    )
    assert student["test-scale"].source == "check(Scaler)"


def test_given_defaults_report_questions_and_tags_reach_the_student(root):
    student = cells(student_notebook(LAB, root))
    assert student["train"].source == "LR = 0.3"
    assert student["report"].source == "**Your report.** What did you see?"
    assert student["run"].metadata.tags == ["experiment"]
    assert student["setup"].source == "%matplotlib inline\nimport numpy as np"


def test_cells_keep_their_ids_and_tests_cannot_be_deleted(root):
    student = student_notebook(LAB, root)
    expected = ["intro", "setup", "scale", "test-scale", "train", "run", "report"]
    assert [cell.id for cell in student.cells] == expected
    assert cells(student)["test-scale"].metadata.editable is False
    assert cells(student)["scale"].metadata.deletable is False
    nbformat.validate(student)
    assert (student.nbformat, student.nbformat_minor) == (4, 5)


def test_nbgrader_gives_an_untouched_report_question_no_points(root):
    report = cells(student_notebook(LAB, root))["report"]
    assert determine_grade(report) == (0, 2)
    report.source += "\nIt jumps."
    assert determine_grade(report) == (None, 2)


def test_the_instructor_notebook_keeps_solutions_and_hidden_tests(root):
    instructor = cells(instructor_notebook(LAB, root))
    assert "factor = float(scale)" in instructor["scale"].source
    assert HIDDEN in instructor["test-scale"].source


def generate_assignment(lab, root, course):
    """Run nbgrader's own command in a class set up as `generate_steps` says."""
    source = course / "source" / lab / f"{lab}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(instructor_notebook(lab, root), source)
    (course / "nbgrader_config.py").write_text(
        "from labkit.release import generate_steps\n"
        "c = get_config()\n"
        "c.GenerateAssignment.preprocessors = generate_steps()\n"
    )
    # nbgrader calls alembic, which is installed beside Python.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_assignment", lab],
        cwd=course,
        env={**os.environ, "PATH": path},
        check=True,
        capture_output=True,
    )
    return nbformat.read(course / "release" / lab / f"{lab}.ipynb", as_version=4)


@pytest.mark.parametrize("which", ["tiny", "lab1_mlp"])
def test_nbgrader_generate_assignment_makes_the_same_cells(which, root, tmp_path):
    kit = root if which == LAB else KIT
    made = generate_assignment(which, kit, tmp_path / "course")
    assert made.cells == student_notebook(which, kit).cells


# Files


def test_release_writes_notebook_and_thresholds_the_same_on_every_run(root):
    written = release(root=root)
    first = files(root)
    assert sorted(first) == [
        "notebooks/tiny/thresholds.toml",
        "notebooks/tiny/tiny.ipynb",
    ]
    assert sorted(written) == sorted(root / name for name in first)
    assert first["notebooks/tiny/tiny.ipynb"].endswith(b"}\n")
    release(root=root)
    assert files(root) == first


def test_release_check_names_what_differs_and_writes_nothing(root):
    with pytest.raises(ReleaseError, match=r"tiny\.ipynb is missing"):
        release(root=root, check=True)
    release(root=root)
    release(root=root, check=True)
    notebook = root / "notebooks" / LAB / f"{LAB}.ipynb"
    notebook.write_text(notebook.read_text().replace("0.3", "0.4"))
    edited = files(root)
    with pytest.raises(ReleaseError, match=r"tiny\.ipynb differs(.|\n)*labkit release"):
        release(root=root, check=True)
    assert files(root) == edited


def test_an_unknown_lab_is_named_with_those_that_exist(root):
    with pytest.raises(ReleaseError, match=r"no lab named 'lab9'(.|\n)*tiny"):
        release(["lab9"], root)


def test_kit_root_is_found_from_below_and_from_the_environment(
    root, tmp_path_factory, monkeypatch
):
    monkeypatch.delenv("LABKIT_HOME", raising=False)
    monkeypatch.chdir(root / "solutions" / LAB)
    assert kit_root() == root
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    assert kit_root() == KIT
    monkeypatch.setenv("LABKIT_HOME", str(root))
    assert kit_root() == root
    monkeypatch.setenv("LABKIT_HOME", str(elsewhere))
    with pytest.raises(ReleaseError, match=r"LABKIT_HOME is .* unset it"):
        kit_root()


# What is refused

BEGIN, END = "        ### BEGIN SOLUTION\n", "        ### END SOLUTION\n"
UNSOUND = {
    "unmatched begin": (replaced(BODY + END, BODY), "SOLUTION region is never closed"),
    "unmatched end": (replaced(BEGIN + BODY, BODY), "there is no open SOLUTION region"),
    "nested": (replaced(BODY, BEGIN + BODY), "is still open"),
    "begin and end swapped": (
        replaced(BEGIN + BODY + END, END + BODY + BEGIN),
        "there is no open SOLUTION region",
    ),
    "another kind inside": (
        replaced(BODY, "        ### BEGIN HIDDEN TESTS\n" + BODY),
        "hidden tests for test cells",
    ),
    "hidden tests not closed": (
        replaced("### END HIDDEN TESTS\n", ""),
        "HIDDEN TESTS region is never closed",
    ),
    "misspelt marker": (replaced("### BEGIN SOLUTION", "# begin solution"), "a marker"),
    "mark scheme": (
        replaced("# **Your report.**", "# === BEGIN MARK SCHEME ===\n# **Your"),
        "looks like a marker",
    ),
    "solution in a plain cell": (
        replaced("print(LR)", "### BEGIN SOLUTION\nprint(LR)\n### END SOLUTION"),
        "solutions are for solution cells",
    ),
    "solution in a test cell": (
        replaced("check(Scaler)", "### BEGIN SOLUTION\nprint(LR)\n### END SOLUTION"),
        "solutions are for solution cells",
    ),
    "no region": (replaced('tags=["given"] ', ""), "without a solution region"),
    "no id": (replaced(' id="run"', ""), "has no id"),
    "duplicate id": (replaced('id="run"', 'id="train"'), "another cell has this id"),
    "duplicate grade_id": (
        replaced("# %% id=", SCALE + "raise ValueError\n\n# %% id="),
        "another cell has this id (and grade_id)",
    ),
    "id with underscore": (replaced('id="run"', 'id="my_run"'), "not kebab-case"),
    "id unlike grade_id": (replaced('id="train"', 'id="fit"'), "same as the id"),
    "no grade_id": (replaced('"grade_id": "train", ', ""), "lacks grade_id"),
    "no points": (replaced(', "points": 3', ""), "lacks points"),
    "points on a solution": (
        replaced('"grade_id": "train"', '"points": 3, "grade_id": "train"'),
        "has points, which do not belong",
    ),
    "points as text": (replaced('"points": 3', '"points": "3"'), "points are '3'"),
    "no flag": (replaced('"task": false, ', ""), "lacks task"),
    "flag as a number": (replaced('"locked": true', '"locked": 1'), "locked is 1"),
    "old schema": (replaced('"schema_version": 3', '"schema_version": 1'), "is 1"),
    "task": (replaced('"task": false', '"task": true'), "is a task cell"),
    "locked solution": (
        replaced('"locked": false', '"locked": true'),
        "is a solution cell and locked",
    ),
    "solution and test": (
        replaced('"solution": false, "grade": true', '"solution": true, "grade": true'),
        "make the test a cell of its own",
    ),
    "test's id": (replaced("test-scale", "scale-test"), "begin its id with test-"),
    "Markdown grade only": (
        replaced('"solution": true, "grade": true', '"solution": false, "grade": true'),
        "both grade and solution",
    ),
    "stub does not compile": (
        replaced("    def name(self):\n        return", "  def name(self):\n   return"),
        "does not compile",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSOUND)
def test_an_unsound_source_is_refused_and_nothing_is_written(case, root):
    release(root=root)
    before = files(root)
    source, problem = UNSOUND[case]
    write(root, source)
    write(root, SOURCE, lab="another")
    with pytest.raises(ReleaseError) as caught:
        release(root=root)
    assert problem in str(caught.value)
    assert files(root) == before


def test_all_problems_of_all_labs_are_listed_at_once(root):
    broken = replaced(' id="run"', "").replace(', "points": 3', "")
    broken = broken.replace("    def name(self):", "   def name(self):")
    broken = broken.replace("import numpy as np", "import numpy as")
    write(root, broken)
    write(root, replaced('tags=["given"] ', ""), lab="another")
    with pytest.raises(ReleaseError) as caught:
        release(root=root)
    message = str(caught.value)
    assert "cell number 6: has no id" in message
    assert "cell 'test-scale': its nbgrader metadata lacks points" in message
    assert "cell 'scale': does not compile" in message
    assert "cell 'setup': does not compile" in message
    assert "another.py:\n  cell 'train': is a solution cell without" in message


def test_stored_outputs_are_refused(root):
    notebook = instructor_notebook(LAB, root)
    validate(notebook)
    cells(notebook)["run"].execution_count = 4
    cells(notebook)["setup"].outputs = [nbformat.v4.new_output("stream", text="1")]
    with pytest.raises(ReleaseError) as caught:
        validate(notebook)
    assert str(caught.value).count("has stored outputs") == 2


# The leak check

PLANTS = {
    "whole body": BODY,
    "one line": 'return values * factor - values.mean(axis="0")',
    "one line, spaced otherwise": 'return values*factor - values.mean( axis = "0" )',
    "one line, other quotes": "return values * factor - values.mean(axis='0')",
    "body with a comment between": BODY.replace(
        "        return", "        # then\n        return"
    ),
    "body in comments": "".join(f"# {line.strip()}\n" for line in BODY.splitlines()),
    "hidden test": HIDDEN,
}


def as_module(code):
    return "labkit/extra.py", "def f(values, scale):\n    pass\n" + code


def as_string(code):
    return "labkit/text.py", f"TEXT = {code!r}\n"


def as_notebook(code):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    return "notebooks/tiny/tiny.ipynb", nbformat.writes(notebook)


def as_output(code):
    output = nbformat.v4.new_output("stream", text="before\n" + code)
    cell = nbformat.v4.new_code_cell("print()", outputs=[output])
    notebook = nbformat.v4.new_notebook(cells=[cell])
    return "_build/html/_sources/tiny.ipynb", nbformat.writes(notebook)


def as_chapter(code):
    return "_build/html/_sources/chapter.md", f"Text.\n```python\n{code}\n```\n"


def as_highlighted_page(code):
    body = highlight("class A:\n" + code, PythonLexer(), HtmlFormatter())
    assert '<span class="' in body
    return "_build/html/chapter.html", f"<html><body>{body}</body></html>"


def as_plain_page(code):
    page = f"<pre>{html.escape(code)}</pre>"
    return "_build/html/plain.html", page


def as_search_index(code):
    return "_build/html/searchindex.js", f"Search.setIndex({json.dumps([code])})"


CARRIERS = [
    *(as_module, as_string, as_notebook, as_output, as_chapter),
    *(as_highlighted_page, as_plain_page, as_search_index),
]


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_planted_leak_is_found(carrier, plant, root):
    name, content = carrier(PLANTS[plant])
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    found = leaks(root, [root / part for part in ("labkit", "notebooks", "_build")])
    cell = "test-scale" if plant == "hidden test" else "scale"
    assert {(leak.path, leak.lab, leak.cell) for leak in found} == {(path, LAB, cell)}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_what_students_may_see_is_no_leak(carrier, root):
    name, content = carrier(
        "self.scale = scale\nfactor = 2\nvalues = None\n"
        'return "a line of the given code, to be found by students"\n'
        "raise ValueError('expected values * factor - mean. Did you mean x.T @ dy?')\n"
        "return values\nraise NotImplementedError\ncheck(Scaler)\n"
    )
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    assert leaks(root, [path]) == []


def with_body(*lines):
    return replaced(BODY, "".join(f"        {line}\n" for line in lines))


def test_a_body_of_short_lines_is_found_whole_also_with_comments_between(root):
    write(root, with_body("for p in self.params:", "    p.grad = None"))
    page = root / "page.md"
    page.write_text("for p in self.params:\n    p.grad = None")
    assert [leak.cell for leak in leaks(root, [page])] == ["scale"]
    page.write_text(
        "for p in self.params:  # all of them\n    # forget\n    p.grad = None"
    )
    assert [leak.cell for leak in leaks(root, [page])] == ["scale"]


def test_the_head_of_a_loop_is_no_leak_without_its_body(root):
    write(root, with_body("for x, (one_hot, weight) in zip(a, b):", "    total += x"))
    page = root / "page.md"
    page.write_text("for x, (one_hot, weight) in zip(a, b):\n    print(weight)")
    assert leaks(root, [page]) == []


def test_a_line_of_a_solution_that_is_given_elsewhere_is_no_leak(root):
    given = 'values = np.asarray(values, dtype="float64")'
    source = with_body(given, "return values / (values ** 2).sum() ** 0.5")
    write(root, source.replace("print(LR)", given))
    page = root / "page.md"
    page.write_text(given)
    assert leaks(root, [page]) == []
    page.write_text(given + "\nreturn values / (values ** 2).sum() ** 0.5")
    assert leaks(root, [page]) != []


def test_the_text_of_a_model_answer_is_a_secret_too(root):
    answer = (
        "# ### BEGIN SOLUTION\n# At 0.001 the loss fell by half, at 0.1 it jumped.\n"
    )
    write(root, SOURCE + answer + "# ### END SOLUTION\n")
    assert "jumped" not in cells(student_notebook(LAB, root))["report"].source
    page = root / "page.html"
    page.write_text("<p>At 0.001 the loss fell <em>by half</em>, at 0.1 it jumped.</p>")
    assert [leak.cell for leak in leaks(root, [page])] == ["report"]


def test_release_refuses_a_leak_in_the_package_and_writes_nothing(root):
    (root / "labkit").mkdir()
    (root / "labkit" / "helpers.py").write_text(BODY)
    before = files(root)
    with pytest.raises(ReleaseError, match=r"labkit/helpers\.py: from cell 'scale'"):
        release(root=root)
    assert files(root) == before


def test_release_refuses_a_body_repeated_outside_its_region(root):
    write(root, replaced("print(LR)", "def again(values, scale):\n" + BODY.rstrip()))
    with pytest.raises(ReleaseError, match=r"\n  notebooks/tiny/tiny\.ipynb: from"):
        release(root=root)
    assert files(root) == {}


# The kit itself


def test_the_notebooks_are_what_the_sources_give():
    assert labs(KIT)
    release(root=KIT, check=True)


def test_no_solution_is_in_anything_that_students_or_readers_get():
    shown = [KIT / name for name in ("notebooks", "labkit", "book", "_build/html")]
    assert leaks(KIT, shown) == []


@pytest.mark.parametrize("lab", labs(KIT))
def test_every_region_of_a_real_lab_is_found_when_planted(lab, tmp_path):
    """But for bodies that are too short to be told from chance."""
    page = tmp_path / "page.py"
    missed = []
    for cell in _read(lab, KIT).cells:
        for region in cell.source.split("### BEGIN SOLUTION")[1:]:
            body = region.split("### END SOLUTION")[0]
            page.write_text(body)
            if cell.id not in {leak.cell for leak in leaks(KIT, [page])}:
                missed.append(body.strip())
    assert [body for body in missed if body != "return dy"] == []
