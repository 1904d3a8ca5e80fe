"""A whole class: nothing is graded twice, whatever happens, here or on a cluster."""

import contextlib
import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest

pytest.importorskip("nbgrader")

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from labkit import cli, release
from labkit.grading import cluster, engine, store, worker
from labkit.grading import course as classes
from labkit.grading.engine import grade
from labkit.grading.grader import imports
from labkit.grading.isolation.execute import execute, only_defines
from labkit.grading.isolation.sandbox import Rules, Sandbox
from labkit.grading.steps import Run
from labkit.grading.submission import collect
from labkit.grading.worker import Bundle, ClusterError, Worker, WorkerDied, key

TINY = Path(__file__).parent / "submissions" / "broken" / "tiny"
RIGHT = 8.0


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A kit with one small lab."""
    root = tmp_path_factory.mktemp("kit")
    shutil.copytree(TINY, root / "solutions" / "tiny")
    (root / "solutions/tiny/thresholds.toml").write_text("bound = 1\n")
    return root


@pytest.fixture(scope="module")
def released(kit, tmp_path_factory):
    """A class without submissions, to be copied."""
    return classes.init(tmp_path_factory.mktemp("released") / "class", ["tiny"], kit)


@pytest.fixture
def make_class(kit, released, tmp_path):
    """Make a class in which each student answers `double` as given."""

    def make(**students):
        course = tmp_path / "class"
        shutil.copytree(released, course)
        for student, answer in students.items():
            hand_in(kit, course, student, answer)
        return course

    return make


def hand_in(kit, course, student, answer="def double(x):\n    return 2 * x"):
    notebook = release.instructor_notebook("tiny", kit)
    next(c for c in notebook.cells if c.id == "double").source = answer
    path = course / "submitted" / student / "tiny" / "tiny.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


WRONG = "def double(x):\n    return x * x"


@pytest.fixture
def ran(monkeypatch):
    """Counts the submissions that run, by what `double` is answered."""
    counted = Counter()
    run = Worker.grade

    def counts(self, submission):
        cells = json.loads(submission.notebook)["cells"]
        counted["".join(next(c for c in cells if c["id"] == "double")["source"])] += 1
        return run(self, submission)

    monkeypatch.setattr(Worker, "grade", counts)
    return counted


def rows(url):
    """What is in a gradebook, apart from ids and times of its own."""
    with Gradebook(url) as gradebook:
        return {
            "courses": sorted(
                row[0] for row in gradebook.db.execute(_sql("SELECT id FROM course"))
            ),
            "students": sorted((s.id, str(s.email)) for s in gradebook.students),
            "submissions": sorted(
                (s.student.id, s.assignment.name, str(s.timestamp), s.score)
                for a in gradebook.assignments
                for s in a.submissions
            ),
            "notebooks": sorted(
                (n.student.id, n.name, n.late_submission_penalty, n.failed_tests)
                for a in gradebook.assignments
                for s in a.submissions
                for n in s.notebooks
            ),
            "grades": sorted(
                (
                    *(g.student.id, g.name, g.needs_manual_grade),
                    *map(str, (g.auto_score, g.manual_score, g.extra_credit)),
                )
                for a in gradebook.assignments
                for s in a.submissions
                for n in s.notebooks
                for g in n.grades
            ),
            "comments": sorted(
                (c.student.id, c.name, str(c.auto_comment), str(c.manual_comment))
                for a in gradebook.assignments
                for s in a.submissions
                for n in s.notebooks
                for c in n.comments
            ),
        }


def _sql(text):
    from sqlalchemy import text as statement

    return statement(text)


def files(folder):
    """Each file's content and permissions, but for what is drawn anew each time."""
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mode)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "submission_secret.txt"
    }


def test_a_class_is_left_as_nbgrader_autograde_leaves_it(kit, make_class):
    noisy = "import sys\nprint('!\\n' * 3000)\nprint('!', file=sys.stderr)"
    course = make_class(ada="", bob=WRONG, cyd=noisy)
    hand_in(kit, course, "ada")
    (course / "submitted/bob/tiny/timestamp.txt").write_text("2026-02-02 10:00 UTC")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.LimitOutput.max_lines = 200\n")
        config.write("c.LatePenalty.penalty_method = 'zero'\n")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-02-01 10:00 UTC")
    serial = course.with_name("serial")
    shutil.copytree(course, serial)

    for _ in range(2):  # a second time, in a gradebook that has grades
        grade("tiny", course, force=True)
        command = [sys.executable, "-m", "nbgrader", "autograde", "tiny", "--force"]
        done = subprocess.run(command, cwd=serial, capture_output=True, text=True)

        assert done.returncode == 0, done.stderr
        ours, theirs = (rows(f"sqlite:///{c}/gradebook.db") for c in (course, serial))
        for table in theirs:
            assert ours[table] == theirs[table], table
        assert files(course / "autograded") == files(serial / "autograded")
    assert [late for *_, late, _ in theirs["notebooks"]] == [None, 5.0, None]
    assert len(theirs["grades"]) == 12


def test_only_what_changed_is_graded_again(kit, make_class, ran, monkeypatch):
    course = make_class(ada=WRONG, bob=WRONG + "  # too")
    hand_in(kit, course, "cyd")

    def again(**options):
        ran.clear()
        results = grade("tiny", course, jobs=1, **options)
        assert [r.score for r in results] == [5.0, 5.0, expected]
        assert results[0].questions["double"].hints == ["square-not-double"]
        return ran.total()

    expected = RIGHT
    assert again() == 3
    assert again() == 0
    hand_in(kit, course, "cyd", "def double(x):\n    return 0")
    expected = 5.0
    assert again() == 1
    assert ran == {"def double(x):\n    return 0": 1}
    hand_in(kit, course, "cyd")
    (course / "submitted/cyd/tiny/notes.txt").write_text("a file beside it")
    expected = RIGHT
    assert again() == 1
    assert again(force=True) == 3
    (course / "source/tiny/thresholds.toml").write_text("bound = 2\n")
    assert again() == 3
    monkeypatch.setattr(engine, "kit", lambda: "another version")
    assert again() == 3
    (course / ".labkit/results/tiny/ada").write_bytes(b"damaged")
    assert again() == 1
    assert again() == 0


def test_what_the_gradebook_has_already_is_left_alone(make_class, ran):
    course = make_class(ada=WRONG)
    grade("tiny", course)
    url = f"sqlite:///{course}/gradebook.db"
    with Gradebook(url) as gradebook:
        given = gradebook.find_grade("report", "tiny", "tiny", "ada")
        given.manual_score, given.needs_manual_grade = 1.0, False
        gradebook.db.commit()
    before, notebook = rows(url), files(course / "autograded")

    (result,) = grade("tiny", course)

    assert result.score == 6.0
    assert not result.questions["report"].by_hand
    assert rows(url) == before
    assert ran.total() == 1
    # But what is not there any more is written again, without running anything.
    shutil.rmtree(course / "autograded")
    grade("tiny", course)
    assert files(course / "autograded") == notebook
    with Gradebook(url) as gradebook:
        gradebook.find_grade("test-double", "tiny", "tiny", "ada").auto_score = 3
        gradebook.db.commit()
    (result,) = grade("tiny", course)
    assert result.score == 6.0
    assert ran.total() == 1
    # A due date that has passed by now is a penalty.
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.LatePenalty.penalty_method = 'zero'\n")
    (course / "submitted/ada/tiny/timestamp.txt").write_text("2026-02-02 10:00 UTC")
    with Gradebook(url) as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-02-01 10:00 UTC")
    grade("tiny", course)
    assert rows(url)["notebooks"] == [("ada", "tiny", 6.0, True)]
    with Gradebook(url) as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-02-03 10:00 UTC")
    grade("tiny", course)
    assert rows(url)["notebooks"] == [("ada", "tiny", None, True)]


def test_a_class_killed_at_any_moment_goes_on_where_it_was(kit, make_class, ran):
    course = make_class(
        **{f"s{i}": f"{WRONG}  # {i}" for i in range(6)}, slow="import time\nx = 1"
    )
    hand_in(kit, course, "right")
    whole = course.with_name("whole")
    shutil.copytree(course, whole)
    command = [sys.executable, "-m", "labkit.cli", "grade", "tiny", "--course"]
    process = subprocess.Popen(
        [*command, str(course), "--jobs", "1"], stderr=subprocess.DEVNULL
    )
    kept = course / ".labkit/results/tiny"
    deadline = time.monotonic() + 60
    while not kept.is_dir() or len(list(kept.glob("s*"))) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait()
    done = [path.name for path in kept.glob("[!.]*")]
    assert 3 <= len(done) < 8

    ours = [(r.student, r.score, r.error) for r in grade("tiny", course)]

    assert ran.total() == 8 - len(done)
    alone = [(r.student, r.score, r.error) for r in grade("tiny", whole)]
    assert ours == alone
    theirs = rows(f"sqlite:///{whole}/gradebook.db")
    assert rows(f"sqlite:///{course}/gradebook.db") == theirs
    assert files(course / "autograded") == files(whole / "autograded")
    wait_until(lambda: not _graders(process.pid), 20)


def _graders(parent):
    """Processes of graders that have lost the process which started them."""
    found = []
    for file in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (file / "cmdline").read_bytes()
            status = (file / "stat").read_text().rpartition(")")[2].split()
            if b"labkit.grading.grader" in command and status[1] in ("1", str(parent)):
                found.append(file.name)
    return found


def wait_until(what, seconds):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_full_disk_costs_nothing_but_another_run(make_class, ran, monkeypatch):
    course = make_class(ada=WRONG, bob=WRONG + "  # too")
    rename = os.replace

    def full(source, target):
        if Path(target).name == "bob":
            raise OSError(errno.ENOSPC, "No space left on device")
        rename(source, target)

    monkeypatch.setattr(store.os, "replace", full)
    ada, bob = grade("tiny", course, jobs=1)
    assert (ada.score, ada.error) == (5.0, "")
    assert "No space left" in bob.error
    assert not list((course / ".labkit").rglob(".*"))  # no half-written files
    monkeypatch.undo()
    with sqlite3.connect(course / "gradebook.db") as gradebook:
        gradebook.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON grade BEGIN "
            "SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    _, bob = grade("tiny", course)
    assert "disk is full" in bob.error
    assert not list(course.glob("autograded/bob/tiny/*"))
    with sqlite3.connect(course / "gradebook.db") as gradebook:
        assert (
            gradebook.execute("SELECT * FROM student WHERE id = 'bob'").fetchall() == []
        )
        gradebook.execute("DROP TRIGGER full")
    ran.clear()
    assert [result.score for result in grade("tiny", course)] == [5.0, 5.0]
    assert ran.total() == 0


def test_each_student_has_a_log(make_class):
    course = make_class(ada=WRONG)
    (course / "submitted/bob/tiny").mkdir(parents=True)
    grade("tiny", course)
    log = (course / "logs/tiny/ada.log").read_text()
    assert "test-double: Hint (square-not-double): use x + x" in log
    assert "square: ok" in log
    assert "5 of 10 points" in log
    assert "the folder is empty" in (course / "logs/tiny/bob.log").read_text()


def test_grading_a_submission_needs_no_class(make_class):
    course = make_class(ada=WRONG)
    config = classes.settings(course)
    bundle = Run(config=config).bundle(CourseDirectory(config=config), "tiny")
    submission = collect(course / "submitted/ada/tiny", "tiny.ipynb")
    shutil.rmtree(course)
    last = max(os.sched_getaffinity(0))
    worker = Worker(bundle, cpu=last)
    try:
        first, second = worker.grade(submission), worker.grade(submission)
        assert os.sched_getaffinity(worker._process.pid) == {last}
    finally:
        worker.close()
    assert first.scores == {"test-double": 0, "test-square": 2, "test-train": 3}
    assert first.hints == {"test-double": ["square-not-double"]}
    assert second.notebook == first.notebook


def test_after_its_sandbox_ended_a_worker_makes_another_one(make_class):
    course = make_class(ada=WRONG)
    config = classes.settings(course)
    bundle = Run(config=config).bundle(CourseDirectory(config=config), "tiny")
    submission = collect(course / "submitted/ada/tiny", "tiny.ipynb")
    worker = Worker(bundle)
    try:
        first = worker.grade(submission)
        sandbox = psutil.Process(worker._process.pid).children(recursive=True)
        for process in sandbox:
            with contextlib.suppress(psutil.NoSuchProcess):  # ended with its parent
                process.kill()
        psutil.wait_procs(sandbox, timeout=2)
        with pytest.raises(WorkerDied):
            worker.grade(submission)
        assert worker.grade(submission).scores == first.scores
    finally:
        worker.close()


def test_a_worker_with_other_data_sets_is_refused(make_class):
    config = classes.settings(make_class())
    bundle = Run(config=config).bundle(CourseDirectory(config=config), "tiny")
    worker = Worker(replace(bundle, data=("digits", "mnist-of-mine")))
    with pytest.raises(ClusterError, match="grades has digits, mnist-of-mine: set"):
        worker.start()
    worker.close()


def test_a_key_depends_on_all_that_a_result_does_but_not_on_threads(make_class):
    course = make_class()
    config = classes.settings(course)
    bundle = Run(config=config).bundle(CourseDirectory(config=config), "tiny")
    changes = {"source": "{}", "released": "{}", "companions": {"a": b""}, "lab": "x"}
    changes |= {"given": {"a": b"1"}, "limits": {"cell": 1.0}, "thresholds": False}
    changes |= {"isolated": False, "dataset": "mnist", "data": ("mnist",)}
    changed = [replace(bundle, **{k: v}) for k, v in changes.items()]
    assert vars(bundle).keys() - changes.keys() == {"threads", "gpu_memory"}
    assert len({key(bundle), *map(key, changed)}) == len(changes) + 1
    assert key(bundle) == key(replace(bundle, threads=7, gpu_memory=1))


def test_few_submissions_are_under_way_at_a_time(monkeypatch):
    taken = []

    def submissions():
        for number in range(40):
            taken.append(number)
            yield str(number), number

    monkeypatch.setattr(cluster, "grade", lambda submission, *_: submission)
    done = []
    for name, came in cluster.graded(None, submissions(), 2):
        done.append(int(name))
        assert came == int(name)
        assert len(taken) - len(done) <= 2 * 2
    assert sorted(done) == list(range(40))


def test_the_warm_sandbox_has_what_a_lab_imports():
    cells = ["%matplotlib inline", "import torch.nn as nn\nfrom a import b, c\nd = 1"]
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, cells)])
    assert imports(notebook) == ["numpy", "torch.nn", "a", "a.b", "a.c"]


def test_figures_show_where_matplotlib_was_warm():
    preload = ("IPython.core.interactiveshell", "matplotlib.pyplot")
    draws = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    with Sandbox(Rules(preload=preload)) as sandbox:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(draws)])
        ran = execute(notebook, Path.cwd(), sandbox)
    assert "image/png" in ran.cells[0].outputs[-1].data


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("LR = 0.3\n\n\ndef f(x, n=3):\n    while True:\n        pass", True),
        ('class A(nn.Module):\n    """Text."""\n\n    def f(self): exit()', True),
        ("x = f(1)", False),
        ("@run\ndef f():\n    pass", False),
        ("def f(x=exit()):\n    pass", False),
        ("def f(x) -> exit():\n    pass", False),
        ("class A:\n    x = exit()", False),
        ("class A(metaclass=B):\n    pass", False),
        ("import os", False),
        ("%time", False),
        ("x", False),
    ],
)
def test_only_cells_that_do_nothing_run_without_a_fork(source, expected):
    assert only_defines(source) == expected


def test_a_cell_that_ends_its_process_without_a_fork_is_undone(make_class):
    """Nothing in its text tells that the class's making calls something."""
    course = make_class(
        ada="class Base:\n    pass\n\n\nkept = [2]\nkept.append(0)\n\n\n"
        "def double(x):\n    return kept[0] * x"
    )
    path = course / "submitted/ada/tiny/tiny.ipynb"
    notebook = nbformat.read(path, as_version=4)
    square = next(c for c in notebook.cells if c.id == "square")
    square.source = "class Base2(Base): pass\ndef square(x): return 81"
    ends = "import os\nBase.__init_subclass__ = classmethod(lambda c: os._exit(1))"
    own = nbformat.v4.new_code_cell(ends)
    notebook.cells.insert(notebook.cells.index(square), own)
    nbformat.write(notebook, path)
    (result,) = grade("tiny", course)
    scores = {name: question.score for name, question in result.questions.items()}
    assert scores == {"double": 3.0, "square": 0.0, "train": 3.0, "report": 0.0}
    log = (course / "logs/tiny/ada.log").read_text()
    assert "square: the cell ended the Python process" in log


@pytest.fixture
def start_dask(tmp_path):
    """Start a dask scheduler and workers, each a process; end them all."""
    started = []
    address = tmp_path / "scheduler.json"

    def start(kind):
        command = [sys.executable, "-m", "dask", kind, "--host", "127.0.0.1"]
        command += ["--scheduler-file", str(address), "--no-dashboard"]
        command += ["--port", "0"] if kind == "scheduler" else ["--nthreads", "1"]
        command += [] if kind == "scheduler" else ["--no-nanny"]
        started.append(
            subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
        )
        if kind == "scheduler":
            wait_until(address.exists, 60)
            return json.loads(address.read_text())["address"]
        return started[-1]

    yield start
    for process in reversed(started):
        process.terminate()
        process.wait(20)


def test_a_cluster_grades_also_when_workers_go_and_come(
    kit, make_class, start_dask, monkeypatch, tmp_path
):
    waits = "import os, time\nwhile not os.path.exists({!r}):\n    time.sleep(0.1)"
    # Without a sandbox, so that the submissions can wait for the test.
    signal_file = tmp_path / "go on"
    course = make_class(ada=waits.format(str(signal_file)), bob=WRONG, cyd=WRONG + " ")
    address = start_dask("scheduler")
    command = [sys.executable, "-m", "labkit.cli", "grade", "tiny", "--no-sandbox"]
    command += ["--course", str(course), "--scheduler", address]
    lost = start_dask("worker")
    with (tmp_path / "output").open("w") as output:
        grading = subprocess.Popen(command, stdout=output, stderr=output)
    try:
        # It has ada's submission, which waits: others' need another worker.
        wait_until(lambda: _graders(lost.pid), 60)
        late = start_dask("worker")
        wait_until(lambda: (course / "logs/tiny/bob.log").exists(), 60)
        lost.kill()
        signal_file.touch()
        assert grading.wait(60) == 0, (tmp_path / "output").read_text()
    finally:
        grading.kill()
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = {
            s.student.id: s.score for s in gradebook.assignment_submissions("tiny")
        }
    assert found == {"ada": 5.0, "bob": 5.0, "cyd": 5.0}
    assert late.poll() is None

    monkeypatch.setattr(
        cluster, "versions", lambda: {"numpy": "0.1", "labkit": "0.1.0"}
    )
    with pytest.raises(ClusterError, match=r"differs .*: numpy .* there, 0.1 here"):
        grade("tiny", course, scheduler=address, force=True)


def test_a_scheduler_that_is_not_there_is_named(make_class):
    course = make_class(ada=WRONG)
    with pytest.raises(ClusterError, match="no scheduler at 127"):
        grade("tiny", course, scheduler="127.0.0.1:9")


def test_two_interrupts_end_as_cleanly_as_one(make_class):
    course = make_class(ada="while True:\n    pass")
    command = [sys.executable, "-m", "labkit.cli", "grade", "tiny"]
    grading = subprocess.Popen(
        [*command, "--course", str(course)],
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background of a script inherit that it is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )

    def running():  # past the imports, which may be interrupted otherwise
        with contextlib.suppress(psutil.NoSuchProcess):
            started = psutil.Process(grading.pid).children(recursive=True)
            names = [" ".join(process.cmdline()) for process in started]
            return any("labkit.grading.isolation.server" in name for name in names)

    wait_until(running, 60)
    for _ in range(3):
        grading.send_signal(signal.SIGINT)
        time.sleep(0.05)
    _, said = grading.communicate(timeout=30)
    assert grading.returncode == 130
    assert "labkit: stopped" in said
    assert "Traceback" not in said
    assert not _graders(grading.pid)


@pytest.fixture
def postgres(tmp_path):
    """Start a PostgreSQL server as an unprivileged user; return an empty database."""
    pytest.importorskip("psycopg2", reason="psycopg2-binary is not installed")
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("initdb") or (programs and programs[-1] / "initdb")
    if not found:
        pytest.skip("PostgreSQL is not installed: apt install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="labkit-postgres-"))
    user = []
    if os.getuid() == 0:  # which the server refuses to be
        shutil.chown(folder, "nobody")
        user = ["setpriv", "--reuid", "65534", "--clear-groups"]

    def run(program, *arguments):
        command = [*user, str(Path(found).with_name(program)), "-D", f"{folder}/data"]
        subprocess.run(
            [*command, *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL
        )

    run("initdb", "--username", "teacher", "--auth", "trust", "--no-sync")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg2://teacher@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.mark.slow
def test_the_gradebook_may_be_on_a_postgresql_server(kit, tmp_path, postgres, ran):
    course = classes.init(tmp_path / "class", ["tiny"], kit)
    hand_in(kit, course, "ada")
    hand_in(kit, course, "bob", WRONG)
    grade("tiny", course)
    expected = rows(f"sqlite:///{course}/gradebook.db")
    (course / "gradebook.db").unlink()
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.db_url = {postgres!r}\n")
    command = [sys.executable, "-m", "nbgrader"]
    # nbgrader makes a new gradebook with alembic.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for step in (["generate_assignment", "tiny", "--force"], ["autograde", "tiny"]):
        done = subprocess.run(
            [*command, *step],
            cwd=course,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    ran.clear()

    for _ in range(2):
        assert [result.score for result in grade("tiny", course)] == [8.0, 5.0]

    assert ran.total() == 0  # the results were known, the gradebook was new
    assert rows(postgres) == expected
    assert not (course / "gradebook.db").exists()


def test_a_worker_takes_a_process_that_was_launched_before(monkeypatch):
    monkeypatch.setattr(Worker, "_ask", lambda self, request: None)
    worker.launch(2)
    taken, left = reversed(worker._launched)
    grader = Worker(Bundle("lab", "", ""))
    grader.start()
    assert grader._process is taken
    assert worker._launched == [left]
    grader.close()
    worker._end_launched()
    assert not worker._launched
    assert None not in (taken.returncode, left.returncode)


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ([], 2),  # nothing of ada's is new, as far as folders can tell
        (["--force"], 3),
        (["--jobs", "1"], 1),
        (["--student", "ada"], 0),
        (["--student", "bob"], 1),
        (["--scheduler", "tcp://nowhere:1"], 0),
    ],
)
def test_as_many_processes_are_launched_as_will_be_needed(
    make_class, monkeypatch, options, count
):
    course = make_class(ada=WRONG, bob=WRONG, cyd=WRONG)
    store.write(course / ".labkit/results/tiny/ada", b"")
    launched = []
    monkeypatch.setattr(worker, "launch", launched.append)
    monkeypatch.setattr(engine, "grade", lambda *a, **k: [])
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert cli.main(["grade", "tiny", "--course", str(course), *options]) == 0
    assert sum(launched) == count
