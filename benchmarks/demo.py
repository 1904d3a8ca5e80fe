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
from collections.abc import Sequence
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import corpus  # noqa: E402

from labkit import data  # noqa: E402
from labkit.grading import course, engine  # noqa: E402
from labkit.grading.isolation.sandbox import SandboxError  # noqa: E402
from labkit.release import release, student_notebook  # noqa: E402

CLASS = ROOT / "demo" / "class"
STUDENTS = {
    "lab1_mlp": {
        "ada": ("everything right, gradients accumulated", "gradient-accumulated"),
        "ben": ("the mean over the batch instead of the sum", "linear-mean-over-batch"),
        "cleo": ("the ReLU mask taken from the gradient", "relu-mask-from-dy"),
        "dan": ("forgets to divide by 255", "transform-not-divided"),
        "eve": ("never clears the gradients", "train-one-epoch-no-zero-grad"),
    },
    # Each of them is trained, for half a minute or more: so only three.
    "lab2_resnet": {
        "ada": ("everything right, in her own way", "seed-001"),
        "ben": ("ReLU before the sum of the two paths", "basic-block-relu-before-sum"),
        "cleo": ("keeps the best weights without a copy", "fit-not-copied"),
    },
    "lab3_transfer": {
        "ada": ("everything right, with calls of her own", "head-builders"),
        "ben": (
            "torchvision's network as a base class",
            "resnet18-torchvision-subclass",
        ),
        "cleo": ("batch norms left in train mode", "freeze-no-eval"),
    },
    "lab4_diagnosis": {
        "ada": ("everything right, in her own way", "compare-by-name"),
        "ben": ("shortcuts after ReLU", "residual-mlp-shortcut-after-relu"),
        "cleo": ("chooses the epoch on the test images", "compare-chosen-on-test"),
    },
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fresh", action="store_true", help="grade everything anew")
    arguments = parser.parse_args()
    datasets = data.default_dataset(), data.default_dataset(color=True)
    print(f"Data sets: {', '.join(datasets)} ({data.data_root()})")
    stamp, demo = ROOT / "demo" / "stamp", ROOT / "demo"
    now = fingerprint(datasets)
    if arguments.fresh or not stamp.exists() or stamp.read_text() != now:
        release(STUDENTS, ROOT)
        shutil.rmtree(CLASS, ignore_errors=True)
        course.init(CLASS, STUDENTS, ROOT)
        for lab in STUDENTS:
            submit(lab)
            (demo / f"{lab}.txt").write_text(engine.table(grade(lab)) + "\n")
            course.feedback(CLASS, lab)
        stamp.write_text(now)
    else:
        print("Nothing has changed since the class was graded.")
    for lab, students in STUDENTS.items():
        print(f"\n{lab}")
        for student, (what, _) in students.items():
            print(f"  {student:6} {what}")
        print("  finn   stopped half way")
        print("  gil    handed in the notebook as it was released")
        print("  hana   handed in a file that is no notebook")
        print()
        print((demo / f"{lab}.txt").read_text())
    return 0


def grade(lab: str) -> list[engine.Result]:
    """Grade the class; these students are the kit's own, and need no sandbox."""
    try:
        return engine.grade(lab, CLASS)
    except SandboxError as error:
        print(f"{error}\nThese students are simulated: graded without a sandbox.")
        return engine.grade(lab, CLASS, isolated=False)


def submit(lab: str) -> None:
    """Hand in a notebook for each simulated student."""
    cases = {
        case.name: case
        for kind in ("correct", "mutants")
        for case in corpus.load(lab, kind)
    }
    for student, (_, name) in STUDENTS[lab].items():
        hand_in(lab, student, corpus.submission(lab, cases[name]))
    released = student_notebook(lab, ROOT)
    hand_in(lab, "gil", released)
    half = corpus.submission(lab)
    middle = len(half.cells) // 2
    half.cells[middle:] = released.cells[middle:]
    hand_in(lab, "finn", half)
    hand_in(lab, "hana", None)


def hand_in(lab: str, student: str, notebook: nbformat.NotebookNode | None) -> None:
    """Write a student's submission; None for a file that is no notebook."""
    path = CLASS / "submitted" / student / lab / f"{lab}.ipynb"
    path.parent.mkdir(parents=True)
    if notebook is None:
        path.write_text("Dear all, please find my homework attached.\n")
    else:
        nbformat.write(notebook, path)


def fingerprint(datasets: Sequence[str]) -> str:
    """Hash of the kit's files and of the data sets' names."""
    digest = hashlib.sha256(" ".join(datasets).encode())
    for folder in ("labkit", "solutions", "tests/submissions", "benchmarks"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix in (".py", ".toml"):
                digest.update(file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
