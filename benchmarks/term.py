"""An instructor's whole loop for a class of simulated students, timed.

    python benchmarks/term.py DIR [--students 30] [--no-thresholds] [--json FILE]

Makes a class in DIR with the commands that the guide for instructors prints, hands in
notebooks that get some questions right, some wrong in ways of the corpus, and leave
some out, and times each step. Two students hand in the answers of somebody else.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import corpus  # noqa: E402

from labkit import data  # noqa: E402
from labkit.history import cpu_name, versions  # noqa: E402

LAB = "lab1_mlp"
FIRST = (
    "Ada Ben Cleo Dan Eve Finn Gil Hana Ivo Jun Kim Lea Max Nia Oto Pia Quin Rui Sam"
)
FIRST += " Tom Uma Vic Wei Xu Yan Zoe Amir Bea Cai Dora"
DUE = datetime(2027, 1, 31, 23, 59)
SETTINGS = f"""
c.Deadlines.due = {{{LAB!r}: "{DUE:%Y-%m-%d %H:%M}"}}
c.LatePenalty.penalty_method = "per_day"
c.LatePenalty.per_day = 0.1
c.LatePenalty.grace = 15
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dir", type=Path)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--no-thresholds", action="store_true")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    course = arguments.dir.resolve()
    names = FIRST.split()[: arguments.students]
    python = [sys.executable, "-P", "-m"]
    labkit, there = [*python, "labkit.cli"], ["--course", str(course)]
    grade = ["--no-thresholds"] if arguments.no_thresholds else []
    times = {}

    def run(step: str, *command: str) -> None:
        start = time.monotonic()
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        where = course if course.exists() else ROOT
        done = subprocess.run(command, cwd=where, env=environment, check=False)
        if done.returncode:
            raise SystemExit(f"{step} ended with {done.returncode}")
        times[step] = round(time.monotonic() - start, 1)

    run("release", *labkit, "course", "init", str(course), "--lab", LAB)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(SETTINGS)
    (course / "students.csv").write_text(roster(names), encoding="utf-8")
    run("roster", *python, "nbgrader", "db", "student", "import", "students.csv")
    hand_in(course, names)
    run("grade", *labkit, "grade", LAB, *there, *grade)
    run("feedback", *labkit, "feedback", LAB, *there)
    for format in ("canvas", "moodle", "questions"):
        to = str(course / f"{format}.csv")
        run(f"export {format}", *labkit, "export", LAB, *there, "--format", format,
            "--to", to)  # fmt: skip
    run("stats", *labkit, "stats", LAB, *there)
    run("similar", *labkit, "similar", LAB, *there)
    times["all"] = round(sum(times.values()), 1)
    record = {
        "students": len(names),
        "thresholds": not arguments.no_thresholds,
        "seconds": times,
        "command": "python benchmarks/term.py DIR"
        + " --no-thresholds" * arguments.no_thresholds,
        "device": f"{cpu_name()}, {os.cpu_count()} cores, shared with other work",
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "versions": versions(("labkit", "numpy", "nbgrader")),
        "dataset": data.default_dataset(),
    }
    print(json.dumps(record, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(record, indent=1) + "\n")
    return 0


def roster(names: list[str]) -> str:
    """The class list, as nbgrader imports it."""
    lines = ["id,first_name,last_name,email,lms_user_id"]
    for number, name in enumerate(names):
        id = name.lower()
        lines.append(f"{id},{name},Student,{id}@example.org,{1000 + number}")
    return "\n".join(lines) + "\n"


def hand_in(course: Path, names: list[str]) -> None:
    """Write each student's notebook, and when it came."""
    rng = np.random.default_rng(7)
    wrong: dict[str, list[corpus.Case]] = {}
    for case in corpus.load(LAB, "mutants"):
        if len(case.cells) == 1:
            wrong.setdefault(next(iter(case.cells)), []).append(case)
    released = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in nbformat.read(course / f"release/{LAB}/{LAB}.ipynb", 4).cells
        if "nbgrader" in cell.metadata
    }
    made: dict[str, Any] = {}
    for name in names:
        ability = rng.beta(3, 1.2)
        cases, left = [], []
        for question, known in wrong.items():
            draw = rng.random()
            if draw > ability:
                # Some mistakes are everybody's, most are one's own.
                number = min(int(rng.exponential(2)), len(known) - 1)
                cases.append(known[number])
            elif draw > 0.93 * ability:
                left.append(question)
        notebook = corpus.submission(LAB, *cases)
        for cell in notebook.cells:
            if (id := cell.metadata.get("nbgrader", {}).get("grade_id")) in left:
                cell.source = released[id]
        made[name] = notebook
    if len(names) > 9:
        made[names[8]] = in_other_words(made[names[3]])
        made[names[9]] = in_other_words(made[names[5]])
    for name, notebook in made.items():
        path = course / "submitted" / name.lower() / LAB / f"{LAB}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
        came = DUE - timedelta(hours=float(rng.gamma(1.2, 30) - 12))
        path.with_name("timestamp.txt").write_text(f"{came:%Y-%m-%d %H:%M:%S} UTC\n")


def in_other_words(notebook: Any) -> Any:
    """Return a copy with other names and comments, as somebody who copies makes one."""
    copied = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in copied.cells:
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get(
            "solution"
        ):
            for old, new in (
                ("exp", "e"),
                ("total", "acc"),
                ("grad", "g"),
                ("out", "y"),
            ):
                cell.source = re.sub(
                    rf"(?<![.\w]){old}(?=\s*=|\b(?!\())", new, cell.source
                )
            cell.source += "\n# all done by myself\n"
    return copied


if __name__ == "__main__":
    sys.exit(main())
