"""The built book in a real browser, as a reader meets it. Slow: pytest -m slow.

Needs Debian's chromium; the accessibility audit also needs npm, which fetches axe-core
into a temporary folder.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_book import ROOT, module, pages, run_jupyter_book

from labkit.release import leaks

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = "axe-core@4"
PHONE = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("book"),
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt install chromium"),
]
playwright = pytest.importorskip("playwright.sync_api")
pdf = module("book/pdf.py")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("book")
    built = run_jupyter_book(ROOT, out)
    assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]
    return out / "_build" / "html"


@pytest.fixture(scope="module")
def origin(site: Path) -> Iterator[str]:
    with pdf.served(site) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm, for axe-core")
    folder = tmp_path_factory.mktemp("axe")
    done = subprocess.run(
        [npm, "install", "--silent", "--prefix", folder, AXE],
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        pytest.skip(f"npm cannot fetch axe-core: {done.stderr[-200:]}")
    script = folder / "node_modules/axe-core/axe.min.js"
    return script.read_text(encoding="utf-8")


class Visit:
    """A page that is open, and what it asked for and complained of."""

    def __init__(self, browser: Any, address: str, **context: Any) -> None:
        self.context = browser.new_context(**context)
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._console)
        self.page.on(
            "response",
            lambda answer: (
                self.problems.append(f"{answer.status} {answer.url}")
                if answer.status >= 400
                else None
            ),
        )
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("() => window.MathJax?.startup?.promise.then(() => 0)")

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


EVERY_PAGE = pytest.mark.parametrize("page", [*pages(), "search", "genindex"])


@EVERY_PAGE
def test_a_page_loads_from_its_own_host_alone_and_without_errors(
    browser: Any, origin: str, page: str
) -> None:
    with Visit(browser, f"{origin}/{page}.html") as visit:
        # What only loads when looked at.
        visit.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        visit.page.wait_for_load_state("networkidle")
        assert visit.problems == []
        assert visit.requests
        away = [
            url for url in visit.requests if not url.startswith((f"{origin}/", "data:"))
        ]
        assert away == []


@EVERY_PAGE
def test_every_formula_is_set(browser: Any, origin: str, page: str) -> None:
    with Visit(browser, f"{origin}/{page}.html") as visit:
        formulas = visit.page.locator(".math").count()
        assert visit.page.locator(".math mjx-container").count() == formulas
        assert visit.page.locator("mjx-merror").count() == 0
        assert formulas or page != "book/derivations"


@EVERY_PAGE
def test_a_phone_needs_no_sideways_scrolling(
    browser: Any, origin: str, page: str
) -> None:
    with Visit(browser, f"{origin}/{page}.html", viewport=PHONE) as visit:
        wide = visit.page.evaluate("() => document.documentElement.scrollWidth")
        assert wide <= PHONE["width"]


@EVERY_PAGE
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_audit_has_no_serious_finding(
    browser: Any, origin: str, axe: str, page: str, scheme: str
) -> None:
    with Visit(browser, f"{origin}/{page}.html", color_scheme=scheme) as visit:
        visit.page.evaluate(axe)
        result = visit.page.evaluate("() => axe.run()")
    serious = [
        f"{finding['id']}: {node['target']} {node['html'][:150]}"
        for finding in result["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
    assert serious == []


def test_search_finds_backward(browser: Any, origin: str) -> None:
    with Visit(browser, f"{origin}/search.html?q=backward") as visit:
        found = visit.page.locator("#search-results li a")
        found.first.wait_for()
        assert "derivations" in " ".join(
            found.nth(n).get_attribute("href") or "" for n in range(found.count())
        )


def test_the_theme_switches_and_stays(browser: Any, origin: str) -> None:
    address = f"{origin}/book/intro.html"
    with Visit(browser, address, color_scheme="light") as visit:

        def theme() -> str:
            return visit.page.evaluate("() => document.documentElement.dataset.theme")

        def ground() -> str:
            return visit.page.evaluate(
                "() => getComputedStyle(document.body).backgroundColor"
            )

        assert theme() == "light"
        light = ground()
        button = visit.page.locator("button.theme-switch-button:visible").first
        for _ in range(3):
            button.click()
            if theme() == "dark":
                break
        assert theme() == "dark"
        assert ground() != light
        visit.page.reload()
        assert theme() == "dark"


def test_the_slider_picks_a_learning_rate(browser: Any, origin: str) -> None:
    with Visit(browser, f"{origin}/book/lab1_mlp.html") as visit:
        figure = visit.page.locator("figure.pick")
        slider, said = figure.locator("input"), figure.locator("output")
        slider.fill("0")
        first = said.inner_text()
        assert first.startswith("Learning rate 0.0001:")
        slider.press("ArrowRight")
        assert said.inner_text() != first
        assert figure.locator(".line.faint").count() == 5


def test_the_confusion_matrix_explains_a_cell(browser: Any, origin: str) -> None:
    with Visit(browser, f"{origin}/book/lab1_mlp.html") as visit:
        figure = visit.page.locator("figure.point")
        figure.locator("tbody tr").nth(4).locator("td").nth(4).hover()
        assert figure.locator("output").inner_text().startswith("4 recognized: ")


def test_figures_show_all_they_hold_without_scripts(browser: Any, origin: str) -> None:
    address = f"{origin}/book/lab1_mlp.html"
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("figure.pick .line").count() == 6
    assert page.locator("figure.pick .faint").count() == 0
    assert page.locator("figure.point td[title]").count() == 100
    context.close()


def run_build(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "book/build.py", *arguments],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_the_instructors_edition_holds_the_solutions() -> None:
    run_build("--solutions")
    site = ROOT / "_build/solutions/_build/html"
    page = site / "solutions/lab1_mlp/lab1_mlp.html"
    assert "Instructor" in page.read_text(encoding="utf-8")
    assert {leak.lab for leak in leaks(ROOT, [page])} >= {"lab1_mlp"}


def test_the_book_prints_with_contents_and_page_numbers() -> None:
    from pypdf import PdfReader

    run_build("--pdf")
    reader = PdfReader(ROOT / "_build/book.pdf")
    texts = [page.extract_text() for page in reader.pages]
    assert len(texts) > 30
    contents = "\n".join(texts[1:6])
    for heading in ("Welcome", "Problems and solutions", "References"):
        number = int(re.findall(rf"{heading}\s*(\d+)", contents)[0])
        assert heading in texts[number - 1], (heading, number)
        assert str(number) in texts[number - 1]
