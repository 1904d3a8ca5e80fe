"""What attacks on the grader earn and reach: the table in the instructor's guide.

    python benchmarks/attacks.py [--compare]

Grades the attacks in tests/submissions/attacks as a class for each lab with ``labkit
grade``, prints a row for each, and records them in book/results/attacks.json. With
--compare the same files go through plain ``nbgrader autograde`` too, each alone in a
class of its own without any step of the kit's. That happens in a throw-away container,
and without the attacks that would exhaust this machine's memory, disk or processes.
What plain nbgrader gave a file that has not changed since is kept.
"""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import attacks  # noqa: E402
import corpus  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402

from labkit.grading.engine import grade  # noqa: E402

RECORD = ROOT / "book" / "results" / "attacks.json"
HARMFUL = {
    *("descriptor_bomb", "disk_bomb", "fork_bomb", "memory_bomb", "thread_bomb"),
    *("grader_memory", "huge_return", "output_bomb", "remount", "endless_parameters"),
    *("kills", "large_returns", "keys_of_one_hash", "ignores_signals"),
    *("busy", "shared_memory", "html_bomb", "system_calls", "many_outputs"),
    *("long_sources", "countless_cells", "special_files", "endless_views"),
    *("kernel_doors", "control_groups", "sends_descriptors"),
}
SECONDS = 240
TEST = {"lab1_mlp": 4}
"""Seconds for a test: the honest ones of the other labs take longer."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--compare", action="store_true", help="plain nbgrader too, some 40 minutes"
    )
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    rows = [row for lab in attacks.BYSTANDERS for row in isolated(lab)]
    known = json.loads(RECORD.read_text())["attacks"] if RECORD.exists() else []
    tried = {row.get("file"): row for row in known if "plain" in row}
    for row in rows:
        if before := tried.get(row["file"]):
            row |= {k: v for k, v in before.items() if k.startswith("plain")}
    record(rows)
    for row in rows if arguments.compare else ():
        if "plain" not in row:
            row |= plain(row["lab"], row["attack"])
            record(rows)  # so that a run that is stopped goes on there
            print(row, file=sys.stderr)
    show(rows)
    return 0


def record(rows: list[dict[str, Any]]) -> None:
    """Write what is known so far."""
    packages = ("labkit", "nbgrader", "numpy", "torch")
    made = {
        "command": "python benchmarks/attacks.py --compare",
        "versions": {name: metadata.version(name) for name in packages},
        "attacks": rows,
    }
    RECORD.write_text(json.dumps(made, indent=1) + "\n")


def isolated(lab: str) -> list[dict[str, Any]]:
    """Grade all attacks on a lab as one class."""
    os.environ["LABKIT_DATASET"] = dataset(lab)
    cases = attacks.load(lab)
    with tempfile.TemporaryDirectory(prefix="labkit-") as folder:
        course = attacks.make_class(Path(folder, "class"), lab)
        with (course / "nbgrader_config.py").open("a") as config:
            config.write(
                f"c.Run.timeout = 6\nc.Run.test_timeout = {TEST.get(lab, 30)}\n"
            )
        for case in cases:
            attacks.hand_in(course, lab, case)
        results = {
            result.student: result for result in grade(lab, course, thresholds=False)
        }
        if training := attacks.training(lab):
            results |= {r.student: r for r in grade(lab, course, training)}
        return [
            {
                "lab": lab,
                "attack": case.name,
                "class": attacks.kind(case),
                "what": case.about.partition(" attacks:")[0],
                "file": digest(lab, case.name),
                "attacked": worth(lab, case),
                "earned": attacks.earned(case, results[case.name]),
                "reached": reached(course, lab, case.name),
            }
            for case in cases
        ]


def dataset(lab: str) -> str:
    """Name the data set that a lab's attacks are graded on."""
    return attacks.DATASETS.get(lab, "shapes10")


def digest(lab: str, name: str) -> str:
    """Name the content of an attack's file."""
    path = ROOT / "tests" / "submissions" / "attacks" / lab / f"{name}.py"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def worth(lab: str, case: corpus.Case) -> float:
    """Points of the attacked questions."""
    points = corpus.tests(lab) | corpus.thresholds(lab)
    return sum(points[test] for test in case.loses)


def reached(course: Path, lab: str, student: str) -> bool:
    """Whether what was made says that the attack got what it must not."""
    graded = course / f"autograded/{student}/{lab}/{lab}.ipynb"
    if not graded.exists():
        return False
    if student == "browser":
        outputs = [
            output.get("data", {})
            for cell in json.loads(graded.read_text())["cells"]
            for output in cell.get("outputs", [])
        ]
        return "<script" in json.dumps([d.get("text/html", "") for d in outputs])
    return "REACHED" in attacks.outputs(json.loads(graded.read_text()))


def plain(lab: str, name: str) -> dict[str, Any]:
    """Grade one attack with nbgrader alone."""
    if name in HARMFUL:
        return {"plain": "not run"}
    case = next(case for case in attacks.load(lab) if case.name == name)
    with tempfile.TemporaryDirectory(prefix="labkit-") as folder:
        course = attacks.make_class(Path(folder, "class"), lab)
        (course / "nbgrader_config.py").write_text(
            "c = get_config()\n"
            f"c.CourseDirectory.root = {str(course)!r}\n"
            "c.CourseDirectory.course_id = 'class'\n"
            "c.ExecutePreprocessor.timeout = c.Execute.timeout = 20\n"
            # Or else training, which takes longer, would end every batch but Lab 1's.
            f"c.Execute.interrupt_on_timeout = {lab != 'lab1_mlp'}\n"
            "c.ClearSolutions.code_stub = {'python': 'raise NotImplementedError'}\n"
        )
        attacks.hand_in(course, lab, case)
        without_experiments(course / f"submitted/{name}/{lab}/{lab}.ipynb")
        bwrap = [shutil.which("bwrap"), "--unshare-all", "--unshare-user"]
        bwrap += ["--disable-userns", "--die-with-parent", "--cap-drop", "ALL"]
        bwrap += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
        bwrap += ["--tmpfs", "/tmp", "--ro-bind", str(ROOT), str(ROOT)]
        bwrap += ["--bind", folder, folder]
        bwrap += ["--chdir", str(course), sys.executable, "-m", "nbgrader"]
        try:
            done = subprocess.run(
                [*bwrap, "autograde", lab],
                capture_output=True,
                text=True,
                timeout=SECONDS,
                env={**os.environ, "LABKIT_DATASET": dataset(lab), "HOME": folder},
            )
        except subprocess.TimeoutExpired:
            return {"plain": "never ended"}
        try:
            with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
                earned = sum(
                    gradebook.find_grade(test, lab, lab, name).score
                    for test in case.loses
                )
        except Exception as error:
            return {"plain": f"gradebook: {type(error).__name__}"}
        found = {"plain": earned, "plain_reached": reached(course, lab, name)}
        return found if done.returncode == 0 else {"plain": "ended the batch"}


def without_experiments(path: Path) -> None:
    """Empty the long runs of a submission, which plain nbgrader would wait for."""
    if path.is_symlink():
        return
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        notebook = json.loads(path.read_text())
        for cell in notebook["cells"]:
            if "experiment" in cell["metadata"].get("tags", []):
                cell["source"] = ""
        path.write_text(json.dumps(notebook))


def show(rows: list[dict[str, Any]]) -> None:
    """Print a row for each attack, by class."""
    print(f"{'class':22} {'attack':22} {'worth':>5} {'earned':>6}  reached  plain")
    for row in sorted(rows, key=lambda row: (row["class"], row["attack"])):
        beside = str(row.get("plain", ""))
        beside += ", reached" * row.get("plain_reached", False)
        print(
            f"{row['class']:22} {row['attack']:22} {row['attacked']:5g} "
            f"{row['earned']:6g}  {'YES' if row['reached'] else 'no':7}  {beside}"
        )


if __name__ == "__main__":
    sys.exit(main())
