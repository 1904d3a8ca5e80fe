"""How long it takes to grade a class, beside plain nbgrader and otter.

    python benchmarks/grading.py compare torch_lab lab1_mlp
    python benchmarks/grading.py curve 50 200 1000
    python benchmarks/grading.py scale
    python benchmarks/grading.py kill

`compare` grades the same submissions with `nbgrader autograde` as it comes (nbgrader's
own execution in a fresh kernel, no isolation), with `labkit grade` (isolated), and with
`otter run` without Docker where otter-grader is installed (OTTER names its python), in
turn, and compares the scores line by line. Experiments, which labkit does not run, and
thresholds, which train for long, are left out for all. `curve` grades classes of
several sizes. `scale` takes one and two dask workers that are processes of their own.
`kill` ends the grading process at ten random moments and compares the grades with those
of a run left alone.

Each writes book/results/bench_grading_NAME.json.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
from nbgrader.api import Gradebook

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import corpus  # noqa: E402

from labkit.grading.course import init  # noqa: E402
from labkit.history import cpu_name, versions  # noqa: E402
from labkit.release import instructor_notebook, student_notebook  # noqa: E402

RESULTS = ROOT / "book" / "results"
BIN = Path(sys.executable).parent
ENV = {
    **os.environ,
    "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
    "PYTHONPATH": os.pathsep.join(
        filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))
    ),
    "OMP_NUM_THREADS": "1",
    "LABKIT_DATASET": os.environ.get("LABKIT_DATASET", "digits"),
}
PLAIN = """\
c = get_config()
c.CourseDirectory.root = {root!r}
c.CourseDirectory.course_id = "class"
c.ExecutePreprocessor.timeout = 120
"""
LABS = ("torch_lab", "lab1_mlp", "lab2_resnet")
MISTAKES = {
    "accuracy": "def accuracy(logits, targets):\n"
    "    return (logits.argmin(dim=1) == targets).float().mean().item()",
    "normalize": "def normalize(images, mean, std):\n"
    "    return (images - mean[0]) / std[0]",
    "fit": "def fit(x, targets, num_classes, steps, lr):\n    return [1.0] * steps",
    "net": "raise NotImplementedError",
}
"""Wrong answers to the lab with PyTorch."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("compare", help="beside nbgrader and otter")
    command.add_argument("lab", nargs="+", choices=LABS)
    command.add_argument("--submissions", type=int, default=16)
    command.add_argument("--rounds", type=int, default=2)
    command.add_argument(
        "--otter", type=int, default=8, help="submissions that otter grades, once"
    )
    command = commands.add_parser("curve", help="classes of several sizes")
    command.add_argument("size", nargs="+", type=int)
    command = commands.add_parser("scale", help="one and two dask workers")
    command.add_argument("--lab", choices=LABS, default="lab1_mlp")
    command.add_argument("--submissions", type=int, default=40)
    command.add_argument("--rounds", type=int, default=2)
    commands.add_parser("kill", help="kill -9 at ten random moments")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="labkit-") as scratch:
        if arguments.command == "compare":
            for lab in arguments.lab:
                counts = arguments.submissions, arguments.rounds, arguments.otter
                measured = compare(lab, *counts, Path(scratch, lab))
                record(lab, measured)
        elif arguments.command == "curve":
            record("curve", curve(arguments.size, Path(scratch)))
        elif arguments.command == "scale":
            found = scale(
                arguments.lab, arguments.submissions, arguments.rounds, Path(scratch)
            )
            record("scale", found)
        else:
            record("kill", kill(Path(scratch)))
    return 0


def record(name: str, measured: dict[str, Any]) -> None:
    """Write what was measured, and on what."""
    known = versions(("labkit", "numpy", "torch", "nbgrader", "distributed"))
    about = {
        "command": " ".join(["python benchmarks/grading.py", *sys.argv[1:]]),
        "device": f"{cpu_name()}, {os.cpu_count()} cores, shared with other work",
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "versions": known,
    }
    path = RESULTS / f"bench_grading_{name}.json"
    path.write_text(json.dumps(measured | about, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(measured, indent=1))
    print(f"written to {path}")


# Classes


def kit(lab: str, directory: Path) -> Path:
    """Make a kit whose lab has no cell that trains for long."""
    home = ROOT / "benchmarks" if lab == "torch_lab" else ROOT
    source = (home / "solutions" / lab / f"{lab}.py").read_text("utf-8")
    cells = re.split(r"^(?=# %%)", source, flags=re.M)
    long = re.compile(r'# %%.*tags=\[[^]]*"(experiment|threshold)"')
    folder = directory / "solutions" / lab
    folder.mkdir(parents=True)
    text = "".join(cell for cell in cells if not long.match(cell))
    (folder / f"{lab}.py").write_text(text, "utf-8")
    return directory


def submissions(lab: str, home: Path, count: int) -> Iterator[tuple[str, Any]]:
    """Every second student has everything right, the others make a mistake each."""
    right = {
        cell.metadata.nbgrader.grade_id: corpus._MARKERS.sub("", cell.source)
        for cell in instructor_notebook(lab, home).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    wrong = [{name: text} for name, text in MISTAKES.items()]
    if lab != "torch_lab":
        wrong = [case.cells for case in corpus.load(lab, "mutants")]
    for number in range(count):
        notebook = student_notebook(lab, home)
        answers = right | (wrong[number // 2 % len(wrong)] if number % 2 else {})
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if cell.cell_type == "code" and name in answers:
                cell.source = answers[name]
        yield f"student-{number:04}", notebook


def make(lab: str, count: int, directory: Path) -> Path:
    """Make a class with so many submissions."""
    home = kit(lab, directory / "kit")
    course = init(directory / "class", [lab], home)
    for student, notebook in submissions(lab, home, count):
        folder = course / "submitted" / student / lab
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{lab}.ipynb")
    return course


def grades(course: Path, lab: str) -> dict[str, float]:
    """Score of each student and test in the gradebook."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            f"{submission.student.id} {grade.name}": grade.score
            for submission in gradebook.assignment_submissions(lab)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


# Runs


class Memory(threading.Thread):
    """Watches how much memory a process, and all that it started, take at most."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.root = psutil.Process(pid)
        self.own = self.all = 0

    def run(self) -> None:
        with contextlib.suppress(psutil.Error):
            while self.root.is_running():
                self.own = max(self.own, self.root.memory_info().rss)
                total = 0
                for process in [self.root, *self.root.children(recursive=True)]:
                    with contextlib.suppress(psutil.Error):
                        total += process.memory_full_info().pss
                self.all = max(self.all, total)
                time.sleep(1)


def run(command: list[str], folder: Path) -> dict[str, Any]:
    """Run a command in a folder; return its seconds and its memory in MB."""
    start = time.perf_counter()
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=ENV, stdout=output, stderr=output
        )
        memory = Memory(process.pid)
        memory.start()
        code = process.wait()
    seconds = time.perf_counter() - start
    if code:
        raise SystemExit(f"{command} failed:\n{(folder / 'output.txt').read_text()}")
    return {
        "seconds": round(seconds, 2),
        "coordinator_mb": memory.own >> 20,
        "all_processes_mb": memory.all >> 20,
    }


def ours(course: Path, lab: str, *options: str) -> dict[str, Any]:
    """Grade anew with labkit."""
    command = [sys.executable, "-m", "labkit.cli", "grade", lab, "--course", "."]
    return run([*command, "--force", *options], course)


def plain(course: Path, lab: str) -> dict[str, Any]:
    """Grade anew with nbgrader as it comes."""
    return run([sys.executable, "-m", "nbgrader", "autograde", lab, "--force"], course)


def otter(python: str, course: Path, lab: str, count: int) -> dict[str, Any]:
    """Grade some submissions with `otter run`, the tests in the student's kernel."""
    folder = course.parent / "otter"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tests").mkdir(parents=True)
    source = nbformat.read(course / "source" / lab / f"{lab}.ipynb", as_version=4)
    for cell in source.cells:
        given = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and given.get("grade"):
            name = given["grade_id"].replace("-", "_")
            (folder / "tests" / f"{name}.py").write_text(
                "from otter.test_files import test_case\n\nOK_FORMAT = False\n"
                f"name = {name!r}\npoints = {given['points']}\n\n\n"
                "@test_case()\ndef test(env):\n"
                f"    exec({cell.source!r}, env)\n"
            )
    command = [python, "-m", "otter", "generate", "-t", "tests", "-o", "grader.zip"]
    run([*command, "--no-environment"], folder)
    students = sorted(path.name for path in (course / "submitted").iterdir())[:count]
    start = time.perf_counter()
    scores = {}
    for student in students:
        notebook = course / "submitted" / student / lab / f"{lab}.ipynb"
        made = folder / student
        made.mkdir()
        shutil.copy(notebook, made)
        run([python, "-m", "otter", "run", "-a", "../grader.zip", f"{lab}.ipynb"], made)
        found = json.loads((made / "results.json").read_text())
        scores[student] = sum(test.get("score", 0.0) for test in found["tests"])
    seconds = (time.perf_counter() - start) / len(students)
    return {"submissions": len(students), "seconds_each": seconds, "scores": scores}


def compare(
    lab: str, count: int, rounds: int, others: int, directory: Path
) -> dict[str, Any]:
    """Grade the same submissions in turn with labkit, nbgrader and otter."""
    course = make(lab, count, directory)
    beside = directory / "plain"
    shutil.copytree(course, beside)
    (beside / "nbgrader_config.py").write_text(PLAIN.format(root=str(beside)))
    found: dict[str, list[Any]] = {"labkit": [], "nbgrader": []}
    for number in range(rounds):
        turns = [("labkit", ours, course), ("nbgrader", plain, beside)]
        for name, grade, folder in turns if number % 2 else reversed(turns):
            found[name].append(grade(folder, lab))
            print(lab, name, found[name][-1], file=sys.stderr)
    ours_, theirs = grades(course, lab), grades(beside, lab)
    differ = {k: [ours_[k], theirs.get(k)] for k in ours_ if ours_[k] != theirs.get(k)}
    measured: dict[str, Any] = {"lab": lab, "submissions": count, "rounds": rounds}
    each = {
        name: statistics.median(run["seconds"] for run in runs) / count
        for name, runs in found.items()
    }
    pairs = zip(found["nbgrader"], found["labkit"], strict=True)
    measured["ratios"] = [round(a["seconds"] / b["seconds"], 2) for a, b in pairs]
    measured["ratio"] = round(each["nbgrader"] / each["labkit"], 2)
    measured["seconds_each"] = {name: round(value, 3) for name, value in each.items()}
    measured["submissions_per_second"] = {n: round(1 / v, 3) for n, v in each.items()}
    measured["scores"] = {"lines": len(ours_), "that_differ": differ}
    measured["runs"] = found
    measured["one_submission"] = breakdown(course, lab)
    if python := os.environ.get("OTTER"):
        some = otter(python, course, lab, others)
        measured["otter"] = {
            "submissions": some["submissions"],
            "seconds_each": round(some["seconds_each"], 3),
            "ratio": round(some["seconds_each"] / each["labkit"], 2),
            "totals_that_differ": {
                student: [score, total]
                for student, score in some["scores"].items()
                if abs(score - (total := _total(ours_, student))) > 1e-6
            },
        }
    return measured


def _total(scores: dict[str, float], student: str) -> float:
    return sum(v for k, v in scores.items() if k.startswith(f"{student} "))


def breakdown(course: Path, lab: str) -> dict[str, float]:
    """Median seconds of a submission's parts, from the logs of the students."""
    source = nbformat.read(course / "source" / lab / f"{lab}.ipynb", as_version=4)
    tests = {
        cell.id
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    parts: dict[str, list[float]] = {}
    for log in (course / "logs" / lab).glob("*.log"):
        spent = dict.fromkeys(("tests", "students' and setup cells"), 0.0)
        for seconds, what in re.findall(r"^ *([0-9.]+) s  (.*)", log.read_text(), re.M):
            cell = what.partition(":")[0]
            if ":" not in what:
                spent[what] = float(seconds)
            else:
                kind = "tests" if cell in tests else "students' and setup cells"
                spent[kind] += float(seconds)
        for part, seconds in spent.items():
            parts.setdefault(part, []).append(seconds)
    return {part: round(statistics.median(all_), 4) for part, all_ in parts.items()}


def small(size: int, directory: Path) -> Path:
    """Make a class of a lab with four short cells, no two submissions alike."""
    home = directory / "kit"
    (home / "solutions" / "tiny").mkdir(parents=True)
    tiny = ROOT / "tests" / "submissions" / "broken" / "tiny" / "tiny.py"
    shutil.copy(tiny, home / "solutions" / "tiny")
    (home / "solutions" / "tiny" / "thresholds.toml").write_text("bound = 1\n")
    course = init(directory / "class", ["tiny"], home)
    solved = nbformat.writes(instructor_notebook("tiny", home))
    for number in range(size):
        folder = course / "submitted" / f"student-{number:04}" / "tiny"
        folder.mkdir(parents=True)
        text = solved.replace("Return 2 x.", f"Return 2 x, says {number}.")
        if number % 3 == 0:
            text = text.replace("return x + x", "return x * x")
        (folder / "tiny.ipynb").write_text(text)
    return course


def curve(sizes: list[int], directory: Path) -> dict[str, Any]:
    """Grade classes of several sizes."""
    found = []
    for size in sizes:
        course = small(size, directory / str(size))
        first = ours(course, "tiny")
        again = run(
            [sys.executable, "-m", "labkit.cli", "grade", "tiny", "--course", "."],
            course,
        )
        steady = round(between(course, "tiny"), 4)
        row = {"submissions": size, "seconds_each_without_start": steady}
        row |= {"seconds_each": round(first["seconds"] / size, 4), **first}
        row["seconds_when_nothing_changed"] = again["seconds"]
        found.append(row)
        print(row, file=sys.stderr)
    return {"lab": "tiny: two short answers", "classes": found}


@contextlib.contextmanager
def workers(count: int) -> Iterator[str]:
    """Start a dask scheduler and workers, processes of their own; yield its address."""
    with tempfile.TemporaryDirectory(prefix="labkit-") as folder:
        found = Path(folder, "scheduler.json")
        dask = [sys.executable, "-m", "dask"]
        quiet = {"cwd": folder, "env": ENV, "stderr": subprocess.DEVNULL}
        address = ["--scheduler-file", str(found)]
        local = ["--host", "127.0.0.1"]
        started = [
            subprocess.Popen(
                [*dask, "scheduler", *address, *local, "--port", "0", "--no-dashboard"],
                **quiet,
            )
        ]
        one = [*dask, "worker", *address, "--nthreads", "1", "--no-dashboard", *local]
        processors = itertools.cycle(sorted(os.sched_getaffinity(0)))
        for processor in itertools.islice(processors, count):  # as the book advises
            pinned = ["taskset", "-c", str(processor), *one]
            started.append(subprocess.Popen(pinned, **quiet))
        try:
            while not found.exists():
                time.sleep(0.1)
            yield json.loads(found.read_text())["address"]
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait()


def scale(lab: str, count: int, rounds: int, directory: Path) -> dict[str, Any]:
    """Grade with one dask worker and with two, in turn."""
    course = make(lab, count, directory)
    steady: dict[int, list[float]] = {1: [], 2: []}
    whole: dict[int, list[float]] = {1: [], 2: []}
    for number in range(rounds):
        for some in (1, 2) if number % 2 else (2, 1):
            with workers(some) as address:
                # The first round warms each worker up.
                ours(course, lab, "--scheduler", address)
                found = ours(course, lab, "--scheduler", address)
                whole[some].append(found["seconds"])
                steady[some].append(round(between(course, lab), 4))
                print(f"{some} worker(s): {steady[some][-1]} s", file=sys.stderr)
    one, two = (statistics.median(steady[some]) for some in (1, 2))
    one_, two_ = (statistics.median(whole[some]) for some in (1, 2))
    return {
        "lab": lab,
        "submissions": count,
        "seconds_each_without_start": {
            str(some): runs for some, runs in steady.items()
        },
        "seconds": {str(some): runs for some, runs in whole.items()},
        "ratio": round(one / two, 2),
        "ratio_with_start": round(one_ / two_, 2),
    }


def between(course: Path, lab: str) -> float:
    """Return the mean seconds from one graded submission to the next."""
    logs = [path.stat().st_mtime for path in (course / "logs" / lab).glob("*.log")]
    return (max(logs) - min(logs)) / (len(logs) - 1)


def kill(directory: Path) -> dict[str, Any]:
    """Kill ten runs at random moments; compare what the next run leaves."""
    course = small(12, directory)
    command = [sys.executable, "-m", "labkit.cli", "grade", "tiny", "--course", "."]
    alone = directory / "alone"
    shutil.copytree(course, alone)
    seconds = run(command, alone)["seconds"]
    expected = grades(alone, "tiny")
    rng = random.Random(0)
    found = []
    for number in range(10):
        killed = directory / f"killed-{number}"
        shutil.copytree(course, killed)
        moment = rng.uniform(0.3 * seconds, seconds)
        with (killed / "output.txt").open("w") as output:
            process = subprocess.Popen(
                command, cwd=killed, env=ENV, stdout=output, stderr=output
            )
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(moment)
            process.kill()
            process.wait()
        kept = len(list((killed / ".labkit" / "results").rglob("student-*")))
        run(command, killed)
        row = {"killed_after_seconds": round(moment, 1), "results_kept": kept}
        row["same_grades"] = grades(killed, "tiny") == expected
        found.append(row)
        print(row, file=sys.stderr)
    return {"lab": "tiny", "submissions": 12, "seconds": seconds, "kills": found}


if __name__ == "__main__":
    sys.exit(main())
