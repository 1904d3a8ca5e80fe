"""Grade a class: run submissions side by side, write the gradebook from one process."""

import json
import os
import queue
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from tqdm.auto import tqdm
from traitlets.config import Config

from labkit.grading import course as classes
from labkit.grading.course import CourseError
from labkit.grading.isolation.sandbox import SandboxError
from labkit.grading.repair import grade_id
from labkit.grading.steps import Run, read
from labkit.grading.submission import Unreadable, line
from labkit.grading.worker import Worker, WorkerDied

_HINT = re.compile(r"Hint \(([a-z0-9-]+)\):")


@dataclass
class Question:
    """What one question earned.

    Attributes
    ----------
    score, max_score : float
        Points; a question to be graded by hand counts 0 until it is.
    tests : dict of str to float
        Points of each graded cell.
    hints : list of str
        Names of the misconceptions that the checks recognized.
    by_hand : bool
        Whether somebody still has to grade a part of it.
    comment : str
        nbgrader's or the grader's, such as "not graded".
    """

    score: float = 0.0
    max_score: float = 0.0
    tests: dict[str, float] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)
    by_hand: bool = False
    comment: str = ""


@dataclass
class Result:
    """What came of one submission.

    Attributes
    ----------
    student : str
    questions : dict of str to Question
        By the grade_id of the cell that the student answers, in notebook order.
    error : str
        Why it could not be graded, in one line; empty when it was.
    """

    student: str
    questions: dict[str, Question] = field(default_factory=dict)
    error: str = ""

    @property
    def score(self) -> float:
        """Points of all questions."""
        return sum(question.score for question in self.questions.values())

    @property
    def max_score(self) -> float:
        """Points that all questions are worth."""
        return sum(question.max_score for question in self.questions.values())


def grade(
    lab: str,
    course: Path,
    students: Sequence[str] | None = None,
    jobs: int | None = None,
    thresholds: bool = True,
    isolated: bool = True,
) -> list[Result]:
    """Grade what is in a class's ``submitted`` folder, into its gradebook.

    A submission that cannot be graded is reported in its result and changes nothing:
    an earlier grade of that student stays. Manual grades and comments stay too.

    Parameters
    ----------
    lab : str
        Such as ``lab1_mlp``.
    course : Path
        The class directory.
    students : sequence of str, optional
        Grade these only.
    jobs : int, optional
        Submissions to run at the same time; by default the number of processors.
    thresholds : bool
        Whether tests tagged ``threshold`` run.
    isolated : bool
        Whether students' code runs in a sandbox. Otherwise it runs with your rights,
        and each grade's comments say so.

    Returns
    -------
    list of Result
        One for each submission, by student.

    Raises
    ------
    CourseError
        If there is no such class, lab, student or submission.
    SandboxError
        If the sandbox cannot be made.
    """
    course = course.expanduser().resolve()
    config = classes.settings(course)
    classes.check(course, lab)
    submissions = _submissions(lab, course, students)
    source = read(course / "source" / lab / f"{lab}.ipynb")
    _compare_gradebook(lab, course, source)
    cores = os.cpu_count() or 1
    jobs = min(max(jobs or cores, 1), len(submissions))
    step = Run(config=config)
    step.threads = max(cores // jobs, 1)
    step.thresholds = step.thresholds and thresholds
    step.isolated = step.isolated and isolated
    place = CourseDirectory(config=config)
    workers: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    started = [Worker(step.settings(place, lab)) for _ in range(jobs)]
    for worker in started:
        workers.put(worker)
    results = []
    with (
        tempfile.TemporaryDirectory(prefix="labkit-") as scratch,
        ThreadPoolExecutor(jobs) as pool,
        # Ctrl-C reaches the main thread alone, and so never half of a grade.
        ThreadPoolExecutor(1) as writer,
        tqdm(total=len(submissions), desc=f"grading {lab}", unit="student") as bar,
    ):
        config.Run.executed = scratch

        def run(student: str) -> None:
            worker = workers.get()
            try:
                executed = Path(scratch, f"{student}.ipynb")
                worker.run(course / "submitted" / student / lab, executed)
            finally:
                workers.put(worker)

        waiting = {pool.submit(run, student): student for student in submissions}
        try:
            while waiting:
                for job in wait(waiting, return_when=FIRST_COMPLETED).done:
                    student = waiting.pop(job)
                    record = writer.submit(
                        _record, job, lab, course, student, config, source
                    )
                    results.append(record.result())
                    bar.update()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in started:
                worker.close()
    return sorted(results, key=lambda result: result.student)


def to_json(results: Sequence[Result]) -> str:
    """Results as JSON, with totals."""
    return json.dumps(
        [
            {
                "student": result.student,
                "error": result.error,
                "score": result.score,
                "max_score": result.max_score,
                "questions": {
                    name: vars(question) for name, question in result.questions.items()
                },
            }
            for result in results
        ],
        indent=1,
    )


def table(results: Sequence[Result]) -> str:
    """Results as text: points per question, then hints, then what was not graded."""
    graded = [result for result in results if not result.error]
    lines = []
    if graded:
        names = list(graded[0].questions)
        heads = [name.split("-") for name in ("total", *names)]
        height = max(map(len, heads))
        rows = [
            [(["student"] + [""] * height)[row]]
            + [([""] * (height - len(head)) + head)[row] for head in heads]
            for row in range(height)
        ]
        first = graded[0]
        most = [first.max_score, *(first.questions[n].max_score for n in names)]
        rows.append(["out of", *(f"{points:g}" for points in most)])
        for result in graded:
            cells = [f"{result.score:.4g}"]
            for name in names:
                question = result.questions[name]
                cells.append(f"{question.score:.3g}" + "?" * question.by_hand)
            rows.append([result.student, *cells])
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for number, row in enumerate(rows):
            cells = [row[0].ljust(widths[0])]
            cells += [c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)]
            lines.append("  ".join(cells).rstrip())
            if number == height:
                lines.append("  ".join("-" * width for width in widths))
        if any(q.by_hand for result in graded for q in result.questions.values()):
            lines.append("?: to be graded by hand")
    notes = [
        f"{result.student}: {name}: {text}"
        for result in graded
        for name, question in result.questions.items()
        for text in [*(f"hint {hint}" for hint in question.hints), question.comment]
        if text and text != "No response."
    ]
    failed = [
        f"{r.student}: could not be graded: {r.error}" for r in results if r.error
    ]
    return "\n".join([*lines, *notes, *failed])


def _submissions(lab: str, course: Path, students: Sequence[str] | None) -> list[str]:
    handed_in = {path.parent.name for path in course.glob(f"submitted/*/{lab}")}
    if unknown := sorted(set(students or ()) - handed_in):
        raise CourseError(
            f"nothing of {lab} was handed in by {', '.join(unknown)}: there is no "
            f"{course}/submitted/{unknown[0]}/{lab}. "
            f"Handed in: {', '.join(sorted(handed_in)) or 'nothing'}."
        )
    if not handed_in:
        raise CourseError(
            f"nothing of {lab} was handed in: put each student's notebook at "
            f"{course}/submitted/STUDENT/{lab}/{lab}.ipynb."
        )
    return sorted(set(students)) if students else sorted(handed_in)


def _compare_gradebook(lab: str, course: Path, source: Any) -> None:
    """Raise `CourseError` unless the gradebook knows the source's cells."""
    wanted = {grade_id(cell) for cell in source.cells} - {None}
    try:
        with Gradebook(_url(course)) as gradebook:
            found = {c.name for c in gradebook.find_notebook(lab, lab).source_cells}
    except MissingEntry:
        found = set()
    if wanted != found:
        raise CourseError(
            f"{course}/source/{lab} was changed after the lab was released to the "
            f"class. Run `nbgrader generate_assignment {lab} --force` in {course}, "
            "then grade again."
        )


def _record(
    job: Future[None], lab: str, course: Path, student: str, config: Config, source: Any
) -> Result:
    """Write one submission that ran into the gradebook, and read back its result."""
    try:
        job.result()
        config.Autograde.force = True
        classes.convert(Autograde, config, lab, student)
    except SandboxError:
        raise  # nobody can be graded
    except (Unreadable, WorkerDied, CourseError) as error:
        return Result(student, error=line(error))
    except Exception as error:
        return Result(student, error=f"{type(error).__name__}: {line(error)}")
    graded = read(course / "autograded" / student / lab / f"{lab}.ipynb")
    return Result(student, _questions(lab, course, student, source, graded))


def _questions(
    lab: str, course: Path, student: str, source: Any, graded: Any
) -> dict[str, Question]:
    cells = {grade_id(cell): cell for cell in graded.cells}
    questions: dict[str, Question] = {}
    with Gradebook(_url(course)) as gradebook:
        name = ""
        for cell in source.cells:
            meta = cell.metadata.get("nbgrader", {})
            if meta.get("solution"):
                name = meta["grade_id"]
                comment = gradebook.find_comment(name, lab, lab, student).comment
                questions[name] = Question(comment=comment or "")
            if not meta.get("grade"):
                continue
            test = meta["grade_id"]
            found = gradebook.find_grade(test, lab, lab, student)
            question = questions.setdefault(name or test, Question())
            question.tests[test] = found.score
            question.score += found.score
            question.max_score += found.max_score
            question.by_hand |= found.needs_manual_grade
            question.hints += [
                h for h in _hints(cells[test]) if h not in question.hints
            ]
    return questions


def _hints(cell: Any) -> list[str]:
    errors = [o for o in cell.get("outputs", []) if o.output_type == "error"]
    return [name for error in errors for name in _HINT.findall(error.evalue)]


def _url(course: Path) -> str:
    return f"sqlite:///{course / 'gradebook.db'}"
