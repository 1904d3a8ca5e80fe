"""Make the sandbox: bubblewrap around a warm process, limits around both.

What the code inside can reach: the Python installation, the students' part of labkit
and the data sets, all read-only, and temporary folders of its own. No network, no
home, no class directory, no other process, no environment.

bubblewrap makes a user namespace nested in another one, so that its mounts cannot be
changed even by a process that still has CAP_SYS_ADMIN in it; and as root it is run by
an unprivileged user, in a view of the file system that an outer bubblewrap, which needs
root's rights to read it, has put together: root without capabilities would still own
/proc/sys.
"""

import contextlib
import json
import os
import shutil
import site
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import labkit
from labkit import data

_NOBODY = "65534"
_KIT = "/opt/labkit"
_HOME = "/submission"
_START = 120.0
_STUDENT_SIDE = ("__init__", "nn", "data", "gradcheck", "history", "plots")
PRELOAD = (
    *("numpy", "matplotlib.pyplot", "tqdm.auto"),
    *("labkit.data", "labkit.plots", "IPython.core.interactiveshell"),
)


class SandboxError(RuntimeError):
    """The sandbox cannot be made; the message says what mends it."""


@dataclass(frozen=True)
class Rules:
    """What a lab's sandbox has, and how much of it.

    Attributes
    ----------
    forbidden : dict of str to str
        Modules that are absent (with a dot, a package within another one), and what
        a student is told about them.
    preload : tuple of str
        Modules that the warm process imports; ``module:function`` calls a function.
    data : tuple of (str, str)
        Names and splits of the data sets that it keeps, as `labkit.data.keep` says.
    memory : int
        Bytes for each process, and for all together where a cgroup can be made.
    disk : int
        Bytes of a temporary folder, and of a file.
    processes : int
    gpu : bool
        Whether the NVIDIA devices and their driver are passed in.
    gpu_memory : int
        Bytes that one process may take of the GPU's memory.
    threads : int
        For the numerical libraries.
    """

    forbidden: Mapping[str, str] = field(default_factory=dict)
    preload: tuple[str, ...] = PRELOAD
    data: tuple[tuple[str, str], ...] = ()
    memory: int = 4 << 30
    disk: int = 256 << 20
    processes: int = 128
    gpu: bool = False
    gpu_memory: int = 8 << 30
    threads: int = 1


class Sandbox:
    """A warm process that runs one notebook after another, each in a fork.

    Parameters
    ----------
    rules : Rules
    isolated : bool
        Without it, students' code runs with the rights of whoever grades: for a
        machine that cannot have a sandbox, and code that is trusted.

    Raises
    ------
    SandboxError
        If it cannot be made.
    """

    def __init__(self, rules: Rules, isolated: bool = True) -> None:
        self.isolated = isolated
        self._control, inner = socket.socketpair()
        settings = json.dumps(asdict(rules) | {"home": _HOME, "isolated": isolated})
        command = [sys.executable, "-m", "labkit.grading.isolation.server"]
        command += [str(inner.fileno()), settings]
        if isolated:
            command = _bubblewrap(rules, command)
        self._cgroup = _Cgroup(rules) if isolated else None
        self._scratch = tempfile.TemporaryDirectory(prefix="labkit-")
        self._errors = Path(self._scratch.name, "errors").open("w+b")  # noqa: SIM115
        with inner:
            self._process = subprocess.Popen(
                command,
                env=_environment(rules, isolated),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[inner.fileno()],
                cwd=self._scratch.name,
                preexec_fn=self._cgroup.enter if self._cgroup else None,
                start_new_session=True,
            )
        self._control.settimeout(_START)
        self._hear("started")
        self.kernel().close()  # a sandbox that cannot be used is none
        self.end()

    def _hear(self, what: str) -> None:
        try:
            heard = self._control.recv(1)
        except OSError:
            heard = b""
        if heard:
            return
        self._errors.seek(0)
        said = self._errors.read()[-2000:].decode(errors="replace").strip()
        self.close()
        raise SandboxError(
            f"the sandbox could not be {what}: {said or 'it gave no reason'}\n"
            f"Mend it with: {mend()}\n"
            "Students' code can be run without a sandbox, with your own rights: "
            "--no-sandbox."
        )

    def kernel(self) -> socket.socket:
        """Start a kernel, ending the one before; return the way to it."""
        mine, theirs = socket.socketpair()
        with theirs:
            with contextlib.suppress(OSError):
                socket.send_fds(self._control, [b"s"], [theirs.fileno()])
            self._hear("used")
        return mine

    def end(self) -> None:
        """Kill everything that the kernel started.

        Raises
        ------
        SandboxError
            If the sandbox ended before: what it answered last was no student's.
        """
        if self._control.fileno() < 0:
            return  # closed, and whoever closed it has said why
        with contextlib.suppress(OSError):
            self._control.sendall(b"e")
        self._hear("used")

    def close(self) -> None:
        """End the warm process and all in it."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process.kill()
        self._process.wait()
        self._errors.close()
        self._scratch.cleanup()
        if self._cgroup:
            self._cgroup.remove()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def mend() -> str:
    """Return the command that most likely lets this machine make a sandbox."""
    if sys.platform != "linux":
        return "grade on Linux (on Windows: in WSL; on macOS: in a virtual machine)"
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return "sudo apt install bubblewrap (Fedora: sudo dnf install bubblewrap)"
    told = subprocess.run([bwrap, "--help"], capture_output=True, text=True)
    if "--disable-userns" not in told.stdout + told.stderr:
        return "install bubblewrap 0.8 or newer, which has --disable-userns"
    if os.getuid() == 0 and shutil.which("setpriv") is None:
        return "apt install util-linux (it has setpriv)"
    for setting, bad, good in (
        ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
        ("kernel.unprivileged_userns_clone", "0", "1"),
        ("user.max_user_namespaces", "0", "15000"),
    ):
        file = Path("/proc/sys", *setting.split("."))
        if file.exists() and file.read_text().strip() == bad:
            return f"sudo sysctl -w {setting}={good}"
    return (
        "let this machine make user namespaces; a container needs `docker run "
        "--privileged`, or --security-opt seccomp=unconfined --security-opt "
        "apparmor=unconfined --security-opt systempaths=unconfined"
    )


def _environment(rules: Rules, isolated: bool) -> dict[str, str]:
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    chosen = {
        **dict.fromkeys(threads, str(rules.threads)),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }
    if not isolated:
        return {**os.environ, **chosen}
    extra = [p for p in _packages() if not p.is_relative_to(sys.prefix)]
    names = ["LABKIT_DATASET"]
    if rules.gpu:
        names += ["CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES"]
        chosen["LABKIT_GPU_MEMORY"] = str(rules.gpu_memory)
        if drivers := _gpu_drivers():
            chosen["LD_LIBRARY_PATH"] = os.pathsep.join(drivers)
    kept = {k: os.environ[k] for k in names if k in os.environ}
    return {
        **kept,
        **chosen,
        **dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), _HOME),
        **dict.fromkeys(("USER", "LOGNAME"), "student"),
        "LABKIT_DATA": "/opt/data",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join([_KIT, *map(str, extra)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
    }


def _bubblewrap(rules: Rules, program: list[str]) -> list[str]:
    """Write the command that runs a program in the sandbox."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxError(
            "bubblewrap is not installed, and students' code is not run without it.\n"
            f"Mend it with: {mend()}"
        )
    binds = _binds(rules)
    inner = [bwrap, "--unshare-all", "--unshare-user", "--disable-userns"]
    inner += ["--uid", _NOBODY, "--gid", _NOBODY, "--hostname", "lab"]
    inner += ["--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN"]
    inner += ["--die-with-parent", "--new-session"]
    if os.getuid() != 0:
        root = _mounts(binds)
    else:
        root = _mounts([(there, there) for _, there in binds])
    devices = ["--dev", "/dev"]
    for device in _gpu_devices() if rules.gpu else ():
        devices += ["--dev-bind-try", device, device]
    hidden = []
    for name in rules.forbidden:
        for folder in _packages():
            package = str(folder / name.replace(".", "/"))
            if os.path.isdir(package):
                hidden += ["--tmpfs", package, "--remount-ro", package]
            elif os.path.isfile(f"{package}.py"):
                hidden += ["--ro-bind", "/dev/null", f"{package}.py"]
    inner += [*root, *hidden, "--tmpfs", _HOME, "--proc", "/proc", *devices]
    if not any(there.startswith("/tmp/") for _, there in binds):
        inner += ["--symlink", _HOME, "/tmp"]
    inner += ["--tmpfs", "/dev/shm", "--remount-ro", "/dev", "--remount-ro", "/"]
    inner += ["--chdir", "/", *program]
    if os.getuid() != 0:
        return inner
    outer = [bwrap, "--die-with-parent", *_mounts([*binds, (bwrap, bwrap)])]
    outer += ["--dir", "/tmp"]  # where the inner one builds its view
    outer += ["--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]
    setpriv = shutil.which("setpriv") or "setpriv"
    outer += ["--ro-bind", setpriv, setpriv, setpriv, "--reuid", _NOBODY]
    return [*outer, "--regid", _NOBODY, "--clear-groups", *inner]


def _mounts(binds: Sequence[tuple[str, str]]) -> list[str]:
    """Write the options that show folders and files read-only."""
    options: list[str] = []
    made = {"/"}
    for here, there in binds:
        for parent in reversed(Path(there).parents):
            if str(parent) not in made:
                made.add(str(parent))
                options += ["--dir", str(parent)]
        if os.path.islink(here) and Path(here).parent == Path("/"):
            options += ["--symlink", os.readlink(here), there]
        else:
            options += ["--ro-bind", here, there]
    return options


def _binds(rules: Rules) -> list[tuple[str, str]]:
    """List what is to be seen inside: (here, there)."""
    system = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache"]
    system += ["/etc/alternatives", "/usr/share/zoneinfo", "/etc/localtime"]
    system += _gpu_drivers() if rules.gpu else []
    # Of a system's own Python, /usr/lib is enough.
    python = [p for p in (sys.base_prefix, sys.prefix) if p != "/usr"]
    python += map(str, _packages())
    shown: list[str] = []
    for path in [*system, *python]:
        if os.path.lexists(path) and not any(
            Path(path).is_relative_to(other) for other in shown
        ):
            shown.append(path)
    binds = [(path, path) for path in shown]
    # A virtual environment's python is a link to a link to the program.
    program = sys.executable
    links = [program]
    while os.path.islink(program):
        program = os.path.normpath(Path(program).parent / os.readlink(program))
        links.append(program)
    for link in links:
        if not any(Path(link).is_relative_to(path) for path in shown):
            binds.append((program, link))
    kit = Path(labkit.__file__).parent
    for name in _STUDENT_SIDE:
        binds.append((f"{kit}/{name}.py", f"{_KIT}/labkit/{name}.py"))
    here = Path(__file__).parent
    for name in ("wire", "student", "server", "seccomp"):
        there = f"{_KIT}/labkit/grading/isolation/{name}.py"
        binds.append((f"{here}/{name}.py", there))
    binds.append((f"{here}/standin.py", f"{_KIT}/labkit/check/__init__.py"))
    binds.append((f"{kit}/check/probes.py", f"{_KIT}/labkit/check/probes.py"))
    # The published data sets and the lab's own alone: the folder may hold an
    # instructor's other images.
    shown_data = [source.folder for source in data._SOURCES.values()]
    chosen = os.environ.get("LABKIT_DATASET", "")
    if chosen and data._is_folder(chosen):
        own = str(data._folder_path(chosen).resolve())
        binds.append((own, own))
        shown_data.append(chosen)
    for shared in shown_data:
        binds.append((str(data.data_root().resolve() / shared), f"/opt/data/{shared}"))
    return [(here, there) for here, there in binds if os.path.lexists(here)]


def _packages() -> list[Path]:
    """Folders in which packages are installed."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    folders |= {p for p in sys.path if p.endswith(("site-packages", "dist-packages"))}
    folders -= {site.getusersitepackages()} if not site.ENABLE_USER_SITE else set()
    return [Path(folder) for folder in sorted(folders) if os.path.isdir(folder)]


def gpu_memory(dev: Path = Path("/dev")) -> int:
    """Return the bytes of memory of the GPU that PyTorch finds here; 0 without one.

    Another process is asked: this one forks, and must not have begun to use CUDA.
    """
    if not _gpu_devices(dev):
        return 0
    program = "import torch; print(torch.cuda.get_device_properties(0).total_memory)"
    asked = [sys.executable, "-P", "-c", program]
    told = subprocess.run(asked, capture_output=True, text=True)
    return int(told.stdout) if told.returncode == 0 else 0


def _gpu_devices(dev: Path = Path("/dev")) -> list[str]:
    """List what programs open to use a GPU; on WSL it has another name."""
    return sorted(str(d) for name in ("nvidia*", "dxg") for d in dev.glob(name))


def _gpu_drivers() -> list[str]:
    """List folders besides the system's in which the driver's libraries are."""
    places = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    places += ["/usr/local/nvidia/lib64", "/usr/lib/wsl/lib"]
    return [p for p in places if p and os.path.exists(f"{p}/libcuda.so.1")]


class _Cgroup:
    """A control group that bounds memory and processes, where one can be made.

    It also has a share of the processors of its own, so that a submission that keeps
    them busy takes no time from the others.

    Parameters
    ----------
    rules : Rules
    root : Path
        Where control groups are mounted.
    """

    def __init__(self, rules: Rules, root: Path = Path("/sys/fs/cgroup")) -> None:
        self.folders: list[Path] = []
        name = f"labkit-{os.getpid()}-{time.monotonic_ns()}"
        if (root / "cgroup.controllers").exists():
            settings = {"memory.max": rules.memory, "memory.swap.max": 0}
            self._make(
                _delegating(root) / name, settings | {"pids.max": rules.processes}
            )
        else:
            self._make(root / "memory" / name, {"memory.limit_in_bytes": rules.memory})
            self._make(root / "pids" / name, {"pids.max": rules.processes})
            self._make(root / "cpu" / name, {"cpu.shares": 1024})

    def _make(self, folder: Path, settings: Mapping[str, int]) -> None:
        """Make a group; without the right to, the limits of each process remain."""
        for left in folder.parent.glob("labkit-*"):  # by a grader that was killed
            if not Path("/proc", left.name.split("-")[1]).exists():
                with contextlib.suppress(OSError):
                    left.rmdir()
        with contextlib.suppress(OSError):
            folder.mkdir()
            self.folders.append(folder)
            for file in settings.keys() & {path.name for path in folder.iterdir()}:
                (folder / file).write_text(str(settings[file]))

    def enter(self) -> None:
        """Move this process in; all that it starts follows."""
        for folder in self.folders:
            with contextlib.suppress(OSError):
                (folder / "cgroup.procs").write_text("0")

    def remove(self) -> None:
        """Delete the group; its processes have ended."""
        for folder in self.folders:
            for _ in range(50):
                with contextlib.suppress(OSError):
                    folder.rmdir()
                    break
                time.sleep(0.02)


def _delegating(root: Path, own: Path = Path("/proc/self/cgroup")) -> Path:
    """Return the nearest group above this process that may have limited ones below."""
    path = own.read_text().partition("0::/")[2].strip()
    for group in (root / path, *(root / path).parents):
        control = group / "cgroup.subtree_control"
        if control.exists() and "memory" in control.read_text().split():
            return group
        if group == root:
            break
    return root
