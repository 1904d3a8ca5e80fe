"""Run submissions in a process of its own, which has one warm sandbox for all of them.

`Worker` starts ``python -m labkit.grading.worker`` and talks to it in lines of JSON:
first the settings, then a request for each submission. The tests run in that process,
students' code in its sandbox; grades are written by whoever has the `Worker`.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import nbformat

import labkit
from labkit.grading.isolation.execute import TOTAL, Limits, execute, setup
from labkit.grading.isolation.sandbox import PRELOAD, Rules, Sandbox, SandboxError
from labkit.grading.repair import repair
from labkit.grading.submission import Unreadable, files, read

_GRACE = 120.0
"""Seconds beyond a submission's own after which a worker is stuck."""


@dataclass(frozen=True)
class Settings:
    """What all submissions of a lab have in common.

    Attributes
    ----------
    source, released : str
        The lab's folders in a class; each holds the notebook ``<lab>.ipynb``.
    lab : str
    limits : dict of str to float
        Arguments of `labkit.grading.isolation.execute.Limits`.
    thresholds : bool
        Whether tests tagged ``threshold`` run.
    threads : int
        For the numerical libraries.
    isolated : bool
        Whether students' code runs in a sandbox.
    """

    source: str
    released: str
    lab: str
    limits: dict[str, float]
    thresholds: bool = True
    threads: int = 1
    isolated: bool = True


class WorkerDied(Exception):
    """The process ended, or was stuck, during a submission."""


class Worker:
    """A process that runs one submission at a time, started when first needed.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: Any = None
        self._closed = False

    def start(self) -> None:
        """Start the process if there is none.

        Raises
        ------
        SandboxError
            If the sandbox cannot be made.
        """
        if self._process is not None or self._closed:
            return
        paths = [str(Path(labkit.__file__).parents[1]), os.environ.get("PYTHONPATH")]
        self._process = subprocess.Popen(
            # -P: nothing in the current folder is imported. A session of its own: the
            # terminal's Ctrl-C reaches only the process that ends this one in order.
            [sys.executable, "-P", "-m", "labkit.grading.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            start_new_session=True,
        )
        self._finalizer = weakref.finalize(self, _end, self._process)
        self._ask(asdict(self._settings))

    def run(self, submitted: Path, executed: Path) -> None:
        """Run the submission in a folder; write the notebook with its outputs.

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
        self._ask({"submitted": str(submitted), "executed": str(executed)})

    def close(self) -> None:
        """End the process, whatever it does, and all that it started."""
        self._closed = True
        if self._process is not None:
            self._finalizer()

    def _ask(self, request: dict[str, Any]) -> None:
        process = self._process
        watch = threading.Timer(TOTAL + _GRACE, process.kill)
        watch.start()
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline() or "null")
        except (OSError, ValueError):
            answer = None
        finally:
            watch.cancel()
        if answer is None:
            self._finalizer()
            self._process = None
            raise WorkerDied(
                f"the grader's own process ended (exit code {process.returncode})"
            )
        if error := answer["error"]:
            kinds = {"SandboxError": SandboxError, "Unreadable": Unreadable}
            raise kinds.get(answer["kind"], WorkerDied)(error)


def _end(process: Any) -> None:
    with contextlib.suppress(OSError):
        process.stdin.close()
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def main() -> None:
    """Answer requests until there are no more."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever prints here must not speak for this process

    def reply(error: BaseException | None = None) -> None:
        kind = type(error).__name__
        said = {"kind": kind, "error": f"{error}" if error else ""}
        if error and kind not in ("SandboxError", "Unreadable"):
            said["error"] = f"{kind}: {error}"
        replies.write(json.dumps(said) + "\n")
        replies.flush()

    settings = Settings(**json.loads(sys.stdin.readline()))
    name = f"{settings.lab}.ipynb"
    sandbox = None
    try:
        source, released = (
            nbformat.read(Path(folder, name), as_version=4)
            for folder in (settings.source, settings.released)
        )
        check = setup(source).get("check")
        rules = Rules(
            forbidden=getattr(check, "FORBIDDEN", {}),
            preload=(*PRELOAD, *getattr(check, "PRELOAD", ())),
            threads=settings.threads,
        )
        sandbox = Sandbox(rules, settings.isolated)
        reply()
        for line in sys.stdin:
            request = json.loads(line)
            try:
                submitted = Path(request["submitted"])
                notebook = repair(source, released, read(submitted / name))
                given = files(submitted) | files(Path(settings.released))
                with tempfile.TemporaryDirectory(prefix="labkit-") as scratch:
                    no_notebooks = ignore_patterns("*.ipynb", ".ipynb_checkpoints")
                    copytree(
                        settings.source,
                        scratch,
                        ignore=no_notebooks,
                        dirs_exist_ok=True,
                    )
                    ran = execute(
                        notebook,
                        Path(scratch),
                        sandbox,
                        given,
                        Limits(**settings.limits),
                        settings.thresholds,
                    )
                nbformat.write(ran, request["executed"])
                reply()
            except Exception as error:
                reply(error)
    except Exception as error:
        reply(error)
    finally:
        if sandbox is not None:
            sandbox.close()


if __name__ == "__main__":
    main()
