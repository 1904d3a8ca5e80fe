"""A class of simulated students, graded: what `make demo` shows.

    python benchmarks/demo.py [--fresh]

Makes the class in demo/class, hands in a notebook for each student, grades them, and
prints the points per question with the hints that were given. Nothing is graded again
as long as neither the kit nor the data set has changed.
"""

import argparse
import hashlib
import shutil
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import corpus  # noqa: E402

from labkit import data  # noqa: E402
from labkit.grading import course, engine  # noqa: E402
from labkit.grading.isolation.sandbox import SandboxError  # noqa: E402
from labkit.release import release, student_notebook  # noqa: E402

LAB = "lab1_mlp"
CLASS = ROOT / "demo" / "class"
STUDENTS = {
    "ada": ("everything right, with the gradients accumulated", "gradient-accumulated"),
    "ben": ("the mean over the batch instead of the sum", "linear-mean-over-batch"),
    "cleo": ("the ReLU mask taken from the gradient", "relu-mask-from-dy"),
    "dan": ("forgets to divide by 255", "transform-not-divided"),
    "eve": ("never clears the gradients", "train-one-epoch-no-zero-grad"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="grade everything anew")
    arguments = parser.parse_args()
    print(f"Data set: {data.default_dataset()} ({data.data_root()})")
    stamp, shown = ROOT / "demo" / "stamp", ROOT / "demo" / "table.txt"
    now = fingerprint()
    if arguments.fresh or not stamp.exists() or stamp.read_text() != now:
        release([LAB], ROOT)
        shutil.rmtree(CLASS, ignore_errors=True)
        course.init(CLASS, [LAB], ROOT)
        submit()
        shown.write_text(engine.table(grade()) + "\n")
        course.feedback(CLASS, LAB)
        stamp.write_text(now)
    else:
        print("Nothing has changed since the class was graded.")
    for student, (what, _) in STUDENTS.items():
        print(f"  {student:6} {what}")
    print("  finn   stopped half way")
    print("  gil    handed in the notebook as it was released")
    print("  hana   handed in a file that is no notebook")
    print()
    print(shown.read_text())
    return 0


def grade() -> list[engine.Result]:
    """Grade the class; these students are the kit's own, and need no sandbox."""
    try:
        return engine.grade(LAB, CLASS)
    except SandboxError as error:
        print(f"{error}\nThese students are simulated: graded without a sandbox.")
        return engine.grade(LAB, CLASS, isolated=False)


def submit() -> None:
    """Hand in a notebook for each simulated student."""
    cases = {
        case.name: case
        for kind in ("correct", "mutants")
        for case in corpus.load(LAB, kind)
    }
    for student, (_, name) in STUDENTS.items():
        hand_in(student, corpus.submission(LAB, cases[name]))
    released = student_notebook(LAB, ROOT)
    hand_in("gil", released)
    half = corpus.submission(LAB)
    middle = len(half.cells) // 2
    half.cells[middle:] = released.cells[middle:]
    hand_in("finn", half)
    hand_in("hana", None)


def hand_in(student: str, notebook: nbformat.NotebookNode | None) -> None:
    """Write a student's submission; None for a file that is no notebook."""
    path = CLASS / "submitted" / student / LAB / f"{LAB}.ipynb"
    path.parent.mkdir(parents=True)
    if notebook is None:
        path.write_text("Dear all, please find my homework attached.\n")
    else:
        nbformat.write(notebook, path)


def fingerprint() -> str:
    """Hash of the kit's files and of the data set's name."""
    digest = hashlib.sha256(data.default_dataset().encode())
    for folder in ("labkit", "solutions", "tests/submissions", "benchmarks"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".py", ".toml"):
                digest.update(file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
