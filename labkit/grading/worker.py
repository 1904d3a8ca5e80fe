"""Grade one submission: a function of its bytes and its assignment, nothing else.

`Worker` runs ``python -m labkit.grading.grader``, in which the tests run, with one warm
sandbox for all submissions of an assignment. Neither sees the class directory: what
they need arrives as a `Bundle`, and grades are written by whoever has the `Worker`.
This module imports nothing heavy, so that a cluster's workers start quickly.
"""

import atexit
import contextlib
import hashlib
import json
import os
import pickle
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import labkit

TOTAL = 1800.0
"""Seconds that a submission may take in all."""

_GRACE = 120.0
"""Seconds beyond these after which a worker is stuck, unless it says `WAITING`."""

WAITING = "waiting"
"""What a worker says while a submission waits for a turn on the GPU."""


@dataclass(frozen=True)
class Bundle:
    """An assignment: what all of its submissions have in common.

    Attributes
    ----------
    lab : str
    source, released : str
        The instructor's notebook and the students', as JSON.
    companions : mapping of str to bytes
        Files beside the source, by relative path: the tests find them.
    given : mapping of str to bytes
        Files that were released with the notebook: students' code finds them.
    limits : mapping of str to float
        Arguments of `labkit.grading.isolation.execute.Limits`.
    thresholds : bool
        Whether tests tagged ``threshold`` run.
    isolated : bool
        Whether students' code runs in a sandbox.
    threads : int
        For the numerical libraries. No part of what makes a result.
    gpu_memory : int
        Bytes of GPU memory that a training may take: it says how many take place at
        the same time. No part of what makes a result.
    dataset : str
        ``$LABKIT_DATASET`` of whoever grades; "" where it is not set.
    data : tuple of str
        The data sets that whoever grades has: tests choose among them.
    """

    lab: str
    source: str
    released: str
    companions: Mapping[str, bytes] = field(default_factory=dict)
    given: Mapping[str, bytes] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    thresholds: bool = True
    isolated: bool = True
    threads: int = 1
    gpu_memory: int = 8 << 30
    dataset: str = ""
    data: tuple[str, ...] = ()


@dataclass(frozen=True)
class Submission:
    """What a student handed in: the notebook as it is, and the files beside it."""

    notebook: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Graded:
    """What came of a submission.

    Attributes
    ----------
    notebook : str
        The repaired notebook with its outputs, as JSON.
    scores : mapping of str to float
        Points of each test cell, by grade_id.
    hints : mapping of str to list of str
        Names of the misconceptions that each test recognized.
    log : list of str
        What ran, how long it took, and what came of it.
    """

    notebook: str
    scores: Mapping[str, float]
    hints: Mapping[str, list[str]]
    log: list[str]


class WorkerDied(Exception):
    """The process ended, or was stuck, during a submission."""


class ClusterError(RuntimeError):
    """A scheduler or its workers cannot be used; the message says why."""


def key(*parts: Any) -> str:
    """Return a name for what data consists of: equal for equal content alone.

    Bundles and submissions are such data, and so are labels, numbers and mappings.
    """

    def plain(value: Any) -> Any:
        if isinstance(value, bytes):
            return hashlib.sha256(value).hexdigest()
        if isinstance(value, Bundle):
            return asdict(value) | {"threads": None, "gpu_memory": None}
        return asdict(value)

    text = json.dumps(parts, sort_keys=True, default=plain)
    return hashlib.sha256(text.encode()).hexdigest()


def kit() -> str:
    """Return a name for the version of labkit that runs: the hash of its sources."""
    root = Path(labkit.__file__).parent
    digest = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root)} {len(content)} ".encode() + content)
    return digest.hexdigest()


_launched: list[Any] = []


def launch(count: int) -> None:
    """Start processes for workers to come: they import while the caller does, too."""
    _launched.extend(_process() for _ in range(count))


def _process() -> Any:
    paths = [str(Path(labkit.__file__).parents[1]), os.environ.get("PYTHONPATH")]
    return subprocess.Popen(
        # -P: nothing in the current folder is imported. A session of its own: the
        # terminal's Ctrl-C reaches only the process that ends this one in order.
        [sys.executable, "-P", "-m", "labkit.grading.grader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        start_new_session=True,
    )


@atexit.register
def _end_launched() -> None:
    for process in _launched:
        _stop(process)
    while _launched:
        _end(_launched.pop())


class Worker:
    """A process that grades submissions of one assignment, started when first needed.

    Parameters
    ----------
    bundle : Bundle
    cpu : int, optional
        The processor on which it and its sandbox run. They take turns: on one
        processor, a message from one to the other takes a tenth of the time.
    """

    def __init__(self, bundle: Bundle, cpu: int | None = None) -> None:
        self._bundle = bundle
        self.cpu = cpu
        self._process: Any = None
        self.closed = False

    def start(self) -> None:
        """Start the process if there is none.

        Raises
        ------
        SandboxError
            If the sandbox cannot be made.
        ClusterError
            If this machine has other data sets than the one that grades.
        """
        if self._process is not None or self.closed:
            return
        try:
            self._process = _launched.pop()
        except IndexError:  # taken by another thread, or none
            self._process = _process()
        self._finalizer = weakref.finalize(self, _end, self._process)
        if self.cpu is not None:
            with contextlib.suppress(OSError):  # it may have been taken from us
                os.sched_setaffinity(self._process.pid, {self.cpu})
        self._ask(self._bundle)

    def grade(self, submission: Submission) -> Graded:
        """Grade a submission.

        Raises
        ------
        Unreadable
            If it is no submission that could be graded.
        WorkerDied
            If the process ended; the next submission gets another one.
        SandboxError
            If the sandbox cannot be made.
        """
        self.start()
        graded: Graded = self._ask(submission)
        return graded

    def stop(self) -> None:
        """Tell the process to end, whatever it does, and do not wait for it."""
        self.closed = True
        if self._process is not None:
            _stop(self._process)

    def close(self) -> None:
        """End the process, whatever it does, and all that it started."""
        self.closed = True
        if self._process is not None:
            self._finalizer()

    def _ask(self, request: Any) -> Any:
        process = self._process
        if process is None:
            raise WorkerDied("grading was stopped")
        kind = WAITING
        try:
            pickle.dump(request, process.stdin)
            process.stdin.flush()
            while kind == WAITING:
                watch = threading.Timer(TOTAL + _GRACE, process.kill)
                watch.start()
                try:
                    kind, answer = pickle.load(process.stdout)
                finally:
                    watch.cancel()
        except (OSError, ValueError, EOFError, pickle.UnpicklingError):
            self._finalizer()
            self._process = None
            raise WorkerDied(
                f"the grader's own process ended (exit code {process.returncode})"
            ) from None
        if not kind:
            return answer
        # Imported where they are needed: see above.
        from labkit.grading.isolation.sandbox import SandboxError
        from labkit.grading.submission import Unreadable

        kinds = (SandboxError, Unreadable, ClusterError)
        raise {k.__name__: k for k in kinds}.get(kind, WorkerDied)(answer)


def _stop(process: Any) -> None:
    if not process.stdin.closed:
        with contextlib.suppress(OSError):
            process.stdin.close()
        process.terminate()


def _end(process: Any) -> None:
    _stop(process)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
