"""The warm process in the sandbox: it has imported the libraries and forks kernels.

It runs as ``python -m labkit.grading.isolation.server FD SETTINGS`` inside bubblewrap
(`sandbox` writes the command) and no student's code ever runs in it. A kernel gets
namespaces, a /proc and temporary folders of its own, and no capability or privilege.
"""

import contextlib
import ctypes
import gc
import importlib
import importlib.abc
import io
import json
import os
import resource
import signal
import socket
import stat
import sys
import tempfile
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from labkit.grading.isolation import seccomp

_NEWNS, _NEWIPC, _NEWPID, _NEWNET = 0x20000, 0x8000000, 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _NOEXEC, _REC, _PRIVATE = 1, 2, 4, 8, 0x4000, 0x40000
_SET_NO_NEW_PRIVS, _CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_SET_CHILD_SUBREAPER = 36
_CAPABILITIES_V3 = 0x20080522
_COLLAPSE, _HUGE = 25, 2 << 20

_libc = ctypes.CDLL(None, use_errno=True)


class Forbidden(importlib.abc.MetaPathFinder):
    """Refuses the modules that a lab forbids, and says so."""

    def __init__(self, reasons: dict[str, str]) -> None:
        self.reasons = reasons

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        for module, reason in self.reasons.items():
            if f"{name}.".startswith(f"{module}."):
                raise ModuleNotFoundError(
                    f"This lab does not allow {module}: {reason} "
                    "The grader has only what the lab allows."
                )


def _import(name: str, absent: Sequence[str]) -> None:
    """Import a module that may itself import modules which are absent.

    With a colon and a name, the function of that name is called.
    torchvision imports all its parts; without one of them the others must work.
    """
    name, _, function = name.partition(":")
    within = [other for other in absent if other.startswith(f"{name}.")]
    sys.modules.update({other: types.ModuleType(other) for other in within})
    with contextlib.suppress(ModuleNotFoundError):
        module = importlib.import_module(name)
        if function:
            getattr(module, function)()
    for other in within:
        del sys.modules[other]
        with contextlib.suppress(KeyError, AttributeError):
            parent, _, own = other.rpartition(".")
            delattr(sys.modules[parent], own)


def main() -> None:
    """Import, then fork a kernel for each socket that arrives."""
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    sys.meta_path.insert(0, Forbidden(settings["forbidden"]))
    for name in settings["preload"]:
        _import(name, list(settings["forbidden"]))
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)  # a fork inherits no threads
    if "matplotlib.pyplot" in sys.modules:
        _draw()
    from labkit import data
    from labkit.grading.isolation import student

    for name, split in settings["data"]:
        with contextlib.suppress(data.DataError):  # whoever loads it will be told
            data.keep(name, split)
    student.prepare()
    gc.collect()
    _huge_pages()
    gc.freeze()  # no fork shall end, nor copy, what was made here
    if not settings["isolated"]:  # forks whose parent ended become this one's children
        _check(_libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "subreaper")
    control.sendall(b"r")
    kernel = 0
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if kernel:
            _end(kernel, settings["isolated"])
            kernel = 0
        if not request:
            os._exit(0)
        if request == b"s":
            kernel = _start(descriptors[0], settings, student.main)
            os.close(descriptors[0])
        control.sendall(b"k")


def _draw() -> None:
    """Draw a picture: fonts are found and what draws is imported once, for all forks.

    Not with pyplot, which would choose a backend before there is a shell to show it,
    nor with matplotlib_inline, which registers with the shell when it is imported.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    importlib.import_module("IPython.core.pylabtools")
    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set(title="Title", xlabel="$x$", ylabel="y")
    axes.plot([0, 1], label="0.5")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")


def _huge_pages() -> None:
    """Move this process's own memory to huge pages, where the kernel can.

    A fork copies an entry for each page: with PyTorch imported, that takes a third of
    the time then.
    """
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, *more = line.split()
        if not rights.startswith("rw") or more[3:] not in ([], ["[heap]"]):
            continue
        start, end = (int(address, 16) for address in span.split("-"))
        for address in range(-(-start // _HUGE) * _HUGE, end - _HUGE + 1, _HUGE):
            pages = ctypes.c_void_p(address), ctypes.c_size_t(_HUGE)
            _libc.madvise(*pages, _COLLAPSE)  # else they stay as they are


def _start(descriptor: int, settings: dict[str, Any], run: Any) -> int:
    """Fork a kernel; return the process whose end is the end of all of them.

    Three processes: one that makes the namespaces, their first process (when it ends,
    the system kills all others in them), and the kernel, whose fate the first shares.
    """
    reading, writing = os.pipe()
    if pid := os.fork():
        os.close(writing)
        with open(reading, "rb") as heard:
            said = heard.read().split()  # by two processes, in either order
        if b"enclosed" not in said:
            sys.exit(1)  # it has said why
        said.remove(b"enclosed")
        return int(said[0]) if settings["isolated"] else pid
    try:
        os.setsid()  # a signal to the process group must not reach the server
        if settings["isolated"]:
            _check(_libc.unshare(_NEWNS | _NEWIPC | _NEWPID | _NEWNET), "unshare")
        if first := os.fork():
            os.write(writing, b"%d " % first)
            os.closerange(3, 1 << 16)
            os.waitpid(first, 0)
            os._exit(0)
        if settings["isolated"]:
            _enclose(settings)
        else:
            os.chdir(tempfile.mkdtemp(dir="."))  # in the sandbox's own folder
        # In the first process, too: others find its files in /proc.
        os.dup2(os.open(os.devnull, os.O_RDWR), 2)
        kernel = os.fork()
        if kernel == 0:
            _close_all_but(descriptor)
            run(socket.socket(fileno=descriptor))
        os.write(writing, b"enclosed ")
        os.closerange(3, 1 << 16)
        # Forks outlive the kernel that they were forked from; so wait for all.
        with contextlib.suppress(ChildProcessError):
            while True:
                os.wait()
        os._exit(0)
    except BaseException as error:
        print(f"sandbox: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
    finally:
        os._exit(1)


def _close_all_but(descriptor: int) -> None:
    """Close what leads to other processes.

    Files stay open: Matplotlib's fonts close theirs when they go, and by then a number
    may be another file's.
    """
    for name in os.listdir("/proc/self/fd"):
        number = int(name)
        with contextlib.suppress(OSError):  # the folder itself was open, too
            file = stat.S_ISREG(os.fstat(number).st_mode)
            if number > 2 and number != descriptor and not file:
                os.close(number)


def _end(process: int, isolated: bool) -> None:
    """Kill all processes of a kernel and wait until they are gone."""
    with contextlib.suppress(ProcessLookupError):
        if isolated:
            os.kill(process, signal.SIGKILL)
        else:
            os.killpg(process, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.wait()
    if isolated:
        return
    mine = Path(f"/proc/self/task/{os.getpid()}/children")
    with contextlib.suppress(OSError):  # some kernels do not tell
        while children := mine.read_text().split():
            for child in map(int, children):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)


def _enclose(settings: dict[str, Any]) -> None:
    """Give this process its own /proc, home and /dev/shm, then take its powers."""
    size = f"size={settings['disk']},nr_inodes=100k".encode()
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # rather this than the server, where they share a limit
    _mount(None, b"/", None, _REC | _PRIVATE, None)
    _mount(b"proc", b"/proc", b"proc", _RDONLY | _NOSUID | _NODEV | _NOEXEC, None)
    _mount(b"tmpfs", settings["home"].encode(), b"tmpfs", _NOSUID | _NODEV, size)
    _mount(b"tmpfs", b"/dev/shm", b"tmpfs", _NOSUID | _NODEV, size)
    os.chdir(settings["home"])
    limits = {
        resource.RLIMIT_DATA: settings["memory"],
        resource.RLIMIT_FSIZE: settings["disk"],
        resource.RLIMIT_NPROC: settings["processes"],
        resource.RLIMIT_NOFILE: 512,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for limit, value in limits.items():
        resource.setrlimit(limit, (value, value))
    _check(_libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")
    _check(_libc.prctl(_CAP_AMBIENT, _CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "ambient")
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    seccomp.install()


def _mount(
    source: bytes | None,
    target: bytes,
    kind: bytes | None,
    flags: int,
    data: bytes | None,
) -> None:
    result = _libc.mount(source, target, kind, ctypes.c_ulong(flags), data)
    _check(result, f"mount {target.decode()}")


def _check(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main()
