"""The book: what is in it, what is not, and what a reader's browser loads."""

import fnmatch
import math
import os
import re
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

from labkit.history import Run
from labkit.release import leaks

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted(ROOT.glob("book/lab*_*.md"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def settings() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def pages() -> list[str]:
    """Pages in the contents, without their suffix."""
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    return re.findall(r"(?:root|file): *(\S+)", contents)


def prose(page: Path) -> str:
    """A page's text without code, formulas and what is computed."""
    text = re.sub(
        r"\A---\n.*?\n---\n", "", page.read_text(encoding="utf-8"), flags=re.S
    )
    text = re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.S | re.M)
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.S)
    return re.sub(r"`[^`]*`|\$[^$]*\$", "", text)


def test_every_page_in_the_contents_is_there() -> None:
    assert len(pages()) >= 5
    for page in pages():
        assert any((ROOT / (page + end)).exists() for end in (".md", ".ipynb")), page


def test_solutions_tests_and_environments_are_never_read() -> None:
    patterns = settings()["exclude_patterns"]
    for folder in (".venv", "_build", ".git", "solutions", "tests", "demo"):
        assert any(fnmatch.fnmatch(folder, pattern) for pattern in patterns), folder
        assert not any(page.startswith(f"{folder}/") for page in pages())
    assert settings()["only_build_toc_files"] is True


def test_student_notebooks_are_shown_and_not_run() -> None:
    notebooks = [page for page in pages() if page.startswith("notebooks/")]
    assert notebooks
    for page in notebooks:
        assert any(
            Path(f"{page}.ipynb").match(pattern)
            for pattern in settings()["execute"]["exclude_patterns"]
        )


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda page: page.stem)
def test_no_result_in_a_sentence_is_typed_by_hand(chapter: Path) -> None:
    typed = re.findall(r".{0,30}(?:\d\.\d|\d ?(?:%|percent)).{0,20}", prose(chapter))
    assert typed == [], "take these from book/results with an {eval} role"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda page: page.stem)
def test_the_table_of_points_names_every_question(chapter: Path) -> None:
    notebook = nbformat.read(
        ROOT / "notebooks" / chapter.stem / f"{chapter.stem}.ipynb", as_version=4
    )
    meta = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    questions = [each["grade_id"] for each in meta if each.get("solution")]
    shown = re.findall(r"\{eval\}`parts\(\"([^\"]*)\"\)`", chapter.read_text("utf-8"))
    assert shown == questions
    assert sum(each.get("points", 0) for each in meta if each.get("grade")) == 100


def test_recorded_runs_are_whole_and_say_how_to_repeat_them() -> None:
    records = sorted(ROOT.glob("book/results/lab*.json"))
    assert records
    for path in records:
        run = Run.load(path)
        lab = run.lab.split("_")[0]
        assert path.name == f"{lab}_{run.name}_{run.dataset}.json"
        assert len(run.history) == run.settings["epochs"]
        assert run.name in run.command
        assert run.dataset in run.command
        assert all(0 <= share <= 1 for share in run.history.valid_accuracy)
        if "confusion" in run.result:
            counts = run.result["confusion"]
            right = sum(row[n] for n, row in enumerate(counts))
            accuracy = right / sum(map(sum, counts))
            assert math.isclose(run.result["test_accuracy"], accuracy)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("book")
    arguments = ["build", ROOT, "--path-output", out, "-n", "-W", "--keep-going"]
    built = subprocess.run(
        [Path(sys.executable).with_name("jupyter-book"), *arguments],
        capture_output=True,
        text=True,
        # Kernels start from this environment whatever the caller's PATH is.
        env=os.environ
        | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )
    assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]
    return out / "_build" / "html"


# One group: with `pytest -n --dist loadgroup` one worker builds the book, once.
@pytest.mark.xdist_group("book")
class TestBuiltBook:
    def test_holds_the_pages_of_the_contents_and_no_other(self, site: Path) -> None:
        sources = site / "_sources"
        kept = {str(f.relative_to(sources)) for f in sources.rglob("*") if f.is_file()}
        assert {re.sub(r"\.(md|ipynb)$", "", name) for name in kept} == set(pages())
        for page in pages():
            assert (site / f"{page}.html").exists()

    def test_holds_no_solution(self, site: Path) -> None:
        assert leaks(ROOT, [site]) == []

    def test_no_figure_is_without_a_text_alternative(self, site: Path) -> None:
        chapter = (site / "book/lab1_mlp.html").read_text(encoding="utf-8")
        pictures = re.findall(r"<img [^>]*src=\"data:image/svg[^>]*>", chapter)
        assert pictures
        assert all(re.search(r'alt="[^"]{20,}"', picture) for picture in pictures)

    def test_names_no_other_host_to_load_from(self, site: Path) -> None:
        loads = re.compile(
            r"<(?:script|link|img|iframe|source|embed|object)\b[^>]*"
            r"(?:src|href|data)=[\"'](?:https?:)?//[^>]*>"
            r"|(?:url\(|@import )[\"']?(?:https?:)?//[^)]*"
        )
        for suffix in ("*.html", "*.css"):
            for file in site.rglob(suffix):
                text = file.read_text(encoding="utf-8")
                assert loads.findall(text) == [], file.relative_to(site)

    @pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
    @pytest.mark.parametrize("page", pages())
    def test_loads_and_sets_its_maths_in_a_browser(
        self, site: Path, page: str, tmp_path: Path
    ) -> None:
        log = tmp_path / "net.json"
        with served(site) as (origin, answers):
            browser = subprocess.run(
                [
                    *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu"),
                    *("--no-first-run", "--disable-background-networking"),
                    f"--user-data-dir={tmp_path / 'profile'}",
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                    *(f"--log-net-log={log}", "--enable-logging=stderr"),
                    *("--virtual-time-budget=20000", "--dump-dom"),
                    f"{origin}/{page}.html",
                ],
                capture_output=True,
                text=True,
                timeout=120,
            )
        document = browser.stdout
        formulas = re.findall(r'<(?:span|div) class="math [^"]*"', document)
        assert len(formulas) == document.count("<mjx-container")
        assert "<mjx-merror" not in document
        assert formulas or "lab1_mlp" not in page
        # The browser itself calls home; what the page asks for names it as initiator.
        asked = [
            re.findall(r'"url":"([^"]*)"', event)[0]
            for event in log.read_text(encoding="utf-8").splitlines()
            if f'"initiator":"{origin}"' in event
        ]
        assert asked
        assert [url for url in asked if not url.startswith(f"{origin}/")] == []
        assert {url: code for url, code in answers.items() if code >= 400} == {}
        assert re.findall(r"CONSOLE.*(?:Error|Uncaught).*", browser.stderr) == []


class served:
    """Serve a folder on this machine; note the status of each answer."""

    def __init__(self, folder: Path) -> None:
        self.answers: dict[str, int] = {}
        answers = self.answers

        class Handler(SimpleHTTPRequestHandler):
            def log_request(self, code: Any = "-", size: Any = "-") -> None:
                answers[self.path] = int(code)

            def log_message(self, *_: Any) -> None:
                pass

        handler = partial(Handler, directory=str(folder))
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self) -> tuple[str, dict[str, int]]:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}", self.answers

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
