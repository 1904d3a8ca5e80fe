"""What works on this machine, and the command that mends what does not."""

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from labkit import data

_STUDENT = ("ipykernel", "jupyterlab")
"""What students need besides labkit's own requirements: something to open notebooks."""

_EXTRAS = {"torch": "from Lab 2 on", "grading": "to grade"}
"""What the extras of labkit that most people want are for."""

_FREE = 1_000_000_000
"""Bytes that should be free: the data sets take some 100 MB, a class less."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
    works : bool
    text : str
        What was found.
    mend : str
        The command that mends it.
    required : bool
        Whether students cannot work without it.
    """

    name: str
    works: bool
    text: str
    mend: str = ""
    required: bool = False

    def __str__(self) -> str:
        mark = "ok" if self.works else "MISSING" if self.required else "missing"
        line = f"{mark:8} {self.name}: {self.text}"
        return line if self.works else f"{line}\n         mend it with: {self.mend}"


def examine() -> list[Finding]:
    """Look at Python, packages, programs, data sets and disk space.

    Returns
    -------
    list of Finding
    """
    return [
        _python(),
        *_packages(),
        _alembic(),
        _kernel(),
        _sandbox(),
        *(data_set(name) for name in data.NAMES),
        _disk("data folder", data.data_root()),
        _disk("temporary folder", Path(tempfile.gettempdir())),
    ]


def data_set(name: str, verify: bool = False) -> Finding:
    """Look for a data set's files.

    Parameters
    ----------
    name : str
        One of `labkit.data.NAMES`.
    verify : bool
        Whether to read the files and compare their checksums.
    """
    source = data.url(name)
    if not source:
        origin = "is generated" if name == "shapes10" else "comes with scikit-learn"
        return Finding(name, True, origin)
    problems = (
        data.verify(name) if verify else [f"{f} is missing" for f in data.missing(name)]
    )
    checked = ", checksums as published" if verify else ""
    return Finding(
        name,
        not problems,
        (problems[0] if problems else f"all files are here{checked}")
        + f" (source: {source})",
        f"labkit data fetch {name}" + (" (delete damaged files first)" * verify),
    )


def _python() -> Finding:
    found = "{}.{}.{}".format(*sys.version_info)
    return Finding(
        "python",
        sys.version_info >= (3, 11),
        f"{found} at {sys.executable}, needs 3.11 or newer",
        "install Python 3.11 or newer from https://www.python.org, then make setup",
        required=True,
    )


def _packages() -> list[Finding]:
    needs = [Requirement(text) for text in metadata.requires("labkit") or []]
    own = [*(need for need in needs if not need.marker), *map(Requirement, _STUDENT)]
    extra = [
        _package(need, purpose)
        for name, purpose in _EXTRAS.items()
        for need in needs
        if need.marker and need.marker.evaluate({"extra": name})
    ]
    return [*map(_package, own), *extra]


def _package(need: Requirement, purpose: str = "") -> Finding:
    try:
        found = metadata.version(need.name)
    except metadata.PackageNotFoundError:
        found = ""
    wanted = f"{need.name}{need.specifier}"
    return Finding(
        need.name,
        bool(found) and need.specifier.contains(found, prereleases=True),
        f"{found or 'not installed'}, needs {need.specifier or 'any version'}"
        + (f" {purpose}" if purpose else ""),
        f"{sys.executable} -m pip install '{wanted}'",
        required=not purpose,
    )


def _alembic() -> Finding:
    folders = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    found = shutil.which("alembic", path=folders)
    return Finding(
        "alembic",
        found is not None,
        found or "not found; nbgrader needs it to grade",
        f"{sys.executable} -m pip install --force-reinstall alembic",
    )


def _kernel() -> Finding:
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        found = "not found"
    else:
        try:
            found = KernelSpecManager().get_kernel_spec("python3").argv[0]
        except NoSuchKernel:
            found = "not found"
    return Finding(
        "kernel python3",
        found != "not found",
        found,
        f"{sys.executable} -m ipykernel install --sys-prefix",
        required=True,
    )


def _sandbox() -> Finding:
    from labkit.grading.isolation.sandbox import Rules, Sandbox, SandboxError, mend

    try:
        Sandbox(Rules(preload=())).close()
    except SandboxError as error:
        said = str(error).splitlines()[0]
        return Finding("sandbox", False, f"grading needs one: {said}", mend())
    return Finding("sandbox", True, "bubblewrap isolates students' code")


def _disk(name: str, folder: Path) -> Finding:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    return Finding(
        name,
        free >= _FREE,
        f"{folder} has {free / 1e9:,.1f} GB free, wants {_FREE / 1e9:g} GB",
        "delete what is not needed, or set LABKIT_DATA (or TMPDIR) to a larger disk",
    )
