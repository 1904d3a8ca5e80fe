"""What a real browser makes of a hostile submission: Debian's chromium, as it comes."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlsplit

import attacks
import corpus
import pytest
from nbgrader.api import Gradebook

from labkit.grading.course import feedback, init
from labkit.grading.engine import grade

LAB = "lab1_mlp"
CHROMIUM = shutil.which("chromium")
ODD = "o'neill & {{REACHED()}} ${REACHED()}"
"""Another student's id; one with markup in it is refused."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed"),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A graded class of two: what the attack `browser` hands in, twice."""
    os.environ["LABKIT_DATASET"] = "digits"
    made = init(tmp_path_factory.mktemp("browser") / "class", [LAB], corpus.ROOT)
    case = next(case for case in attacks.load(LAB) if case.name == "browser")
    attacks.hand_in(made, LAB, case)
    shutil.copytree(made / "submitted/browser", made / "submitted" / ODD)
    results = grade(LAB, made, thresholds=False)
    assert not any(result.error for result in results)
    feedback(made, LAB)
    del os.environ["LABKIT_DATASET"]
    return made


class Visit:
    """A page that is open, and what happened on it."""

    def __init__(self, browser):
        self.page = browser.new_page(viewport={"width": 1200, "height": 1000})
        self.page.add_init_script("window.REACHED = () => console.log('REACHED ran')")
        self.asked, self.said = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append("a dialog"))
        self.page.on("popup", lambda popup: self.said.append("a window"))

    def go(self, url):
        self.page.goto(url, wait_until="networkidle")
        with contextlib.suppress(Exception):
            for link in self.page.locator("text=/^(a|b|here)$/").all()[:20]:
                link.click(timeout=300, no_wait_after=True)
        assert self.page.url.partition("?")[0] == url, "the page led somewhere else"

    def elsewhere(self):
        """Requests to other hosts than this one."""
        own = ("127.0.0.1", "localhost", "", None)
        return [url for url in self.asked if urlsplit(url).hostname not in own]


@pytest.fixture(scope="module")
def browser():
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield started
        started.close()


def look(visit, name):
    """Keep a picture where somebody wants to look at it."""
    if folder := os.environ.get("LABKIT_SCREENSHOTS"):
        visit.page.screenshot(
            path=f"{folder}/{name}.png",
            clip={"x": 0, "y": 0, "width": 1200, "height": 9000},
            full_page=True,
        )


@pytest.mark.parametrize("student", ["browser", ODD])
def test_feedback_runs_nothing_and_loads_nothing(course, browser, student):
    visit = Visit(browser)
    page = course / "feedback" / student / LAB / f"{LAB}.html"
    visit.go(page.as_uri())
    assert visit.asked[0] == page.as_uri()
    assert not [url for url in visit.asked[1:] if not url.startswith("data:")]
    assert not visit.said
    assert visit.page.locator("script").count() == 0
    assert visit.page.locator("math mfrac").count() > 3  # formulas are drawn
    assert visit.page.locator("iframe, object, embed, form, base, link").count() == 0
    look(visit, f"feedback-{len(student)}")


@pytest.fixture(scope="module")
def formgrader(course):
    """Formgrader's address, in a Jupyter server of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    extensions = "{'nbgrader.server_extensions.formgrader': True}"
    server = subprocess.Popen(
        [
            *(
                sys.executable,
                "-m",
                "jupyter",
                "server",
                "--allow-root",
                "--no-browser",
            ),
            *(
                f"--port={port}",
                "--IdentityProvider.token=",
                f"--ServerApp.root_dir={course}",
            ),
            f"--ServerApp.jpserver_extensions={extensions}",
        ],
        cwd=course,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/api", timeout=2).close()
            break
        time.sleep(0.3)
    yield address
    server.terminate()
    server.wait(20)


@pytest.mark.parametrize("student", ["browser", ODD])
def test_formgrader_runs_nothing_of_a_students(course, browser, formgrader, student):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        submission = gradebook.find_submission_notebook(LAB, LAB, student).id
    visit = Visit(browser)
    visit.go(f"{formgrader}/formgrader/submissions/{submission}/")
    assert not visit.elsewhere()
    assert not visit.said
    assert visit.page.locator("math mfrac").count() > 3
    # It still works: points by hand are kept.
    points = visit.page.locator("#report-split")
    points.fill("2")
    points.blur()
    visit.page.wait_for_load_state("networkidle")
    visit.page.wait_for_timeout(500)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        given = gradebook.find_grade("report-split", LAB, LAB, student)
        assert given.manual_score == 2
    look(visit, f"formgrader-{len(student)}")


def test_formgraders_lists_run_nothing_of_a_students(browser, formgrader):
    for path in (
        *("manage_assignments", "gradebook", "manage_students"),
        *(f"gradebook/{LAB}", f"gradebook/{LAB}/{LAB}", f"manage_submissions/{LAB}"),
    ):
        visit = Visit(browser)
        visit.go(f"{formgrader}/formgrader/{path}")
        look(visit, f"list-{path.replace('/', '-')}")
        assert not visit.elsewhere()
        assert not [line for line in visit.said if "REACHED" in line], path
