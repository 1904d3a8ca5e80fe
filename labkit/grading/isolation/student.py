"""The end of the conversation at which the student's code runs (see `wire`).

A kernel process runs a notebook's cells in IPython and answers requests about what
they defined. Before each cell, and for each test, the trusted process has it fork:
the fork runs the cell, and when it hangs or dies, the process it was forked from goes
on as if the cell had never been.
"""

import builtins
import contextlib
import functools
import importlib
import inspect
import io
import linecache
import operator
import os
import signal
import socket
import sys
import threading
import traceback
import warnings
import weakref
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets.config import Config

from labkit.grading.isolation import wire
from labkit.nn import Module

MAX_OUTPUT = 2_000_000
"""Characters of a cell's outputs to hand over; the trusted process keeps fewer."""

_ERRORS = {
    name: error
    for name, error in vars(builtins).items()
    if isinstance(error, type) and issubclass(error, Exception)
}


class Stub:
    """Stands for an object of the trusted process: data goes there and comes back."""

    def __init__(self, peer: "Student", number: int) -> None:
        self.__dict__["_labkit"] = (peer, number)

    def _ask(self, op: str, *args: Any, **kwargs: Any) -> Any:
        peer, _ = self.__dict__["_labkit"]
        return peer.ask(op, self, *args, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("call", *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__} has no attribute {name}")
        return self._ask("get", name)

    def __len__(self) -> int:
        return int(self._ask("len"))

    def __bool__(self) -> bool:
        return True

    def __deepcopy__(self, memo: Any) -> "Stub":
        return self  # what it stands for is not here

    def __getitem__(self, index: Any) -> Any:
        return self._ask("item", index)

    def __iter__(self) -> Iterator[Any]:
        found: Iterator[Any] = self._ask("iter")
        return found


def _generate(stub: Stub) -> Iterator[Any]:
    """Yield what an iterator of the trusted process yields."""
    while True:
        try:
            item = stub._ask("next")
        except StopIteration:
            return
        yield item


class ModuleStub(Stub, Module):
    """Stands for a `Module` of the trusted process; its parameters exist here too."""


class Student(wire.Peer):
    """Answers requests about the objects in a shell's namespace."""

    def __init__(self, sock: socket.socket, shell: "Shell") -> None:
        super().__init__(sock)
        self.shell = shell
        self.stubs: dict[int, Any] = {}
        # What the trusted process may see changed, for as long as something here
        # refers to it: its memory, and how that was laid out and filled.
        self.arrays: dict[int, tuple[weakref.ref[Any], Any, Any]] = {}
        self.restore: list[Callable[[], None]] = []
        self.child = 0

    def perform(self, op: Any, target: Any, args: Any, kwargs: Any) -> dict[str, Any]:
        operation = getattr(self, f"_do_{op}")
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            value = operation(target, *args, **kwargs)
        given = [(w.category.__name__, str(w.message)[:500]) for w in caught[:20]]
        return {"value": value, "warnings": given}

    def _do_name(self, name: str) -> Any:
        if name not in self.shell.user_ns:
            raise NameError(f"{name} is not defined: did its cell run?")
        return self.shell.user_ns[name]

    def _do_call(self, target: Any, *args: Any, **kwargs: Any) -> Any:
        return target(*args, **kwargs)

    def _do_method(self, target: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        return getattr(target, name)(*args, **kwargs)

    def _do_get(self, target: Any, name: str) -> Any:
        return getattr(target, name)

    def _do_set(self, target: Any, name: str, value: Any) -> None:
        setattr(target, name, value)

    def _do_len(self, target: Any) -> int:
        return len(target)

    def _do_item(self, target: Any, index: Any) -> Any:
        return target[index]

    def _do_items(self, target: Any) -> list[Any]:
        return [target[index] for index in range(len(target))]

    def _do_fields(self, target: Any, names: tuple[str, ...]) -> list[Any]:
        return [operator.attrgetter(name)(target) for name in names]

    def _do_assign(self, target: Any, values: dict[str, Any]) -> None:
        for name, value in values.items():
            *path, last = name.split(".")
            setattr(functools.reduce(getattr, path, target), last, value)

    def _do_iter(self, target: Any) -> Any:
        return Kept(iter(target))

    def _do_next(self, target: Any) -> Any:
        return next(target)

    def _do_probe(self, name: str, *args: Any) -> Any:
        probes = importlib.import_module("labkit.check.probes")
        return getattr(probes, name)(*args)

    def _do_replace(self, target: Any, stand_ins: dict[str, Any] | None) -> None:
        """Put objects under the global names that code looks up; None undoes it."""
        if stand_ins is None:
            self.restore.pop()()
            return
        names = _globals(target, self.shell.user_ns)
        kept = {name: names[name] for name in stand_ins if name in names}

        def restore() -> None:
            for name in stand_ins:
                names.pop(name, None)
            names.update(kept)

        names.update(stand_ins)
        self.restore.append(restore)

    def describe(self, error: BaseException) -> dict[str, Any]:
        message = {"kind": type(error).__name__, "message": "", "where": _where(error)}
        with contextlib.suppress(BaseException):  # a student's __str__ may do anything
            message["message"] = str(error)[: wire.MAX_TEXT]
        return message | {"token": getattr(error, "_labkit_token", None)}

    def reference(self, remote: dict[str, Any]) -> Any:
        number = remote["mine"]
        if number not in self.stubs:
            self.stubs[number] = self._stub(remote)
        return self.stubs[number]

    def _stub(self, remote: dict[str, Any]) -> Any:
        number, name = remote["mine"], remote["name"]
        base = ModuleStub if remote["module"] else Stub
        members: dict[str, Any] = {
            method: functools.partialmethod(Stub._ask, "method", method)
            for method in remote["methods"]
        }
        if remote["as"] != "class":
            stub = type(name, (base,), members)(self, number)
            if remote["as"] == "iterator":
                return _generate(stub)
            # Where `Module.parameters` finds them.
            stub.__dict__["_parameters"] = remote["parameters"]
            return stub

        def construct(new: Any, *args: Any, **kwargs: Any) -> None:
            made = maker._ask("call", *args, **kwargs)
            new.__dict__.update(made.__dict__)
            self.stubs[made.__dict__["_labkit"][1]] = new

        maker = Stub(self, number)
        members |= {"__init__": construct, "_labkit_class": number}
        return type(name, (base,), members)

    def number_of(self, value: Any) -> int | None:
        if isinstance(value, Stub):
            number: int = value.__dict__["_labkit"][1]
            return number
        if isinstance(value, type) and issubclass(value, Stub):
            return value.__dict__.get("_labkit_class")
        return None

    def present(self, value: Any, number: int) -> dict[str, Any]:
        return {"mine": number, "kind": type(value).__name__}

    def _adopt(self, number: int, value: Any, sent: Any = None) -> None:
        if sent is None:
            self._remember(number, value)
            return
        # Not the array itself: a view of it keeps its memory alone alive.
        self.arrays[number] = (
            weakref.ref(value.base),
            (value.dtype, value.shape),
            sent,
        )
        # The oldest go first: nobody is still looking at them.
        while sum(len(old) for *_, old in self.arrays.values()) > wire.MIRRORED_BYTES:
            if len(self.arrays) == 1:
                break
            del self.arrays[next(iter(self.arrays))]

    def _changes(self, blobs: list[Any], outermost: bool) -> list[Any]:
        changes = super()._changes(blobs, outermost)
        for number, (found, form, sent) in [*self.arrays.items()] if outermost else ():
            memory = found()
            if memory is None:
                del self.arrays[number]
            elif not wire.holds(memory, sent):
                self.arrays[number] = (found, form, memory.tobytes())
                array = memory.view(form[0]).reshape(form[1])
                changes.append([number, self.encode(array, blobs, {})])
        return changes

    def _warn(self, warning: Any) -> None:
        """Nothing: the trusted process gives no warnings to student code."""

    def _error(self, header: dict[str, Any]) -> Exception:
        remote = super()._error(header)
        assert isinstance(remote, wire.RemoteError)
        error = _ERRORS.get(remote.kind, RuntimeError)(remote.message)
        error.__dict__["_labkit_token"] = remote.token
        return error

    def serve(self) -> None:
        """Answer until the trusted process has nothing more to ask; never returns."""
        with contextlib.suppress(wire.ProtocolError):
            while True:
                header, blobs = self.receive()
                if header["op"] == "fork":
                    self._fork()
                    continue
                if header["op"] == "files":
                    for name, blob in zip(header["names"], blobs, strict=True):
                        path = Path(name)
                        path.parent.mkdir(parents=True, exist_ok=True)
                        path.write_bytes(blob)
                    continue
                self._apply(header, blobs)
                if header["op"] == "cell":
                    found = self.shell.run(header["source"], header["seconds"])
                    self._post({"op": "return", "value": found})
                else:
                    self.answer(header, blobs)
        os._exit(0)

    def _fork(self) -> None:
        """Let a copy of this process serve the socket that is now handed over."""
        _, (descriptor, *_), _, _ = socket.recv_fds(self.sock, 1, 1)
        if self.child:  # whatever it still does, nobody is waiting for it
            with contextlib.suppress(OSError):
                os.killpg(self.child, signal.SIGKILL)
                os.waitpid(self.child, 0)
        self.child = os.fork()
        if self.child:
            os.close(descriptor)
            return
        os.setsid()
        self.lock = threading.RLock()  # a thread that is no more may have had it
        self.sock.close()
        self.sock = socket.socket(fileno=descriptor)
        self.send({"op": "ready"})


class Kept:
    """An iterator that `encode` leaves where it is, whatever else it may be."""

    def __init__(self, iterator: Any) -> None:
        self.iterator = iterator

    def __next__(self) -> Any:
        return next(self.iterator)


def _globals(owner: Any, default: dict[str, Any]) -> dict[str, Any]:
    for base in getattr(owner, "__mro__", ()):
        for member in vars(base).values():
            names: dict[str, Any] = getattr(member, "__globals__", {})
            if names and not str(names.get("__name__")).startswith("labkit"):
                return names
    found: dict[str, Any] = getattr(inspect.unwrap(owner), "__globals__", default)
    return found


def _where(error: BaseException) -> str:
    """Last line of the student's code in an exception's traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if "labkit" not in frame.filename and "site-packages" not in frame.filename:
            line = frame.line or linecache.getline(frame.filename, frame.lineno or 0)
            return f"\nLine {frame.lineno}: {line.strip()[:500]}"
    return ""


class _Stream(io.TextIOBase):
    """Standard output or error of a cell, as notebook outputs."""

    def __init__(self, shell: "Shell", name: str) -> None:
        self.shell, self.name = shell, name

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        """Where what writes past Python writes to: nowhere that is kept."""
        return 1 if self.name == "stdout" else 2

    def write(self, string: str) -> int:
        self.shell.record_text(self.name, str(string))
        return len(string)


class _Publisher(DisplayPublisher):
    """Collects what a cell displays."""

    def publish(self, data: Any, *args: Any, **kwargs: Any) -> None:
        self.shell.record({"output_type": "display_data", "data": dict(data)})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class _Hook(DisplayHook):
    """Collects a cell's result."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.record({"output_type": "execute_result", "data": dict(format_dict)})

    def finish_displayhook(self) -> None:
        self._is_active = False


class Shell(InteractiveShell):
    """IPython without a kernel: `run` returns a cell's outputs."""

    def run(self, source: str, seconds: float) -> list[dict[str, Any]]:
        """Run a cell; return its outputs."""
        self.outputs: list[dict[str, Any]] = []
        self.room = MAX_OUTPUT
        kept = sys.stdout, sys.stderr
        run: Callable[..., Any] = self.run_cell
        sys.stdout, sys.stderr = _Stream(self, "stdout"), _Stream(self, "stderr")
        signal.signal(signal.SIGALRM, _too_long)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            run(source, store_history=True)
        except BaseException as error:  # what IPython lets through, or was made to
            self._showtraceback(type(error), error, [repr(error)])
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.stdout, sys.stderr = kept
        return self.outputs

    def enable_matplotlib(self, gui: str | None = None) -> Any:
        """Show figures in the notebook, whatever a student has at home."""
        enable: Callable[..., Any] = super().enable_matplotlib
        return enable("inline")

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there are no windows."""

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """Run ``%name``; one that is not installed here ends no cell."""
        run: Callable[..., Any] = super().run_line_magic
        try:
            return run(magic_name, line, _stack_depth + 1)
        except (UsageError, ModuleNotFoundError) as error:
            print(f"%{magic_name} was left out: {error}", file=sys.stderr)

    def system(self, cmd: str) -> None:
        """Answer ``!cmd``, and ``%pip``: as in Jupyter, a failure ends no cell."""
        print(f"{cmd}: no commands are run in grading", file=sys.stderr)

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Answer ``names = !cmd``."""
        self.system(cmd)
        return SList() if split else ""

    def record(self, output: dict[str, Any]) -> None:
        """Keep an output if there is room."""
        data = {
            key: value if isinstance(value, str) else b64encode(value).decode()
            for key, value in output["data"].items()
            if isinstance(value, str | bytes)
        }
        self.room -= sum(map(len, data.values())) + 100
        if self.room > 0:
            self.outputs.append(output | {"data": data})

    def record_text(self, name: str, string: str) -> None:
        """Add to the text of a stream if there is room."""
        string = string[: max(self.room, 0)]
        self.room -= len(string)
        if not string:
            return
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += string
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": string})

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        self.outputs.append(
            {
                "output_type": "error",
                "ename": str(getattr(etype, "__name__", etype)),
                "evalue": str(evalue)[: wire.MAX_TEXT],
                "traceback": [str(line)[: wire.MAX_TEXT] for line in stb[-50:]],
            }
        )


class CellTimeout(BaseException):
    """A cell did not end in time."""


def _too_long(*_: object) -> None:
    raise CellTimeout("the cell did not end in time and was stopped")


def _lenient(choose: Callable[..., Any]) -> Callable[..., Any]:
    """Let a choice of Matplotlib's backend that cannot be had here do nothing."""

    @functools.wraps(choose)
    def chosen(*args: Any, **kwargs: Any) -> None:
        with contextlib.suppress(ImportError, ValueError):
            choose(*args, **kwargs)

    return chosen


def prepare() -> None:
    """Make the shell, which every kernel has a copy of."""
    for module, name in ("matplotlib", "use"), ("matplotlib.pyplot", "switch_backend"):
        if found := sys.modules.get(module):
            setattr(found, name, _lenient(getattr(found, name)))
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    Shell.display_pub_class.default_value = _Publisher
    Shell.displayhook_class.default_value = _Hook
    shell = Shell.instance(config=config, ipython_dir=os.path.expanduser("~/.ipython"))
    shell.outputs, shell.room = [], MAX_OUTPUT


def main(sock: socket.socket) -> None:
    """Serve one submission; never returns."""
    sys.path.insert(0, "")  # a student's own module beside the notebook
    # The warm process's generators are in a state that is everybody's.
    np.random.seed()  # noqa: NPY002
    if "torch" in sys.modules:
        sys.modules["torch"].seed()
    Student(sock, Shell.instance()).serve()
