"""The process in which tests run, with one warm sandbox (see `worker.Worker`).

It reads a bundle, then submissions, from its standard input, and answers each. When
the input ends, because whoever asked has ended, however abruptly, so does it.
"""

import ast
import contextlib
import functools
import importlib
import io
import os
import pickle
import platform
import queue
import signal
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat

from labkit import data
from labkit.grading.isolation.execute import Limits, execute, setup
from labkit.grading.isolation.sandbox import Rules, Sandbox, SandboxError, gpu_memory
from labkit.grading.outputs import hints
from labkit.grading.repair import repair
from labkit.grading.submission import LEFT_OUT, parse, printable
from labkit.grading.turns import Turns
from labkit.grading.worker import WAITING, Bundle, ClusterError, Graded, Submission


class Grader:
    """Grades the submissions of one assignment, in one warm sandbox.

    Parameters
    ----------
    bundle : Bundle
    waiting : callable, optional
        Called now and then while a submission waits for a turn on the GPU.

    Raises
    ------
    SandboxError
        If the sandbox cannot be made.
    """

    def __init__(self, bundle: Bundle, waiting: Callable[[], object] = bool) -> None:
        self.bundle, self.waiting = bundle, waiting
        self.source, self.released = (
            nbformat.reads(text, as_version=4)
            for text in (bundle.source, bundle.released)
        )
        data.loaded.clear()
        check = setup(self.source).get("check")
        for which in data.loaded:  # they will be again, for each submission
            data.keep(*which)
        forbidden = getattr(check, "FORBIDDEN", {})
        asked = bundle.thresholds and on_gpu(bundle.companions)
        memory = gpu_memory() if asked else 0
        rules = Rules(
            forbidden=forbidden,
            preload=(
                "IPython.core.interactiveshell",
                *imports(self.source),
                *getattr(check, "PRELOAD", ()),
            ),
            data=tuple(sorted(data.loaded)),
            threads=bundle.threads,
            gpu=memory > 0,
            gpu_memory=bundle.gpu_memory,
        )
        self.turns = Turns(max(memory // bundle.gpu_memory, 1)) if memory else None
        self.sandbox = Sandbox(rules, bundle.isolated)

    def grade(self, submission: Submission) -> Graded:
        """Repair a submission and run it.

        Raises
        ------
        Unreadable
            If it is no submission that could be graded.
        """
        bundle = self.bundle
        start = time.perf_counter()
        submitted = parse(submission.notebook, f"{bundle.lab}.ipynb")
        notebook = repair(self.source, self.released, submitted)
        log = [f"{time.perf_counter() - start:8.3f} s  read and repaired"]
        if missing := submission.files.get(LEFT_OUT, b"").decode().splitlines():
            log.append(f"no room for the files {printable(', '.join(missing)[:300])}")
        with tempfile.TemporaryDirectory(prefix="labkit-") as scratch:
            for name, content in bundle.companions.items():
                path = Path(scratch, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            ran = execute(
                notebook,
                Path(scratch),
                self.sandbox,
                {**submission.files, **bundle.given},
                Limits(**bundle.limits),
                bundle.thresholds,
                log,
                functools.partial(self.turns.taken, self.waiting)
                if self.turns
                else None,
            )
        log.append(f"{time.perf_counter() - start:8.3f} s  in all")
        tests = {
            cell.metadata.nbgrader.grade_id: cell
            for cell in ran.cells
            if cell.cell_type == "code"
            and cell.metadata.get("nbgrader", {}).get("grade")
        }
        return Graded(
            nbformat.writes(ran),
            {name: _score(cell) for name, cell in tests.items()},
            {name: found for name, c in tests.items() if (found := hints(c))},
            log,
        )

    def close(self) -> None:
        """End the sandbox."""
        self.sandbox.close()


def imports(notebook: Any) -> list[str]:
    """Names of the modules that a notebook's code cells import, in their order.

    `from a import b` may mean a module ``a.b``, so that it is among them.
    """
    found: dict[str, None] = {"numpy": None}
    for cell in notebook.cells:
        try:
            tree = ast.parse(cell.source if cell.cell_type == "code" else "")
        except SyntaxError:
            continue  # IPython's own syntax
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= dict.fromkeys(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found[node.module] = None
                found |= {f"{node.module}.{alias.name}": None for alias in node.names}
    return list(found)


def on_gpu(companions: Mapping[str, bytes]) -> bool:
    """Whether a lab has thresholds that are measured on a GPU."""
    content = companions.get("thresholds.toml", b"").decode()
    rows = tomllib.loads(content).get("threshold", [])
    return any(row.get("tier") == "gpu" for row in rows)


def _score(cell: Any) -> float:
    """Points of a test that ran, by nbgrader's rule."""
    for output in cell.outputs:
        if output.output_type == "error":
            return 0.0
        if output.output_type == "execute_result":
            return float(output.data["text/plain"])
    return float(cell.metadata.nbgrader.points)


def _read(requests: "queue.SimpleQueue[Any]", stream: io.BufferedIOBase) -> None:
    """Pass on what arrives; end this process when nothing more can."""
    try:
        while True:
            requests.put(pickle.load(stream))
    except (EOFError, OSError, pickle.UnpicklingError):
        os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Answer requests until there are no more."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
    stream = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints here must not speak for this process
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    threading.Thread(target=_read, args=(requests, stream), daemon=True).start()

    def send(kind: str, answer: Any) -> None:
        pickle.dump((kind, answer), replies)
        replies.flush()

    def reply(error: Exception | None, answer: Any = None) -> None:
        kind = type(error).__name__ if error else ""
        if error:
            known = kind in ("SandboxError", "Unreadable", "ClusterError")
            answer = str(error) if known else f"{kind}: {error}"
        send(kind, answer)

    grader = None
    try:
        # What most labs import takes a while: it need not wait for the bundle.
        with contextlib.suppress(ImportError):
            importlib.import_module("labkit.plots")
        bundle: Bundle = requests.get()
        if bundle.dataset:
            os.environ["LABKIT_DATASET"] = bundle.dataset
        here = tuple(name for name in data.NAMES if data.available(name))
        if here != bundle.data:
            raise ClusterError(
                f"{platform.node()} has the data sets {', '.join(here)}, but the "
                f"machine that grades has {', '.join(bundle.data)}: set LABKIT_DATA on "
                "both to folders that hold the same"
            )
        grader = Grader(bundle, lambda: send(WAITING, None))
        reply(None)
        while True:
            submission = requests.get()
            try:
                reply(None, grader.grade(submission))
            except SandboxError:
                return  # as if it were killed: another process makes another sandbox
            except Exception as error:
                reply(error)
    except Exception as error:
        reply(error)
    finally:
        if grader is not None:
            grader.close()
        os._exit(1)  # all is closed: the interpreter's own end takes long


if __name__ == "__main__":
    main()
