"""Classes, broken submissions, grades, feedback, on a small lab and on Lab 1."""

import contextlib
import copy
import json
import re
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

pytest.importorskip("nbgrader")

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from labkit import release
from labkit.grading import course as classes
from labkit.grading.course import CourseError
from labkit.grading.engine import grade, table, to_json
from labkit.grading.isolation.execute import Limits, execute
from labkit.grading.isolation.sandbox import Rules, Sandbox
from labkit.grading.outputs import kept
from labkit.grading.repair import repair
from labkit.grading.submission import loads
from labkit.grading.worker import Worker

BROKEN = Path(__file__).parent / "submissions" / "broken"
CASES = sorted(path.stem for path in BROKEN.glob("*.py"))
KEYS = ("cell_type", "id", "metadata", "nbgrader", "grade_id", "tags", "source")
KEYS += ("outputs", "attachments", "output_type", "data", "text", "traceback")
RIGHT = {"double": 3.0, "square": 2.0, "train": 3.0, "report": 0.0}
ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "square": "def square(x):\n    return x * x",
    "report": "It went well.",
}


def cell(notebook, id):
    return next(c for c in notebook["cells"] if c["id"] == id)


def delete(notebook, *ids):
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] not in ids]


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A kit with one small lab."""
    root = tmp_path_factory.mktemp("kit")
    shutil.copytree(BROKEN / "tiny", root / "solutions" / "tiny")
    (root / "solutions/tiny/thresholds.toml").write_text("bound = 1\n")
    return root


@pytest.fixture(scope="module")
def notebooks(kit):
    """The small lab's source, and what students are given."""
    return release.instructor_notebook("tiny", kit), release.student_notebook(
        "tiny", kit
    )


@pytest.fixture(scope="module")
def solved(notebooks):
    """A right submission of the small lab, as plain JSON."""
    notebook = json.loads(json.dumps(notebooks[1]))
    for id, source in ANSWERS.items():
        cell(notebook, id)["source"] = source
    return notebook


@pytest.fixture
def make_class(kit, tmp_path):
    """Make a class with the given submissions: a notebook for each student."""

    def make(**submissions):
        course = classes.init(tmp_path / "class", ["tiny"], kit)
        for student, notebook in submissions.items():
            hand_in(course, student, notebook)
        return course

    return make


def hand_in(course, student, notebook):
    path = course / "submitted" / student / "tiny" / "tiny.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))


def with_answer(notebook, **answers):
    changed = copy.deepcopy(notebook)
    for id, source in answers.items():
        cell(changed, id)["source"] = source
    return changed


def scores(result):
    return {name: question.score for name, question in result.questions.items()}


@pytest.mark.parametrize(
    "every", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["quick", "all"]
)
def test_broken_submissions_cost_what_they_must_and_the_batch_goes_on(
    make_class, solved, every
):
    course = make_class(right=solved)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Run.timeout = 6\nc.Run.test_timeout = 6\n")
    expected = {"right": RIGHT}
    helpers = {"cell": cell, "delete": delete, "copy": copy, "json": json}
    for name in CASES:
        case = runpy.run_path(
            str(BROKEN / f"{name}.py"), {**helpers, "nbformat": nbformat}
        )
        if case.get("SLOW") and not every:
            continue
        notebook = copy.deepcopy(solved)
        if "hand_in" in case:
            path = course / "submitted" / name / "tiny" / "tiny.ipynb"
            path.parent.mkdir(parents=True)
            case["hand_in"](notebook, path)
        else:
            case["change"](notebook)
            hand_in(course, name, notebook)
        expected[name] = case.get("REASON") or RIGHT | case["EXPECTED"]

    results = {result.student: result for result in grade("tiny", course)}

    found = {}
    for name, result in results.items():
        found[name] = scores(result)
        if result.error:
            assert "\n" not in result.error
            assert not (course / "autograded" / name).exists()
            reason = expected[name]
            named = isinstance(reason, str) and re.search(reason, result.error)
            found[name] = reason if named else result.error
        else:
            graded = course / "autograded" / name / "tiny" / "tiny.ipynb"
            assert graded.stat().st_size < 3_000_000, name
    assert len(results) == 1 + len(CASES) if every else len(results) >= 30
    assert found == expected
    pages = classes.feedback(course, "tiny")
    assert len(pages) == sum(not result.error for result in results.values())


def test_a_release_in_a_class_has_the_cells_of_the_student_notebook(kit, make_class):
    released = nbformat.read(make_class() / "release/tiny/tiny.ipynb", as_version=4)
    expected = release.student_notebook("tiny", kit)
    assert [(c.id, c.cell_type, c.source) for c in released.cells] == [
        (c.id, c.cell_type, c.source) for c in expected.cells
    ]


def test_a_class_that_exists_is_not_overwritten(kit, make_class):
    course = make_class()
    before = {p: p.read_bytes() for p in course.rglob("*") if p.is_file()}
    with pytest.raises(CourseError, match="has tiny already"):
        classes.init(course, ["tiny"], kit)
    assert {p: p.read_bytes() for p in course.rglob("*") if p.is_file()} == before


def test_a_folder_with_something_else_in_it_is_not_used(kit, tmp_path):
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(CourseError, match="no class"):
        classes.init(tmp_path, ["tiny"], kit)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_lab_can_be_added_to_a_class(kit, make_class, solved, tmp_path):
    course = make_class(ada=solved)
    grade("tiny", course)
    larger = tmp_path / "kit"
    shutil.copytree(kit, larger)
    source = (larger / "solutions/tiny/tiny.py").read_text()
    (larger / "solutions/other").mkdir()
    (larger / "solutions/other/other.py").write_text(source)

    classes.init(course, ["other"], larger)

    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert {a.name for a in gradebook.assignments} == {"tiny", "other"}
        assert gradebook.find_submission("tiny", "ada").score == 8.0


def test_a_class_is_made_where_the_environment_is_not_activated(
    kit, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    course = classes.init(tmp_path / "class", ["tiny"], kit)
    assert (course / "gradebook.db").exists()


def test_regrading_keeps_manual_grades_comments_and_earlier_grades(make_class, solved):
    course = make_class(ada=solved, bob=solved)
    grade("tiny", course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_grade("report", "tiny", "tiny", "ada").manual_score = 1
        comment = gradebook.find_comment("report", "tiny", "tiny", "ada")
        comment.manual_comment = "Well seen."
        gradebook.db.commit()
    hand_in(course, "ada", with_answer(solved, square="square = None"))
    (course / "submitted/bob/tiny/tiny.ipynb").write_text("")

    ada, bob = grade("tiny", course)

    assert scores(ada) == {**RIGHT, "square": 0.0, "report": 1.0}
    assert ada.questions["report"].comment == "Well seen."
    assert bob.error
    assert (course / "autograded/bob/tiny/tiny.ipynb").exists()
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert gradebook.find_submission("tiny", "bob").score == 8.0


def test_only_the_students_asked_for_are_graded(make_class, solved):
    course = make_class(ada=solved, bob=solved)
    assert [result.student for result in grade("tiny", course, ["bob"])] == ["bob"]
    assert not (course / "autograded/ada").exists()
    with pytest.raises(CourseError, match="handed in by cyd"):
        grade("tiny", course, ["bob", "cyd"])


def test_without_thresholds_training_is_not_graded_and_says_so(make_class, solved):
    (result,) = grade("tiny", make_class(ada=solved), thresholds=False)
    assert scores(result) == {**RIGHT, "train": 0.0}
    assert result.questions["train"].comment == "not graded"
    assert "ada: train: not graded" in table([result])


def test_after_a_quick_look_nothing_is_trained_again(make_class, solved, monkeypatch):
    course = make_class(ada=solved)
    grade("tiny", course)
    (ada,) = grade("tiny", course, thresholds=False)
    assert scores(ada) == {**RIGHT, "train": 0.0}
    monkeypatch.setattr(Worker, "grade", lambda *_: pytest.fail("graded again"))
    for thresholds, points in (True, RIGHT["train"]), (False, 0.0):
        (ada,) = grade("tiny", course, thresholds=thresholds)
        assert scores(ada) == {**RIGHT, "train": points}


def test_a_name_is_found_however_its_letters_are_written(make_class, solved):
    course = make_class(**{"ju\u0308rgen": solved})
    (result,) = grade("tiny", course, ["j\u00fcrgen"])
    assert result.student == "ju\u0308rgen"


def test_answers_left_as_they_were_have_no_response_but_given_settings_do(
    kit, make_class
):
    untouched = json.loads(json.dumps(release.student_notebook("tiny", kit)))
    (result,) = grade("tiny", make_class(ada=untouched))
    comments = {name: q.comment for name, q in result.questions.items()}
    no = "No response."
    assert comments == {"double": no, "square": no, "train": "", "report": no}
    assert not result.questions["report"].by_hand


def test_results_name_the_hints_that_checks_gave(make_class, solved):
    wrong = with_answer(solved, double="def double(x):\n    return x * x")
    results = grade("tiny", make_class(ada=wrong))
    assert results[0].questions["double"].hints == ["square-not-double"]
    assert "ada: double: hint square-not-double" in table(results)
    (parsed,) = json.loads(to_json(results))
    assert parsed["score"] == 5.0
    assert parsed["questions"]["double"]["hints"] == ["square-not-double"]


def test_a_changed_source_is_refused_until_it_is_released_again(make_class, solved):
    course = make_class(ada=solved)
    path = course / "source/tiny/tiny.ipynb"
    source = nbformat.read(path, as_version=4)
    worth = copy.deepcopy(source)
    delete(source, "test-square")
    cell(worth, "test-square").metadata.nbgrader.points += 1
    for changed in (source, worth):
        nbformat.write(changed, path)
        with pytest.raises(CourseError, match="generate_assignment tiny --force"):
            grade("tiny", course)


def test_feedback_holds_no_hidden_test_and_nothing_that_runs(make_class, solved):
    wrong = with_answer(
        solved,
        double="def double(x):\n    return 6",
        square="from IPython.display import HTML, Javascript, display\n"
        "display(HTML('<b onclick=\"evil()\">hi</b><script>evil()</script>'))\n"
        "display(Javascript('evil()'))\nsquare = lambda x: x * x",
        report="# Mine\n\n*1* < 2 <script>evil()</script> <img src=x onerror='evil()'> "
        "[a](javascript:evil())",
    )
    sweep = cell(wrong, "sweep")
    sweep["outputs"] = [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {
                "text/html": "<table><tr><td onmouseover='evil()'>0.1</td></tr></table>"
                "<script>evil()</script><iframe src='http://evil'></iframe>",
                "image/png": '"><script>evil()</script>',
                "application/javascript": "evil()",
            },
        }
    ]
    course = make_class(ada=wrong)
    grade("tiny", course)
    (page,) = classes.feedback(course, "tiny")
    html = page.read_text().partition("<body>")[2]
    assert "17" not in re.sub("<[^>]*>", "", html)
    assert "HIDDEN" not in html
    assert "a hidden case fails" in html
    assert "0.1</td>" in html
    assert "<em>1</em>" in html
    # Source code is shown too, escaped: what matters is within tags, and scripts.
    assert "evil" not in "".join(re.findall("<[a-z][^>]*>", html))
    assert "<script>evil" not in html


def test_links_are_not_followed(make_class, solved, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the instructor's")
    course = make_class(ada=solved)
    folder = course / "submitted/ada/tiny"
    for name in ("thresholds.toml", "notes.txt"):
        (folder / name).symlink_to(secret)
    (folder / "all").symlink_to(tmp_path)
    for student, target in (("bob", "../../ada/tiny/tiny.ipynb"), ("cyd", "..")):
        hand_in(course, student, solved)
        path = course / "submitted" / student / "tiny/tiny.ipynb"
        path.unlink()
        path.symlink_to(target)
    (course / "submitted/dan").symlink_to("ada")

    def check(errors):
        assert secret.read_text() == "the instructor's"
        graded = [p for p in course.glob("autograded/**/*") if not p.is_dir()]
        assert {str(p.relative_to(course / "autograded")) for p in graded} == {
            # The last two are what nbgrader's exchange releases feedback by.
            *("ada/tiny/tiny.ipynb", "ada/tiny/timestamp.txt"),
            "ada/tiny/submission_secret.txt",
        }
        assert not any(p.is_symlink() for p in graded)
        assert errors

    ada, *others = grade("tiny", course)
    assert scores(ada) == RIGHT
    check(all("link" in other.error for other in others))
    command = [sys.executable, "-m", "nbgrader", "autograde", "tiny", "--force"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True)
    check(done.stderr.count("links are not followed") >= 2)


def test_files_beside_the_notebook_are_there_but_not_for_the_tests(make_class, solved):
    finds = "from helper import twice\n\n\ndef double(x):\n    return twice(x)"
    course = make_class(ada=with_answer(solved, double=finds))
    folder = course / "submitted/ada/tiny"
    (folder / "helper.py").write_text("def twice(x):\n    return 2 * x")
    (folder / "pathlib.py").write_text("raise RuntimeError")
    (folder / "thresholds.toml").write_text("")  # falsy: the test's is not
    (folder / "sub").mkdir()
    (folder / "sub/data.txt").write_text("7")
    reads = "square = lambda x: int(open('sub/data.txt').read()) + 2"
    hand_in(course, "bob", with_answer(solved, double=finds, square=reads))
    shutil.copytree(folder / "sub", course / "submitted/bob/tiny/sub")
    ada, bob = grade("tiny", course)
    assert scores(ada) == RIGHT
    assert scores(bob) == {**RIGHT, "double": 0.0}


def test_a_worker_that_dies_costs_one_submission(make_class, solved, monkeypatch):
    own = with_answer(solved, report="I am Bob.")
    course = make_class(ada=solved, bob=own, cyd=solved)
    run = Worker.grade

    def dies_at_bob(self, submission):
        if b"I am Bob." in submission.notebook:
            self.start()
            self._process.kill()
        return run(self, submission)

    monkeypatch.setattr(Worker, "grade", dies_at_bob)
    ada, bob, cyd = grade("tiny", course, jobs=1)
    assert bob.error == "the grader's own process ended (exit code -9)"
    assert scores(ada) == scores(cyd) == RIGHT


def test_grading_that_is_interrupted_ends_all_that_it_started(make_class, solved):
    endless = with_answer(solved, double="while True:\n    pass")
    course = make_class(ada=solved, bob=endless)
    command = [sys.executable, "-m", "labkit.cli", "grade", "tiny"]
    command += ["--course", str(course), "--jobs", "2"]
    grading = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (course / "autograded/ada/tiny/tiny.ipynb").exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    grading.send_signal(signal.SIGINT)
    _, said = grading.communicate(timeout=30)
    assert grading.returncode == 130
    assert "labkit: stopped" in said
    assert "Traceback" not in said
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert gradebook.find_submission("tiny", "ada").score == 8.0
    assert not _processes(str(course))


def _processes(text):
    """Command lines of running processes that hold a text."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines.append(file.read_bytes().replace(b"\0", b" ").decode())
    return [line for line in lines if text in line]


@pytest.mark.parametrize("isolated", [True, False])
def test_grades_say_how_they_were_isolated(make_class, solved, isolated):
    course = make_class(ada=with_answer(solved, double="raise ValueError"))
    (result,) = grade("tiny", course, isolated=isolated)
    assert scores(result) == {**RIGHT, "double": 0.0}
    graded = nbformat.read(course / "autograded/ada/tiny/tiny.ipynb", as_version=4)
    assert graded.metadata.labkit.isolation == ("bubblewrap" if isolated else "none")
    comments = {question.comment for question in result.questions.values()}
    assert comments == ({""} if isolated else {"graded without a sandbox"})


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(Rules()) as made:
        yield made


def test_experiments_keep_what_was_submitted_and_do_not_run(
    sandbox, tmp_path, notebooks, solved
):
    notebook = copy.deepcopy(solved)
    sweep = cell(notebook, "sweep")
    sweep["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["lr 0.1\n", "91%"]}
    ]
    (tmp_path / "thresholds.toml").write_text("bound = 1\n")
    ran = execute(repair(*notebooks, nbformat.from_dict(notebook)), tmp_path, sandbox)
    assert cell(ran, "sweep").outputs[0].text == "lr 0.1\n91%"


def test_students_own_cells_stay_where_they_were(notebooks, solved):
    notebook = copy.deepcopy(solved)
    own = {"cell_type": "markdown", "metadata": {}, "source": "mine"}
    notebook["cells"].insert(3, {**own, "id": "mine-1"})
    notebook["cells"].append({**own, "id": "mine-2"})
    repaired = repair(*notebooks, notebook)
    ids = [c.id for c in repaired.cells]
    assert ids[2:5] == ["double", "mine-1", "test-double"]
    assert ids[-1] == "mine-2"
    nbformat.validate(repaired)


def test_a_report_below_its_cell_is_graded_by_hand(make_class, kit):
    untouched = json.loads(json.dumps(release.student_notebook("tiny", kit)))
    at = [c["id"] for c in untouched["cells"]].index("report")
    png = {"a.png": {"image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlE"
                     "QVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}}  # fmt: skip
    own = [
        {"cell_type": "markdown", "metadata": {}, "source": "I chose 0.1.", "id": "r1"},
        {"cell_type": "code", "metadata": {}, "source": "1 + 1", "id": "r2"}
        | {"outputs": [], "execution_count": None},
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": "See ![](attachment:a.png).",
        }
        | {"id": "r3", "attachments": png},
    ]
    untouched["cells"][at + 1 : at + 1] = own
    course = make_class(ada=untouched)
    (result,) = grade("tiny", course)
    assert result.questions["report"].by_hand
    path = course / "autograded/ada/tiny/tiny.ipynb"
    report = cell(nbformat.read(path, 4), "report")
    assert report.source == "I chose 0.1.\n\nSee ![](attachment:a.png)."
    assert report.attachments.keys() == {"a.png"}


def test_folders_whose_names_are_patterns_are_refused(make_class, solved):
    course = make_class(bob=solved)
    for name in ("b*", "b[o]b", "bo?", "bob "):
        hand_in(course, name, with_answer(solved, double="double = None"))
    results = {result.student: result for result in grade("tiny", course)}
    assert scores(results.pop("bob")) == RIGHT
    assert all("rename it" in result.error for result in results.values())
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        assert [s.student.id for s in book.assignment_submissions("tiny")] == ["bob"]
        assert book.find_submission("tiny", "bob").score == sum(RIGHT.values())


def test_brackets_in_texts_are_no_parts_of_a_notebook(make_class, solved, monkeypatch):
    monkeypatch.setattr("labkit.grading.submission._PARTS", 1000)
    printed = {"output_type": "stream", "name": "stdout", "text": '["{\\\n' * 1000}
    full = copy.deepcopy(solved)
    code = next(c for c in full["cells"] if c["cell_type"] == "code")
    code["outputs"] = [printed]
    nbformat.validate(loads(json.dumps(full)))
    code["outputs"] = [printed | {"text": "", "data": [{}] * 1000}]
    with pytest.raises(ValueError, match="more parts"):
        loads(json.dumps(full))


def test_a_large_file_leaves_room_for_the_others(make_class, solved, monkeypatch):
    monkeypatch.setattr("labkit.grading.submission._BYTES", 1000)
    finds = "from helper import twice\n\n\ndef double(x):\n    return twice(x)"
    course = make_class(ada=with_answer(solved, double=finds))
    folder = course / "submitted/ada/tiny"
    (folder / "big.bin").write_bytes(bytes(1001))
    (folder / "helper.py").write_text("def twice(x):\n    return 2 * x")
    (ada,) = grade("tiny", course)
    assert scores(ada) == RIGHT
    log = (course / "logs/tiny/ada.log").read_text()
    assert "no room for the files big.bin" in log


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=5
        )
    ),
    max_leaves=10,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_the_cells_are_the_repaired_notebook_is_valid(notebooks, solved, data):
    notebook = copy.deepcopy(solved)
    for c in notebook["cells"]:
        c |= data.draw(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=2))
    notebook["cells"] += data.draw(st.lists(JSON, max_size=2))
    repaired = repair(*notebooks, loads(json.dumps(notebook)))
    nbformat.validate(repaired)
    assert {"double", "test-double", "report"} <= {c.id for c in repaired.cells}


def test_a_call_that_hangs_is_stopped_after_its_time(
    sandbox, tmp_path, notebooks, solved
):
    hangs = with_answer(solved, double="def double(x):\n    while True:\n        pass")
    start = time.monotonic()
    limits = Limits(test=1)
    ran = execute(repair(*notebooks, hangs), tmp_path, sandbox, limits=limits)
    assert time.monotonic() - start < 30
    error = cell(ran, "test-double").outputs[-1]
    assert error.evalue == "NoAnswer: it took too long"
    assert cell(ran, "test-square").outputs == []


def test_outputs_are_bounded_and_the_error_that_decides_a_score_stays():
    flood = {"output_type": "stream", "name": "stdout", "text": "x" * 5000}
    failed = {"output_type": "error", "ename": "E", "evalue": "no", "traceback": []}
    for outputs in ([flood, failed], [failed, flood]):
        names = [output.output_type for output in kept(outputs, limit=1000)]
        assert "error" in names or outputs[0] is flood
        assert len(json.dumps(kept(outputs, limit=1000))) < 2000
