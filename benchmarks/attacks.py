"""What attacks on the grader earn and reach: the table in the instructor's guide.

    python benchmarks/attacks.py [--compare]

Grades the attacks in tests/submissions/attacks as one class with ``labkit grade``,
prints a row for each, and records them in book/results/attacks.json. With --compare the
same files go through plain ``nbgrader autograde`` too, each alone in a class of its own
without any step of the kit's. That happens in a throw-away container, and without the
attacks that would exhaust this machine's memory, disk or processes.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import attacks  # noqa: E402
import corpus  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402

from labkit.grading.course import init  # noqa: E402
from labkit.grading.engine import grade  # noqa: E402

LAB = "lab1_mlp"
RECORD = ROOT / "book" / "results" / "attacks.json"
HARMFUL = {
    *("descriptor_bomb", "disk_bomb", "fork_bomb", "memory_bomb", "thread_bomb"),
    *("grader_memory", "huge_return", "output_bomb", "remount", "endless_parameters"),
    *("kills", "large_returns", "keys_of_one_hash", "ignores_signals"),
    *("busy", "shared_memory", "html_bomb", "system_calls"),
}
SECONDS = 180


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--compare", action="store_true", help="plain nbgrader too, some 10 minutes"
    )
    arguments = parser.parse_args()
    os.environ |= {"LABKIT_DATASET": "digits", "OMP_NUM_THREADS": "1"}
    rows = isolated()
    if arguments.compare:
        for row in rows:
            row |= plain(row["attack"])
            print(row, file=sys.stderr)
    RECORD.write_text(json.dumps({"lab": LAB, "attacks": rows}, indent=1) + "\n")
    show(rows)
    return 0


def isolated() -> list[dict[str, Any]]:
    """Grade all attacks as one class."""
    cases = attacks.load(LAB)
    with tempfile.TemporaryDirectory(prefix="labkit-") as folder:
        course = init(Path(folder, "class"), [LAB], ROOT)
        with (course / "nbgrader_config.py").open("a") as config:
            config.write("c.Run.timeout = 6\nc.Run.test_timeout = 4\n")
        for case in cases:
            attacks.hand_in(course, LAB, case)
        results = {
            result.student: result for result in grade(LAB, course, thresholds=False)
        }
        training = [case.name for case in cases if "test-train" in case.loses]
        results |= {r.student: r for r in grade(LAB, course, training)}
        return [
            {
                "attack": case.name,
                "class": attacks.kind(case),
                "what": case.about.partition(" attacks:")[0],
                "attacked": worth(case),
                "earned": attacks.earned(case, results[case.name]),
                "reached": reached(course, case.name),
            }
            for case in cases
        ]


def worth(case: corpus.Case) -> float:
    """Points of the attacked questions."""
    points = corpus.tests(LAB) | {"test-train": 12.0}
    return sum(points[test] for test in case.loses)


def reached(course: Path, student: str) -> bool:
    """Whether what was made says that the attack got what it must not."""
    graded = course / f"autograded/{student}/{LAB}/{LAB}.ipynb"
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


def plain(name: str) -> dict[str, Any]:
    """Grade one attack with nbgrader alone."""
    if name in HARMFUL:
        return {"plain": "not run"}
    case = next(case for case in attacks.load(LAB) if case.name == name)
    with tempfile.TemporaryDirectory(prefix="labkit-") as folder:
        course = init(Path(folder, "class"), [LAB], ROOT)
        (course / "nbgrader_config.py").write_text(
            "c = get_config()\n"
            f"c.CourseDirectory.root = {str(course)!r}\n"
            "c.CourseDirectory.course_id = 'class'\n"
            "c.ExecutePreprocessor.timeout = 20\n"
            "c.Execute.timeout = 20\n"
            "c.ClearSolutions.code_stub = {'python': 'raise NotImplementedError'}\n"
        )
        attacks.hand_in(course, LAB, case)
        bwrap = [shutil.which("bwrap"), "--unshare-all", "--unshare-user"]
        bwrap += ["--disable-userns", "--die-with-parent", "--cap-drop", "ALL"]
        bwrap += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
        bwrap += ["--tmpfs", "/tmp", "--ro-bind", str(ROOT), str(ROOT)]
        bwrap += ["--bind", folder, folder]
        bwrap += ["--chdir", str(course), sys.executable, "-m", "nbgrader"]
        try:
            done = subprocess.run(
                [*bwrap, "autograde", LAB],
                capture_output=True,
                text=True,
                timeout=SECONDS,
                env={**os.environ, "LABKIT_THRESHOLDS": "skip", "HOME": folder},
            )
        except subprocess.TimeoutExpired:
            return {"plain": "never ended"}
        try:
            with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
                earned = sum(
                    gradebook.find_grade(test, LAB, LAB, name).score
                    for test in case.loses
                )
        except Exception as error:
            return {"plain": f"gradebook: {type(error).__name__}"}
        found = {"plain": earned, "plain_reached": reached(course, name)}
        return found if done.returncode == 0 else {"plain": "ended the batch"}


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
