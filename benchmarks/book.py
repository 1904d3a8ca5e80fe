"""How the built book does: build times, accessibility, what its pages ask for.

    python benchmarks/book.py [--pictures DIR]

Builds the book from nothing, and again with one more sentence in a chapter; then opens
every page in chromium, light and dark, audits it with axe-core (from npm), and notes
every request. Writes book/results/bench_book.json. With --pictures it leaves pictures
of five pages: light, dark, and as wide as a phone.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import sync_playwright  # noqa: E402
from test_book import pages  # noqa: E402
from test_book_browser import AXE, CHROMIUM, PHONE, Visit, pdf  # noqa: E402

from labkit.history import cpu_name, versions  # noqa: E402

EDITED = ROOT / "book" / "lab1_mlp.md"
SHOWN = ("intro", "lab1_mlp", "derivations", "problems", "instructor")
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": PHONE},
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, metavar="DIR")
    arguments = parser.parse_args()
    if CHROMIUM is None or shutil.which("npm") is None:
        raise SystemExit("this needs chromium and npm: apt install chromium npm")
    measured: dict[str, Any] = {"seconds": build_times()}
    with (
        pdf.served(ROOT / "_build/html") as origin,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        measured |= visit_all(browser, origin)
        if arguments.pictures:
            take_pictures(browser, origin, arguments.pictures)
        browser.close()
    measured |= {
        "command": "python benchmarks/book.py",
        "device": f"{cpu_name()}, {os.cpu_count()} cores, shared with other work",
        "load_average": [round(load, 1) for load in os.getloadavg()],
        "versions": versions(("jupyter-book", "sphinx", "playwright")),
    }
    path = ROOT / "book/results/bench_book.json"
    path.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(measured, indent=1))
    return 0


def build_times() -> dict[str, float]:
    """Build from nothing, after an edit of one page, and with nothing changed."""
    times = {}
    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    before = EDITED.read_bytes()
    try:
        for what, text in (
            ("from nothing", before),
            ("with nothing changed", before),
            ("after one edit", before + b"\nOne more sentence.\n"),
            ("after it is undone", before),
        ):
            if EDITED.read_bytes() != text:
                EDITED.write_bytes(text)
            start = time.perf_counter()
            command = [sys.executable, ROOT / "book/build.py"]
            subprocess.run(command, check=True, capture_output=True)
            times[what] = round(time.perf_counter() - start, 1)
    finally:
        EDITED.write_bytes(before)
    return times


def visit_all(browser: Any, origin: str) -> dict[str, Any]:
    """Open every page in both colors; count what axe finds and what is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        npm = ["npm", "install", "--silent", "--prefix", folder, AXE]
        subprocess.run(npm, check=True, capture_output=True)
        axe = Path(folder, "node_modules/axe-core/axe.min.js").read_text("utf-8")
    findings: Counter[str] = Counter()
    passed = 0
    named: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    problems = []
    names = [*pages(), "search", "genindex"]
    for name in names:
        for scheme in ("light", "dark"):
            address = f"{origin}/{name}.html"
            with Visit(browser, address, color_scheme=scheme) as visit:
                visit.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
                visit.page.wait_for_load_state("networkidle")
                visit.page.evaluate(axe)
                result = visit.page.evaluate("() => axe.run()")
                asked.update(
                    url.removeprefix(origin).partition("?")[0]
                    for url in visit.requests
                    if not url.startswith("data:")
                )
                problems += visit.problems
            passed += len(result["passes"])
            for finding in result["violations"]:
                findings[finding["impact"]] += len(finding["nodes"])
                named[f"{finding['id']} ({finding['impact']})"] += len(finding["nodes"])
    away = sorted(url for url in asked if not url.startswith("/"))
    return {
        "pages": len(names),
        "audits": 2 * len(names),
        "rules_passed": passed,
        "findings": {
            level: findings[level]
            for level in ("critical", "serious", "moderate", "minor")
        },
        "findings_by_rule": dict(sorted(named.items())),
        "console_errors": problems,
        "requests": sum(asked.values()),
        "requests_to_other_hosts": away,
        "files_asked_for": sorted(asked),
    }


def take_pictures(browser: Any, origin: str, folder: Path) -> None:
    """Leave a picture of five pages in every look."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHOWN:
        for look, context in LOOKS.items():
            with Visit(browser, f"{origin}/book/{name}.html", **context) as visit:
                visit.page.screenshot(path=folder / f"{name}-{look}.png")


if __name__ == "__main__":
    sys.exit(main())
