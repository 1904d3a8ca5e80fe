"""Build the book: the public one, the instructor's edition, or a PDF.

    python book/build.py [--solutions | --pdf]

The public book is built from the checkout itself, without any solution. Where
`solutions_from` in _config.yml names a lab and a day that has come, that lab's solved
notebook is a page of it. The instructor's edition (--solutions) has all of them, and
lies elsewhere. No build passes with a line of a solution that is not open.
"""

import argparse
import datetime
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import yaml

from labkit.release import instructor_notebook, labs, leaks

ROOT = Path(__file__).resolve().parents[1]
HIDDEN = re.compile(
    r"^[ \t]*### BEGIN HIDDEN TESTS\n.*?^[ \t]*### END HIDDEN TESTS\n?", re.M | re.S
)
MARKERS = re.compile(r"^[ \t]*### (BEGIN|END) (SOLUTION|HIDDEN TESTS)\n?", re.M)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--solutions", action="store_true", help="the instructor's edition"
    )
    choice.add_argument("--pdf", action="store_true", help="one PDF of all pages")
    arguments = parser.parse_args()
    if arguments.solutions:
        return build(labs(ROOT), ROOT / "_build" / "solutions", instructor=True)
    opened = open_solutions(settings(ROOT), datetime.date.today())
    if not arguments.pdf:
        return build(opened, ROOT)
    code = build(opened, ROOT, "singlehtml")
    if code == 0:
        from pdf import print_book  # needs a browser

        print_book(ROOT / "_build/singlehtml", ROOT / "_build/book.pdf")
    return code


def settings(root: Path) -> dict[str, Any]:
    """Read ``_config.yml``."""
    return yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))


def open_solutions(config: dict[str, Any], today: datetime.date) -> list[str]:
    """Labs whose day in ``solutions_from`` has come."""
    days = config.get("solutions_from") or {}
    if wrong := [lab for lab, day in days.items() if type(day) is not datetime.date]:
        raise SystemExit(f"_config.yml, solutions_from: no day for {', '.join(wrong)}")
    if unknown := sorted(set(days) - set(labs(ROOT))):
        raise SystemExit(f"_config.yml, solutions_from: no lab {', '.join(unknown)}")
    return sorted(lab for lab, day in days.items() if day <= today)


def build(
    opened: list[str], out: Path, builder: str = "html", instructor: bool = False
) -> int:
    """Run Jupyter Book strictly into ``out/_build``, then search for leaks.

    Parameters
    ----------
    opened : list of str
        Labs whose solution is a page.
    out : Path
    builder : str
        ``html`` or ``singlehtml``.
    instructor : bool
        Whether hidden tests may be seen, and the title says so.

    Returns
    -------
    int
        0 when all went well.
    """
    source = staged(opened, out / "_build" / "stage", instructor) if opened else ROOT
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run(
        [
            *(program, "build", source, "--path-output", out, "--builder", builder),
            *("-n", "-W", "--keep-going", "--quiet"),
        ],
        # Kernels start from this environment whatever the caller's PATH is, and
        # without the caller's profile.
        env=os.environ
        | {"PATH": f"{program.parent}:{os.environ['PATH']}"}
        | {"IPYTHONDIR": str(profile(out / "_build" / "ipython"))},
    )
    built = out / "_build" / builder
    found = [leak for leak in leaks(ROOT, [built]) if leak.lab not in opened]
    for leak in found:
        print(f"solution in the book: {leak}", file=sys.stderr)
    if found:
        # What must not be published is not left lying there.
        shutil.rmtree(built)
    return done.returncode or int(bool(found))


def profile(folder: Path) -> Path:
    """Make a profile for the kernels, which warn of things that do not matter here."""
    text = "get_config().IPKernelApp.log_level = 'ERROR'\n"
    write(folder / "profile_default" / "ipython_kernel_config.py", text)
    return folder


def staged(opened: list[str], stage: Path, instructor: bool) -> Path:
    """Copy what the book is made of, with the solved notebooks as pages.

    Returns
    -------
    Path
        The copy. Files that have not changed keep their time, so that a second build
        does only what is new.
    """
    for name in ("book", "notebooks"):
        shutil.rmtree(stage / name, ignore_errors=True)
        shutil.copytree(ROOT / name, stage / name)
    config = settings(ROOT)
    config["exclude_patterns"].remove("solutions")
    config["execute"]["exclude_patterns"].append("solutions/*/*")
    if instructor:
        config["title"] += ": instructor's edition"
        config["html"]["announcement"] = "Instructor's edition. It holds solutions."
    write(stage / "_config.yml", yaml.safe_dump(config, sort_keys=False))
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for lab in opened:
        write(
            stage / "solutions" / lab / f"{lab}.ipynb",
            nbformat.writes(solved(lab, hidden=instructor)),
        )
        page = {"file": f"solutions/{lab}/{lab}", "title": "The solution"}
        chapter(contents, lab).setdefault("sections", []).append(page)
    write(stage / "_toc.yml", yaml.safe_dump(contents, sort_keys=False))
    return stage


def chapter(contents: dict[str, Any], lab: str) -> dict[str, Any]:
    """Find a lab's chapter in the table of contents."""
    for part in contents["parts"]:
        for entry in part["chapters"]:
            if entry["file"] == f"book/{lab}":
                return entry
    raise SystemExit(f"_toc.yml has no chapter book/{lab} to put its solution under")


def solved(lab: str, hidden: bool) -> Any:
    """Return the lab's notebook with its solutions, and perhaps the hidden tests."""
    notebook = instructor_notebook(lab, ROOT)
    for cell in notebook.cells:
        text = cell.source if hidden else HIDDEN.sub("", cell.source)
        cell.source = MARKERS.sub("", text)
    title = next(cell for cell in notebook.cells if cell.source.startswith("# "))
    first, *rest = title.source.splitlines()
    title.source = "\n".join([f"{first}: the solution", *rest])
    return notebook


def write(path: Path, text: str) -> None:
    """Write a file unless it holds the text already."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
