"""Run a notebook's cells in a kernel, whatever they do.

This runs students' code with the rights of whoever grades; what it returns says so in
its metadata. `execute` is the one way in, so that it can be replaced as a whole.
"""

import contextlib
import copy
import math
import os
import queue
import re
import shutil
import signal
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat.v4 import new_output

from labkit.grading import outputs
from labkit.grading.repair import tags

_GRACE = 5.0
"""Seconds that an interrupted cell has to end before its kernel is killed."""

_FLOOD = 256_000_000
"""Characters after which a cell that goes on printing is stopped."""

NOT_GRADED = "not graded"


@dataclass(frozen=True)
class Limits:
    """How long cells may run, in seconds.

    Attributes
    ----------
    cell : float
        Any cell but a test.
    test : float
    threshold : float
        A test tagged ``threshold``, which trains a model.
    """

    cell: float = 60.0
    test: float = 60.0
    threshold: float = 600.0


class Cancelled(Exception):
    """Grading was stopped from outside."""


def execute(
    notebook: Any,
    directory: Path,
    limits: Limits | None = None,
    thresholds: bool = True,
    threads: int = 1,
    cancel: threading.Event | None = None,
) -> Any:
    """Run a repaired notebook's code cells in order.

    A cell that does not end, or ends the kernel, costs itself: it is interrupted, or
    the kernel is started anew and the cells before it, but for tests, run again. Cells
    tagged ``experiment`` are not run.

    Parameters
    ----------
    notebook : NotebookNode
        As `repair` returns it.
    directory : Path
        The cells run in a copy of this folder, which is deleted afterwards.
    limits : Limits, optional
    thresholds : bool
        Whether tests tagged ``threshold`` run; otherwise they are worth 0, and the
        answer before them has the comment "not graded" in its metadata.
    threads : int
        For the numerical libraries.
    cancel : threading.Event, optional
        Once set, everything stops.

    Returns
    -------
    NotebookNode
        A copy with outputs such that nbgrader's scores are right: an error where a
        test failed, a number within the cell's points where it gave partial credit,
        nothing on stderr in a test.

    Raises
    ------
    Cancelled
        If `cancel` was set.
    RuntimeError
        If the kernel cannot be started.
    """
    limits = limits or Limits()
    notebook = copy.deepcopy(notebook)
    notebook.metadata["labkit"] = {"isolation": "none"}
    answer = None
    with tempfile.TemporaryDirectory(prefix="labkit-") as scratch:
        shutil.copytree(
            directory,
            Path(scratch, "work"),
            ignore=shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints"),
            symlinks=True,
        )
        with contextlib.closing(
            _Session(notebook, Path(scratch), threads, limits.cell, cancel)
        ) as session:
            for index, cell in enumerate(notebook.cells):
                nbgrader = cell.metadata.get("nbgrader", {})
                if nbgrader.get("solution"):
                    answer = cell
                if cell.cell_type != "code" or "experiment" in tags(cell):
                    continue
                if not nbgrader.get("grade") or nbgrader.get("solution"):
                    session.run(index, limits.cell, again=True)
                    cell.outputs = outputs.kept(cell.outputs)
                elif "threshold" not in tags(cell):
                    session.run(index, limits.test)
                    _settle(cell)
                elif thresholds:
                    session.run(index, limits.threshold)
                    _settle(cell)
                else:
                    cell.outputs = [outputs.note(NOT_GRADED), _points(0.0)]
                    if answer is not None:
                        answer.metadata["labkit"] = {"comment": NOT_GRADED}
    return notebook


def _settle(cell: Any) -> None:
    """Make nbgrader read a test's outputs as what they are worth.

    nbgrader gives full points to whatever is neither an error nor a number, such as
    ``nan`` or ``np.float64(3)``, and none for a warning on stderr.
    """
    settled = []
    number = None
    for output in outputs.kept(cell.outputs):
        if output.output_type == "stream" and output.name == "stderr":
            continue
        if output.output_type == "execute_result":
            text = output.data.get("text/plain", "")
            match = re.fullmatch(r"(?:np\.float\d+\()?([^()]+)\)?", text.strip())
            try:
                number = float(match[1] if match else text)
            except ValueError:
                output = new_output("display_data", data=output.data)
            else:
                worth = number if math.isfinite(number) else 0.0
                points = float(cell.metadata.nbgrader.points)
                output = _points(min(max(worth, 0.0), points))
        settled.append(output)
    failed = any(output.output_type == "error" for output in settled)
    if "threshold" in tags(cell) and number is None and not failed:
        settled.append(outputs.error("NoScore", "the test ended without a score"))
    # nbgrader reads outputs in order, and a number before an error counts.
    cell.outputs = sorted(settled, key=lambda output: output.output_type != "error")


def _points(value: float) -> Any:
    return new_output("execute_result", data={"text/plain": str(value)})


class _Session:
    """The kernels that one notebook needs, one after the other."""

    def __init__(
        self,
        notebook: Any,
        scratch: Path,
        threads: int,
        timeout: float,
        cancel: threading.Event | None,
    ) -> None:
        self.notebook = notebook
        self.scratch = scratch
        self.threads = threads
        self.timeout = timeout
        self.cancel = cancel
        self.replay: list[int] = []
        self.kernel: _Kernel | None = None
        self.kernels = 0

    def run(self, index: int, timeout: float, again: bool = False) -> None:
        """Run a cell; with `again`, run it once more in every later kernel."""
        self._start()
        ended = self._run(self.notebook.cells[index], index, timeout)
        if again and ended:
            self.replay.append(index)

    def close(self) -> None:
        if self.kernel is not None:
            self.kernel.close()
            self.kernel = None

    def _start(self) -> None:
        """Have a kernel in which everything before has been run."""
        while self.kernel is None:
            self.kernels += 1
            self.kernel = _Kernel(
                self.notebook, self.scratch, self.kernels, self.threads
            )
            for index in list(self.replay):
                cell = copy.deepcopy(self.notebook.cells[index])
                if not self._run(cell, index, self.timeout):
                    self.replay.remove(index)
                if self.kernel is None:
                    break

    def _run(self, cell: Any, index: int, timeout: float) -> bool:
        """Run a cell; return whether it ended by itself and left its kernel alive."""
        assert self.kernel is not None
        how = self.kernel.run(cell, index, timeout, self.cancel)
        if how in ("dead", "hung"):
            self.close()
        if how in ("interrupted", "hung"):
            # An interrupt leaves an error of its own, which would mislead.
            cell.outputs = [o for o in cell.outputs if o.output_type != "error"]
            message = f"the cell did not end within {timeout:g} s and was stopped"
            cell.outputs.append(outputs.error("CellTimeout", message))
        elif how == "flood":
            message = f"the cell was stopped after {_FLOOD:,} characters of output"
            cell.outputs.append(outputs.error("OutputFlood", message))
        elif how == "dead":
            message = "the cell ended the Python process (exit, crash or no memory)"
            cell.outputs.append(outputs.error("KernelDied", message))
        return how in ("ok", "error")


class _Kernel:
    """A kernel process and what it says."""

    def __init__(self, notebook: Any, scratch: Path, number: int, threads: int) -> None:
        self.recorder = NotebookClient(notebook, record_timing=False)
        name = notebook.metadata.get("kernelspec", {}).get("name", "python3")
        self.manager = KernelManager(kernel_name=name)
        if os.name == "posix":
            # No port that another kernel could take between choice and use.
            self.manager.transport = "ipc"
            self.manager.ip = str(scratch / f"kernel{number}")
        env = {
            **os.environ,
            **dict.fromkeys(
                ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
                str(threads),
            ),
            "NBGRADER_EXECUTION": "autograde",
            "IPYTHONDIR": str(scratch / "ipython"),
        }
        self.manager.start_kernel(
            cwd=str(scratch / "work"),
            env=env,
            extra_arguments=["--HistoryManager.hist_file=:memory:"],
        )
        self.client = self.manager.client()
        self.client.start_channels()
        try:
            self.client.wait_for_ready(timeout=120)
        except RuntimeError:
            self.close()
            raise

    def close(self) -> None:
        """Kill the kernel and what it started."""
        group = getattr(self.manager.provisioner, "pgid", None)
        if group:
            with contextlib.suppress(OSError):
                os.killpg(group, signal.SIGKILL)
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(
        self, cell: Any, index: int, timeout: float, cancel: threading.Event | None
    ) -> str:
        """Run a cell, filling its outputs.

        Returns
        -------
        {'ok', 'error', 'interrupted', 'flood', 'hung', 'dead'}
            How it ended; after ``hung`` and ``dead`` this kernel is of no more use.
        """
        cell.outputs = []
        cell.execution_count = None
        self.recorder.clear_before_next_output = False
        self.full = False
        request = self.client.execute(
            cell.source, allow_stdin=False, stop_on_error=False
        )
        deadline = time.monotonic() + timeout
        seen = 0
        stopped = ""
        while True:
            if cancel is not None and cancel.is_set():
                raise Cancelled
            if time.monotonic() > deadline or (seen > _FLOOD and not stopped):
                if stopped:
                    return "hung"
                stopped = "flood" if seen > _FLOOD else "interrupted"
                self.manager.interrupt_kernel()
                deadline = time.monotonic() + _GRACE
            try:
                message = self.client.iopub_channel.get_msg(timeout=0.5)
            except queue.Empty:
                if not self.manager.is_alive():
                    return "dead"
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            try:
                seen += self._record(message, cell, index)
            except CellExecutionComplete:
                break
        return stopped or self._reply(request, cell)

    def _record(self, message: Any, cell: Any, index: int) -> int:
        """Put a message into the cell's outputs while there is room; return its size.

        Text has half of the room, so that a result still fits behind a flood of it.
        """
        content = message["content"]
        kind = message["msg_type"]
        if kind.startswith("comm"):
            return 0
        length, room = 0, 1
        if kind == "stream":
            length = len(content["text"])
            streams = [o for o in cell.outputs if o.output_type == "stream"]
            room = outputs.LIMIT // 2 - sum(map(outputs.size, streams))
            content["text"] = content["text"][: max(room, 0)]
        elif kind in ("display_data", "update_display_data"):
            length = sum(len(str(value)) for value in content["data"].values())
            room = outputs.LIMIT - sum(map(outputs.size, cell.outputs)) - length
        if room > 0:
            self.recorder.process_message(message, cell, index)
        if (room <= 0 or (kind == "stream" and room < length)) and not self.full:
            self.full = True
            cell.outputs.append(outputs.note("further output was left out"))
        _join_streams(cell.outputs)
        return length

    def _reply(self, request: str, cell: Any) -> str:
        """Return how a cell ended that has sent all of its output."""
        reply: Any = None
        while reply is None or reply["parent_header"].get("msg_id") != request:
            try:
                reply = self.client.shell_channel.get_msg(timeout=_GRACE)
            except queue.Empty:
                return "hung" if self.manager.is_alive() else "dead"
        content = reply["content"]
        # `exit()` lets its own cell end well and takes the kernel away behind it.
        if any(part.get("source") == "ask_exit" for part in content.get("payload", [])):
            return "dead"
        if content["status"] == "ok":
            return "ok"
        # Student code can switch off how errors are shown, not the reply.
        if not any(output.output_type == "error" for output in cell.outputs):
            name, message = content.get("ename", "Error"), content.get("evalue", "")
            cell.outputs.append(outputs.error(name, message))
        return "error"


def _join_streams(cell_outputs: list[Any]) -> None:
    """Merge the last output into the one before when both are text of one stream."""
    if len(cell_outputs) < 2:
        return
    before, last = cell_outputs[-2:]
    if last.output_type == before.output_type == "stream" and last.name == before.name:
        before.text += last.text
        cell_outputs.pop()
