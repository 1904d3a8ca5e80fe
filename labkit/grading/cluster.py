"""Grade submissions side by side, here or on other machines, with dask.distributed.

Local grading and a cluster take the same way: a scheduler hands submissions to workers,
each of which keeps a `worker.Worker` for the assignment. Locally, scheduler and workers
are threads of this process, for what they drive are processes of their own already.
"""

import atexit
import contextlib
import functools
import logging
import os
import platform
import queue
import threading
import warnings
from collections.abc import Generator, Iterator
from importlib import metadata
from typing import Any

import labkit
from labkit.grading.isolation.sandbox import SandboxError
from labkit.grading.worker import (
    Bundle,
    ClusterError,
    Graded,
    Submission,
    Worker,
    key,
    kit,
)

_AHEAD = 2
"""Submissions under way for each that a worker can run: so much memory, and no more."""

_SETTINGS = {
    # Of messages and tasks that are over, dask would keep a thousand, with what
    # students handed in.
    "distributed.admin.log-length": 100,
    "distributed.admin.low-level-log-length": 20,
    "distributed.admin.system-monitor.log-length": 100,
    "distributed.scheduler.dashboard.tasks.task-stream-length": 100,
    "distributed.worker.profile.enabled": False,
}

_LOOK = 2.0
"""Seconds after which to look whether more workers have come."""


class VersionsDiffer(ClusterError):
    """A worker has other versions than whoever grades."""


def versions() -> dict[str, str]:
    """Versions that may make a difference to what a submission earns."""
    found = {"python": platform.python_version(), "labkit": labkit.__version__}
    for name in ("numpy", "torch", "torchvision", "nbformat", "ipython", "matplotlib"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "none"
    return found | {"labkit's sources": kit()[:12]}


_known = functools.cache(versions)
_idle: dict[str, list[Worker]] = {}
_busy: set[Worker] = set()
_lock = threading.Lock()


def grade(submission: Submission, bundle: Bundle, expected: dict[str, str]) -> Graded:
    """Grade one submission: what a worker is asked to do.

    Parameters
    ----------
    submission : Submission
    bundle : Bundle
    expected : dict of str to str
        `versions` of whoever grades.

    Raises
    ------
    VersionsDiffer
        If this worker has other ones.
    """
    found = _known()
    if differ := [name for name in expected if found.get(name) != expected[name]]:
        raise VersionsDiffer(
            f"a worker on {platform.node()} differs from the machine that grades: "
            + ", ".join(f"{n} {found.get(n)} there, {expected[n]} here" for n in differ)
            + ". Install the same versions on both, then restart the worker."
        )
    name = key(bundle)
    with _lock:
        for other in [other for other in _idle if other != name]:
            for old in _idle.pop(other):
                old.close()
        free = _idle.setdefault(name, [])
        worker = free.pop() if free else Worker(bundle, _processor(_busy))
        _busy.add(worker)
    try:
        return worker.grade(submission)
    finally:
        with _lock:
            _busy.discard(worker)
            if not worker.closed:
                _idle.setdefault(name, []).append(worker)


_processors: set[int] = set()
"""Processors that this process shares out among its workers, one each."""


def _processor(workers: set[Worker]) -> int | None:
    return min(_processors - {worker.cpu for worker in workers}, default=None)


def close() -> None:
    """End all that grades in this process, also what is at it."""
    with _lock:
        workers = [*_busy, *(free for some in _idle.values() for free in some)]
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.close()
        _idle.clear()


atexit.register(close)


def graded(
    bundle: Bundle,
    submissions: Iterator[tuple[str, Submission]],
    jobs: int,
    scheduler: str | None = None,
) -> Generator[tuple[str, Graded | Exception], None, None]:
    """Grade submissions, in whatever order they are done.

    Only a few are under way at a time. Those of a worker that is lost are given to
    another one; workers that come late get their share.

    Parameters
    ----------
    bundle : Bundle
    submissions : iterator of (str, Submission)
        A name for each.
    jobs : int
        How many to run at a time on this machine.
    scheduler : str, optional
        Address of a scheduler, whose workers run them instead.

    Yields
    ------
    (str, Graded or Exception)
        The name, and what came of the submission.

    Raises
    ------
    ClusterError
        If there is no such scheduler, or a worker has other versions.
    SandboxError
        If a worker cannot make the sandbox.
    """
    from distributed.client import FutureCancelledError

    with _client(jobs, scheduler) as client:
        expected = versions()
        waiting: dict[Any, str] = {}
        ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        more = True
        while more or waiting:
            room = _AHEAD * max(sum(client.nthreads().values()), 1)
            while more and len(waiting) < room:
                name, submission = next(submissions, ("", None))
                more = submission is not None
                if more:
                    with warnings.catch_warnings():
                        # A submission may be large: it is not to be split.
                        warnings.filterwarnings("ignore", "Sending large graph")
                        future = client.submit(
                            grade, submission, bundle, expected, pure=False, retries=0
                        )
                    waiting[future] = name
                    future.add_done_callback(ended.put)
            if not waiting:
                return
            try:
                future = ended.get(timeout=_LOOK)
            except queue.Empty:
                continue  # perhaps workers have come
            came: Graded | Exception
            try:
                came = future.result()
            except (ClusterError, SandboxError):
                raise
            except (ImportError, AttributeError) as error:
                raise ClusterError(
                    f"a worker cannot run labkit ({error}): install the kit there"
                ) from None
            except FutureCancelledError:
                raise ClusterError(f"the scheduler {scheduler} has gone") from None
            except Exception as error:
                came = error
            yield waiting.pop(future), came


@contextlib.contextmanager
def _client(jobs: int, scheduler: str | None) -> Iterator[Any]:
    import dask
    import distributed

    if scheduler:
        try:
            with dask.config.set(_SETTINGS):
                client = distributed.Client(
                    scheduler, timeout="10s", set_as_default=False
                )
        except (OSError, ValueError, ImportError, TypeError) as error:
            raise ClusterError(
                f"there is no scheduler at {scheduler}: start one with `dask "
                f"scheduler`, and workers with `dask worker {scheduler} --nthreads 1` "
                f"({error})"
            ) from None
        with client:
            yield client
        return
    here = os.sched_getaffinity(0)
    _processors.update(here if jobs == len(here) else ())
    with dask.config.set(_SETTINGS):
        cluster = distributed.LocalCluster(
            n_workers=jobs,
            threads_per_worker=1,
            processes=False,
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            memory_limit=0,
            # What they would say at the end is of no use to whoever grades.
            silence_logs=logging.CRITICAL,
        )
        client = distributed.Client(cluster, set_as_default=False)
    try:
        yield client
    finally:
        close()  # first, so that no thread waits for a submission
        _processors.clear()
        client.close()
        cluster.close()
