"""Grade a class: run submissions side by side, write the gradebook from one process."""

import contextlib
import hashlib
import json
import logging
import os
import signal
import threading
import time
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.coursedir import CourseDirectory
from tqdm.auto import tqdm
from traitlets.config import Config

from labkit.grading import cluster
from labkit.grading import course as classes
from labkit.grading.course import CourseError
from labkit.grading.ledger import Ledger, Recorder
from labkit.grading.repair import grade_id
from labkit.grading.steps import Run
from labkit.grading.store import Store, handed_in, write
from labkit.grading.submission import Unreadable, collect, line
from labkit.grading.worker import Bundle, Graded, Submission, WorkerDied, key, kit


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
    penalty : float
        Points taken off for being late, which `score` still has.
    """

    student: str
    questions: dict[str, Question] = field(default_factory=dict)
    error: str = ""
    penalty: float = 0.0

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
    scheduler: str | None = None,
    force: bool = False,
) -> list[Result]:
    """Grade what is in a class's ``submitted`` folder, into its gradebook.

    A submission that cannot be graded is reported in its result and changes nothing:
    an earlier grade of that student stays. Manual grades and comments stay too. What
    was graded before, and is unchanged with all that its result depends on, is not run
    again; where the gradebook has that result, it is not written again.

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
    scheduler : str, optional
        Address of a dask scheduler whose workers run the submissions.
    force : bool
        Whether to run and write again what has been graded before.

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
    ClusterError
        If the scheduler or a worker cannot be used.
    """
    course = course.expanduser().resolve()
    config = classes.settings(course)
    classes.check(course, lab)
    submissions = _submissions(lab, course, students)
    cores = os.cpu_count() or 1
    jobs = min(jobs or cores, len(submissions))
    step = Run(config=config)
    step.threads = 1 if scheduler else max(cores // jobs, 1)
    step.thresholds = step.thresholds and thresholds
    step.isolated = step.isolated and isolated
    bundle = step.bundle(CourseDirectory(config=config), lab)
    base = key(bundle, kit())
    keys: dict[str, str] = {}
    results: dict[str, Result] = {}

    def collected(student: str) -> Submission:
        submission = collect(course / "submitted" / student / lab, f"{lab}.ipynb")
        keys[student] = key(base, submission)
        return submission

    with (
        _interrupted_once(),
        # One thread writes: Ctrl-C reaches the main thread, and so never half a grade.
        ThreadPoolExecutor(1) as writer,
        tqdm(total=len(submissions), desc=f"grading {lab}", unit="student") as bar,
    ):
        books = writer.submit(_Books, course, config, bundle, force).result()

        def finish(student: str, came: Graded | Exception) -> None:
            done = writer.submit(books.enter, student, keys.get(student, ""), came)
            results[student] = done.result()
            failed = sum(bool(result.error) for result in results.values())
            bar.set_postfix_str(f"{failed} failed" if failed else "", refresh=False)
            bar.update()

        def fresh(todo: list[str]) -> Iterator[tuple[str, Submission]]:
            for student in todo:
                try:
                    submission = collected(student)
                except (Unreadable, OSError) as error:
                    finish(student, error)
                else:
                    yield student, submission

        try:
            todo = []
            for student in submissions:
                try:
                    collected(student)
                except (Unreadable, OSError) as error:
                    finish(student, error)
                    continue
                known = None if force else books.store.find(student, keys[student])
                if known is None:
                    todo.append(student)
                else:
                    finish(student, known)
            if todo:
                running = cluster.graded(
                    bundle, fresh(todo), min(jobs, len(todo)), scheduler
                )
                with contextlib.closing(running):
                    for student, came in running:
                        finish(student, came)
        finally:
            writer.submit(books.close).result()
    return [results[student] for student in submissions]


def to_json(results: Sequence[Result]) -> str:
    """Results as JSON, with totals."""
    return json.dumps(
        [
            {
                "student": result.student,
                "error": result.error,
                "score": result.score,
                "max_score": result.max_score,
                "penalty": result.penalty,
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
    late = [f"{r.student}: late: penalty {r.penalty:.4g}" for r in graded if r.penalty]
    failed = [
        f"{r.student}: could not be graded: {r.error}" for r in results if r.error
    ]
    return "\n".join([*lines, *notes, *late, *failed])


def _submissions(lab: str, course: Path, students: Sequence[str] | None) -> list[str]:
    found = handed_in(course, lab)
    # A Mac writes names in another one of Unicode's ways than a keyboard does.
    typed = {unicodedata.normalize("NFC", name): name for name in found}
    asked = {
        name if name in found else typed.get(unicodedata.normalize("NFC", name), name)
        for name in students or ()
    }
    if unknown := sorted(asked - found):
        raise CourseError(
            f"nothing of {lab} was handed in by {', '.join(unknown)}: there is no "
            f"{course}/submitted/{unknown[0]}/{lab}. "
            f"Handed in: {', '.join(sorted(found)) or 'nothing'}."
        )
    if not found:
        raise CourseError(
            f"nothing of {lab} was handed in: put each student's notebook at "
            f"{course}/submitted/STUDENT/{lab}/{lab}.ipynb."
        )
    return sorted(asked or found)


@contextlib.contextmanager
def _interrupted_once() -> Iterator[None]:
    """Let the first Ctrl-C stop, and no other one disturb the end."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Books:
    """What is kept of results: gradebook, graded notebooks, logs. For one thread.

    Parameters
    ----------
    course : Path
    config : Config
    bundle : Bundle
    force : bool
        Whether to write what has been written before.

    Raises
    ------
    CourseError
        If the gradebook does not have the lab as it is now.
    """

    def __init__(
        self, course: Path, config: Config, bundle: Bundle, force: bool
    ) -> None:
        self.course, self.lab, self.force = course, bundle.lab, force
        self.store = Store(course, bundle.lab, bundle.thresholds)
        self.source = nbformat.reads(bundle.source, as_version=4)
        place = CourseDirectory(config=config)
        with classes.told(logging.getLogger(__name__)):  # a new one needs alembic
            self.ledger = Ledger(place.db_url, place.course_id)
        self.recorder = Recorder(self.ledger, config, self.lab)
        # What nbgrader's steps make of a result depends on these, too.
        config.CourseDirectory.pop("root", None)
        self.settings = json.dumps(
            [config, metadata.version("nbgrader")], sort_keys=True, default=_name
        )
        try:
            self._compare()
        except BaseException:
            self.ledger.end()
            raise

    def _compare(self) -> None:
        wanted: dict[str, float | None] = {}
        for cell in self.source.cells:
            if name := grade_id(cell):
                meta = cell.metadata.nbgrader
                wanted[name] = float(meta.points) if meta.get("grade") else None
        try:
            notebook = self.ledger.find_notebook(self.lab, self.lab)
            found = {cell.name: None for cell in notebook.source_cells}
            found |= {cell.name: cell.max_score for cell in notebook.grade_cells}
        except MissingEntry:
            found = {}
        if wanted != found:
            raise CourseError(
                f"{self.course}/source/{self.lab} was changed after the lab was "
                f"released to the class. Run `nbgrader generate_assignment {self.lab} "
                f"--force` in {self.course}, then grade again."
            )

    def close(self) -> None:
        """Close the gradebook."""
        self.ledger.end()

    def enter(self, student: str, key: str, came: Graded | Exception) -> Result:
        """Keep and write what came of a submission, unless it is written already."""
        log = [f"{self.lab}, {student}, {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"]
        try:
            if isinstance(came, Exception):
                raise came
            if self.store.find(student, key) is None or self.force:
                self.store.keep(student, key, came)
            mark: dict[str, Any] = {
                "key": key,
                "settings": self.settings,
                "late": self._late(student),
            }
            if self.force or not self._current(student, mark):
                start = time.perf_counter()
                with classes.told(self.recorder.log):
                    self.recorder.record(student, came)
                digest = hashlib.sha256(self.recorder.written.encode()).hexdigest()
                mark |= {"notebook": digest, "rows": self._rows(student)}
                self.store.record(student, mark)
                spent = time.perf_counter() - start
                log += [*came.log, f"{spent:8.3f} s  written into the gradebook"]
            else:
                log = []
            penalty = self.ledger.find_submission_notebook(
                self.lab, self.lab, student
            ).late_submission_penalty
            result = Result(
                student, self._questions(student, came), penalty=penalty or 0.0
            )
            log.append(f"{result.score:g} of {result.max_score:g} points")
        except (Unreadable, WorkerDied, CourseError) as error:
            result = Result(student, error=line(error))
        except Exception as error:
            result = Result(student, error=f"{type(error).__name__}: {line(error)}")
        finally:
            self.ledger.forget()
        if len(log) > 1 or result.error:
            with contextlib.suppress(OSError):  # grades matter more
                text = "\n".join([*log, *filter(None, [result.error])]) + "\n"
                write(self.course / "logs" / self.lab / f"{student}.log", text.encode())
        return result

    def _late(self, student: str) -> list[str]:
        """What a penalty for being late depends on: handed in when, due when."""
        stamp = self.course / "submitted" / student / self.lab / "timestamp.txt"
        found = [stamp.read_text("utf-8")] if stamp.is_file() else []
        found.append(str(self.ledger.find_assignment(self.lab).duedate))
        extension = None
        with contextlib.suppress(MissingEntry):
            extension = self.ledger.find_submission(self.lab, student).extension
        return [*found, str(extension)]

    def _current(self, student: str, mark: dict[str, Any]) -> bool:
        """Whether the gradebook and the graded notebook are what they would become."""
        known = self.store.recorded(student)
        if known is None or any(known.get(part) != mark[part] for part in mark):
            return False
        path = self.course / "autograded" / student / self.lab / f"{self.lab}.ipynb"
        if not path.is_file():
            return False
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        same = digest == known["notebook"] and self._rows(student) == known["rows"]
        return bool(same)

    def _rows(self, student: str) -> dict[str, Any]:
        """What grading wrote into the gradebook for a student: cell, score, comment."""
        rows: dict[str, Any] = {}
        try:
            for cell in self.source.cells:
                meta = cell.metadata.get("nbgrader", {})
                where = (meta.get("grade_id"), self.lab, self.lab, student)
                if meta.get("grade"):
                    rows[f"grade {where[0]}"] = self.ledger.find_grade(
                        *where
                    ).auto_score
                if meta.get("solution"):
                    comment = self.ledger.find_comment(*where).auto_comment
                    rows[f"comment {where[0]}"] = comment
        except MissingEntry:
            return {}
        return rows

    def _questions(self, student: str, graded: Graded) -> dict[str, Question]:
        questions: dict[str, Question] = {}
        name = ""
        for cell in self.source.cells:
            meta = cell.metadata.get("nbgrader", {})
            where = (meta.get("grade_id"), self.lab, self.lab, student)
            if meta.get("solution"):
                name = meta["grade_id"]
                comment = self.ledger.find_comment(*where).comment
                questions[name] = Question(comment=comment or "")
            if not meta.get("grade"):
                continue
            test = meta["grade_id"]
            found = self.ledger.find_grade(*where)
            question = questions.setdefault(name or test, Question())
            question.tests[test] = found.score
            question.score += found.score
            question.max_score += found.max_score
            question.by_hand |= found.needs_manual_grade
            hints = graded.hints.get(test, ())
            question.hints += [h for h in hints if h not in question.hints]
        return questions


def _name(value: Any) -> str:
    """Name a setting that is no plain data, such as a class."""
    found = value if isinstance(value, type) or callable(value) else type(value)
    return f"{found.__module__}.{found.__qualname__}"
