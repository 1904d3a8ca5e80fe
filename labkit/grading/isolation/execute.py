"""Run a notebook: the student's cells in the sandbox, the tests here."""

import ast
import contextlib
import copy
import functools
import io
import math
import re
import resource
import socket
import time
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from nbformat.v4 import new_output

from labkit.grading import outputs
from labkit.grading.isolation import wire
from labkit.grading.isolation.sandbox import Sandbox, SandboxError
from labkit.grading.isolation.trusted import Grader, Names
from labkit.grading.repair import tags
from labkit.grading.submission import printable
from labkit.grading.worker import TOTAL

_GRACE = 10.0
"""Seconds in which a kernel must fork."""

_BUDGET = 4 << 30
"""Bytes that a student's code may send during one test."""

_MEMORY = 4 << 30
"""Bytes that a test may take here, where student code chooses a fake's arguments."""

NOT_GRADED = "not graded"
NOT_ISOLATED = "graded without a sandbox"


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


def execute(
    notebook: Any,
    directory: Path,
    sandbox: Sandbox,
    files: Mapping[str, bytes] | None = None,
    limits: Limits | None = None,
    thresholds: bool = True,
    log: list[str] | None = None,
    turn: Callable[[], contextlib.AbstractContextManager[float]] | None = None,
) -> Any:
    """Run a repaired notebook's code cells in order.

    A cell that does not end, or ends its process, is undone: the cells after it find
    what there was before. Each test meets the state of its place in the notebook.
    Nothing that the student's code does can make a test pass but the right answers.

    Parameters
    ----------
    notebook : NotebookNode
        As `labkit.grading.repair.repair` returns it: locked cells are the source's.
    directory : Path
        Where the tests run; it must hold nothing of the student's.
    sandbox : Sandbox
    files : mapping of str to bytes, optional
        What the student's code finds beside the notebook, by relative path.
    limits : Limits, optional
    thresholds : bool
        Whether tests tagged ``threshold`` run; otherwise they are worth 0, and the
        answer before them has the comment "not graded" in its metadata.
    log : list of str, optional
        Gets a line for each cell: how long it took and what came of it.
    turn : callable, optional
        Makes what a test tagged ``threshold`` runs within: it waits for the GPU, and
        gives the seconds that it waited, which do not count.

    Returns
    -------
    NotebookNode
        A copy whose outputs make nbgrader's scores right: an error where a test
        failed, a number within the cell's points where it gave partial credit. Its
        metadata say how it was isolated; without a sandbox, so does a comment at every
        answer.

    Raises
    ------
    SandboxError
        If the sandbox is of no more use.
    """
    limits = limits or Limits()
    notebook = copy.deepcopy(notebook)
    isolation = "bubblewrap" if sandbox.isolated else "none"
    notebook.metadata["labkit"] = {"isolation": isolation}
    answer = None
    room = outputs.ROOM
    untouched = True  # by anything that the student wrote
    failures: list[tuple[str, str]] = []
    end = time.monotonic() + TOTAL
    with contextlib.chdir(directory), _Kernel(sandbox, files, end) as kernel:
        own = setup(notebook)
        for cell in notebook.cells:
            nbgrader = cell.metadata.get("nbgrader", {})
            if nbgrader.get("solution"):
                answer = cell
                if not sandbox.isolated:
                    answer.metadata["labkit"] = {"comment": NOT_ISOLATED}
            if cell.cell_type != "code" or "experiment" in tags(cell):
                continue
            start = time.monotonic()
            if not nbgrader.get("grade") or nbgrader.get("solution"):
                seconds = max(min(limits.cell, kernel.end - time.monotonic()), 0.01)
                untouched &= bool(nbgrader.get("locked"))
                in_place = untouched or only_defines(cell.source)
                came = kernel.run(cell.source, seconds, in_place)
                cell.outputs = outputs.kept(came, max(min(outputs.LIMIT, room), 0))
                room -= sum(map(outputs.size, cell.outputs))
            elif "threshold" not in tags(cell) or thresholds:
                threshold = "threshold" in tags(cell)
                seconds = limits.threshold if threshold else limits.test
                taken = turn if turn and threshold else contextlib.nullcontext
                with taken() as waited:
                    kernel.end += waited or 0.0
                    start += waited or 0.0
                    seconds = min(seconds, kernel.end - time.monotonic())
                    cell.outputs = _test(cell, kernel, own, seconds, failures)
            else:
                cell.outputs = [outputs.note(NOT_GRADED), _points(0.0)]
                if answer is not None:
                    given = answer.metadata.get("labkit", {}).get("comment")
                    said = dict.fromkeys((NOT_GRADED, *(given or "").split("; ")))
                    comment = "; ".join(filter(None, said))
                    answer.metadata["labkit"] = {"comment": comment}
            errors = [o for o in cell.outputs if o.output_type == "error"]
            told = _line(errors[0].evalue) if errors else "ok"
            if errors and not nbgrader.get("grade"):
                failures.append((cell.source, _line(f"{errors[0].ename}: {told}")))
            if log is not None:
                log.append(f"{time.monotonic() - start:8.3f} s  {cell.id}: {told}")
    return notebook


def setup(notebook: Any) -> dict[str, Any]:
    """Run a source's setup cells here; return the names that they define.

    Every submission has its own: a test may hand them to the student's code.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in notebook.cells:
            nbgrader = cell.metadata.get("nbgrader", {})
            kept = nbgrader.get("locked") and not nbgrader.get("solution")
            if cell.cell_type == "code" and kept and not nbgrader.get("grade"):
                exec(compile(cell.source, "<setup>", "exec"), names)
    return names


def _line(text: str) -> str:
    return printable(" ".join(text.split())[:200])


def _test(
    cell: Any,
    kernel: "_Kernel",
    own: dict[str, Any],
    seconds: float,
    failures: list[tuple[str, str]],
) -> list[Any]:
    """Run a test cell here; return its outputs.

    nbgrader gives none of the points where it finds an error, as many as a number
    says, and all of them where there is neither.
    """
    said = io.StringIO()
    value = failure = None
    try:
        with (
            kernel.fork() as sock,
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(io.StringIO()),
            _bounded_memory(),
        ):
            peer = Grader(sock, budget=_BUDGET)
            peer.deadline = time.monotonic() + seconds
            value = _evaluate(cell.source, Names(own, peer, failures))
            if peer.broken:
                raise wire.ProtocolError(peer.broken)
    except SandboxError:
        raise  # the grader's failure, not the student's
    except Exception as error:
        failure = outputs.error(type(error).__name__, wire.text(str(error)))
    made = []
    if said.getvalue():
        made = outputs.kept([{"output_type": "stream", "text": said.getvalue()}])
    if failure is not None:
        made.append(failure)
    elif isinstance(value, int | float | np.number) and not isinstance(value, bool):
        most = float(cell.metadata.nbgrader.points)
        made.append(_points(min(value, most) if 0 <= value < math.inf else 0.0))
    elif "threshold" in tags(cell):
        made.append(outputs.error("NoScore", "the test ended without a score"))
    return made


@contextlib.contextmanager
def _bounded_memory() -> Iterator[None]:
    """Let this process take so much memory and no more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    status = Path("/proc/self/status").read_text()
    used = int(re.findall(r"VmData:\s+(\d+) kB", status)[0]) * 1024
    limits = [x for x in (used + _MEMORY, soft, hard) if x != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _evaluate(source: str, names: Names) -> Any:
    """Run statements; return the value of the last one if it is an expression."""
    statements, expression = _compiled(source)
    exec(statements, names, names)
    return eval(expression, names, names)


@functools.cache
def _compiled(source: str) -> tuple[types.CodeType, types.CodeType]:
    """A test's statements, and the expression that they end with (or None)."""
    body = ast.parse(source).body
    last: ast.expr = ast.Constant(None)
    if body and isinstance(body[-1], ast.Expr):
        last = body.pop().value  # type: ignore[attr-defined]
    expression = ast.fix_missing_locations(ast.Expression(last))
    return (
        compile(ast.Module(body, []), "<test>", "exec"),
        compile(expression, "<test>", "eval"),
    )


def _points(value: Any) -> Any:
    return new_output("execute_result", data={"text/plain": str(float(value))})


_LONGEST = 20_000
_INERT = (
    *(ast.FunctionDef, ast.ClassDef, ast.arguments, ast.arg, ast.Assign, ast.Pass),
    *(ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.Load, ast.Store),
)


def only_defines(source: str) -> bool:
    """Whether a cell does nothing but define functions, classes and constants.

    Long ones are not looked at: some texts take the parser hours.
    """
    if len(source) > _LONGEST:
        return False

    def inert(node: ast.AST) -> bool:
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)
        if not isinstance(node, _INERT) or getattr(node, "decorator_list", None):
            return False
        parts = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.FunctionDef):
            parts = [node.args, *([node.returns] if node.returns else [])]
        return all(map(inert, parts))

    try:
        return all(map(inert, ast.parse(source).body))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


class _Kernel:
    """The process that has the notebook's state."""

    def __init__(
        self,
        sandbox: Sandbox,
        files: Mapping[str, bytes] | None = None,
        end: float = math.inf,
    ) -> None:
        self.sandbox = sandbox
        self.files = dict(files or {})
        self.end = end
        self.sock = self._start()
        self.survived: list[tuple[str, float]] = []
        self.rebuilding = False

    def _start(self) -> socket.socket:
        sock = self.sandbox.kernel()
        peer = wire.Peer(sock)
        peer.deadline = time.monotonic() + _GRACE
        with contextlib.suppress(wire.ProtocolError):  # the next request will tell
            peer.send({"op": "files", "names": list(self.files)}, self.files.values())
        return sock

    def __enter__(self) -> "_Kernel":
        return self

    def __exit__(self, *exception: object) -> None:
        self.sock.close()
        self.sandbox.end()

    def run(self, source: str, seconds: float, in_place: bool = False) -> list[Any]:
        """Run a cell in a fork, which takes this one's place if it survives.

        A fork takes longer than most cells. One that is not expected to do any harm is
        run in place; should it end the process all the same, it costs a rebuilding.
        """
        try:
            child = self.sock if in_place else self._fork()
        except wire.ProtocolError as error:
            return [outputs.error("KernelDied", str(error))]
        peer = wire.Peer(child)
        peer.deadline = time.monotonic() + seconds + _GRACE
        try:
            peer.send({"op": "cell", "source": source, "seconds": seconds, "sync": []})
            reply, blobs = peer.receive()
            found = peer.decode(reply.get("value"), blobs)
        except wire.ProtocolError as error:
            child.close()
            if in_place and peer.deadline > time.monotonic():
                # It may have ended before, in a test: then it is built anew.
                return self.run(source, seconds)
            if peer.deadline <= time.monotonic():
                message = f"the cell did not end within {seconds:g} s and was stopped"
                return [outputs.error("CellTimeout", message)]
            message = "the cell ended the Python process (exit, crash or no memory)"
            return [outputs.error("KernelDied", f"{message}: {error}")]
        if not in_place:
            self.sock.close()
            self.sock = child
        self.survived.append((source, seconds))
        return found if isinstance(found, list) else []

    @contextlib.contextmanager
    def fork(self) -> Iterator[socket.socket]:
        """Give the way to a process that has the same state."""
        with self._fork() as child:
            yield child

    def _fork(self) -> socket.socket:
        """Fork; where the process is gone (a test killed all), build its state anew."""
        if time.monotonic() > self.end:
            raise wire.ProtocolError("the submission has had its time")
        try:
            return self._try_fork()
        except (wire.ProtocolError, OSError) as error:
            if self.rebuilding:
                message = f"the notebook's process does not answer: {error}"
                raise wire.ProtocolError(message) from None
        self.sock.close()
        self.sock = self._start()
        cells, self.survived = self.survived, []
        self.rebuilding = True
        try:
            for source, seconds in cells:
                self.run(source, seconds)
            return self._fork()
        finally:
            self.rebuilding = False

    def _try_fork(self) -> socket.socket:
        mine, theirs = socket.socketpair()
        try:
            with theirs:
                peer = wire.Peer(self.sock)
                peer.deadline = time.monotonic() + _GRACE
                peer.send({"op": "fork"})
                socket.send_fds(self.sock, [b"f"], [theirs.fileno()])
            ready = wire.Peer(mine)
            ready.deadline = peer.deadline
            ready.receive()
        except (wire.ProtocolError, OSError):
            mine.close()
            raise
        return mine
