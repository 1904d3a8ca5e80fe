"""A student in JupyterLab and an instructor in formgrader, in a real browser.

    python -m pytest -m slow tests/test_classroom.py

It needs the package playwright and Debian's chromium (or ``CHROMIUM``), and leaves
pictures in ``LABKIT_SCREENSHOTS``, if that is set.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest

pytest.importorskip("nbgrader")
pytest.importorskip("playwright")

import corpus
from playwright.sync_api import sync_playwright

from labkit.grading import course as classes
from labkit.grading import results
from labkit.release import kit_root

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
LAB = "lab1_mlp"
REPORT = "report-learning-rate"
MINUTES = 2 * 60_000
"""Milliseconds to wait for something on a page; machines that test are often busy."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium"),
]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def page(browser):
    """A page of a browser that nobody used before."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    context.set_default_timeout(MINUTES)
    yield context.new_page()
    context.close()


@pytest.fixture
def course(tmp_path):
    """A class whose exchange is a folder of its own."""
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    made = classes.init(tmp_path / "spring", [LAB], kit_root())
    with (made / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Exchange.root = {str(exchange)!r}\nc.Run.thresholds = False\n")
    return made


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if isinstance(text, str) else json.dumps(text))


@contextlib.contextmanager
def lab_server(folder, theme="JupyterLab Light"):
    """Run JupyterLab in a folder; its address."""
    settings = folder / ".settings/@jupyterlab"
    name = "notification.jupyterlab-settings"
    write(settings / "apputils-extension" / name, {"fetchNews": "false"})
    write(settings / "apputils-extension/themes.jupyterlab-settings", {"theme": theme})
    # All cells are on the page, not only those in sight.
    name = "tracker.jupyterlab-settings"
    write(settings / "notebook-extension" / name, {"windowingMode": "none"})
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ServerApp.token=", "--ServerApp.password="]
    server = subprocess.Popen(
        [*command, f"--ServerApp.root_dir={folder}"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={
            **os.environ,
            "PATH": os.pathsep.join(
                (str(Path(sys.executable).parent), os.environ["PATH"])
            ),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"),
            "JUPYTER_DATA_DIR": str(folder / ".data"),
        },
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while True:
            with contextlib.suppress(OSError):
                urlopen(f"{address}/api", timeout=10).close()
                break
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def picture(page, name):
    if folder := os.environ.get("LABKIT_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png")


def nbgrader(course, *command):
    subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=course,
        check=True,
        capture_output=True,
    )


def open_notebook(page, address):
    """Show the lab's notebook; wait for its kernel, before which no cell runs."""
    page.goto(f"{address}/lab/tree/{LAB}/{LAB}.ipynb")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.locator("#jp-main-statusbar").get_by_text("| Idle").wait_for()


def run(page, text, source=None):
    """Run the cell that holds a text, with another source if one is given; the cell."""
    cell = page.locator(".jp-CodeCell", has_text=text).first
    place = cell.evaluate("cell => [...cell.parentNode.children].indexOf(cell)")
    cell = page.locator(".jp-WindowedPanel-viewport > *").nth(place)
    prompt = cell.locator(".jp-InputPrompt")
    before = prompt.inner_text()
    cell.locator(".cm-content").click()
    if source:
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")
    # Whoever types on before it ran may type into the cell that the page goes to.
    deadline = time.monotonic() + MINUTES / 1000
    while prompt.inner_text() == before or "*" in prompt.inner_text():
        assert time.monotonic() < deadline, f"{text} did not run"
        page.wait_for_timeout(100)
    return cell


def test_a_student_fetches_fails_mends_validates_and_submits(course, page, tmp_path):
    nbgrader(course, "release_assignment", LAB)
    home = tmp_path / "student"
    home.mkdir()
    exchange = tmp_path / "exchange"
    (home / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
    )
    mutants = {case.name: case.cells for case in corpus.load(LAB, "mutants")}
    wrong = mutants["linear-mean-over-batch"]["linear"]
    right = corpus.answers(LAB)["linear"]
    with lab_server(home) as address:
        page.goto(f"{address}/lab?reset")
        page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
        page.locator(".lm-Menu-itemLabel", has_text="Assignment List").click()
        listing = page.locator("#nbgrader-assignment-list")
        listing.get_by_role("button", name="Fetch", exact=True).click()
        listing.get_by_role("button", name="Submit", exact=True).wait_for()
        picture(page, "student-1-fetched")

        open_notebook(page, address)
        run(page, "import labkit")
        run(page, "class Linear(Module)", wrong)
        test = run(page, "check.linear_backward")
        test.get_by_text("divided by the batch size").wait_for()
        picture(page, "student-2-hint")

        run(page, "class Linear(Module)", right)
        test = run(page, "check.linear_backward")
        test.get_by_text("Linear.backward: passed.").wait_for()
        picture(page, "student-3-passed")

        page.keyboard.press("Control+s")
        page.locator(".jp-NotebookPanel-toolbar").get_by_text("Validate").click()
        dialog = page.locator(".jp-Dialog")
        dialog.get_by_text(re.compile("fail", re.I)).first.wait_for()
        said = dialog.inner_text()
        picture(page, "student-4-validate")
        assert "check.relu" in said  # not written yet
        assert "check.linear_backward" not in said
        dialog.locator("button").last.click()

        page.goto(f"{address}/lab?reset")
        page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
        page.locator(".lm-Menu-itemLabel", has_text="Assignment List").click()
        listing.get_by_role("button", name="Submit", exact=True).click()
        listing.locator(
            "#submitted_assignments_list .row, #submitted_assignments_list a"
        )
        deadline = time.monotonic() + 120
        while not list(exchange.glob("spring/inbound/*/lab1_mlp.ipynb")):
            assert time.monotonic() < deadline
            page.wait_for_timeout(500)
        picture(page, "student-5-submitted")

    (sent,) = exchange.glob("spring/inbound/*/lab1_mlp.ipynb")
    cells = {c.id: c.source for c in nbformat.read(sent, 4).cells}
    assert cells["linear"].strip() == right.strip()


def test_checks_are_readable_in_the_dark(course, page, tmp_path):
    home = tmp_path / "student"
    shutil.copytree(course / "release" / LAB, home / LAB)
    mutants = {case.name: case.cells for case in corpus.load(LAB, "mutants")}
    with lab_server(home, "JupyterLab Dark") as address:
        open_notebook(page, address)
        assert page.evaluate("document.body.dataset.jpThemeLight") == "false"
        run(page, "import labkit")
        wrong = mutants["linear-mean-over-batch"]["linear"]
        run(page, "class Linear(Module)", wrong)
        run(page, "check.linear_forward").get_by_text("passed.").wait_for()
        test = run(page, "check.linear_backward")
        box = test.get_by_text("divided by the batch size")
        box.wait_for()
        picture(page, "student-6-dark")
        # Contrast of the hint with what is really behind it, as WCAG counts it.
        assert box.evaluate(_CONTRAST) > 4.5


_CONTRAST = """element => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const light = c => c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const layers = [];
  for (let e = element; e; e = e.parentElement)
    layers.push(parse(getComputedStyle(e).backgroundColor));
  let ground = [255, 255, 255];
  for (const c of layers.reverse()) {
    const a = c.length > 3 ? c[3] : 1;
    ground = ground.map((v, i) => a * c[i] + (1 - a) * v);
  }
  const [x, y] = [light(parse(getComputedStyle(element).color)), light(ground)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}"""


def hand_in(course, student, notebook):
    path = course / "submitted" / student / LAB / f"{LAB}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def press(page, row, kind, said):
    """Click on a symbol in a table of formgrader's, and wait until it says so."""
    page.locator("tr", has_text=row).locator(f".{kind} a").click()
    page.get_by_text(re.compile(said)).first.wait_for()


def by_hand(course, student):
    """Points and comment that a person gave for a report, and whether some are due."""
    with results.gradebook(course) as book:
        grade = book.find_grade(REPORT, LAB, LAB, student)
        comment = book.find_comment(REPORT, LAB, LAB, student)
        given = grade.manual_score, comment.manual_comment
        return (*given, grade.needs_manual_grade)


def test_an_instructor_generates_grades_and_gives_back(course, page, tmp_path):
    shutil.rmtree(course / "release")
    solved = corpus.submission(LAB)
    report = next(c for c in solved.cells if c.id == REPORT)
    report.source = "A rate of **0.1** is best; *1.0* diverges."
    hand_in(course, "ada", solved)
    wrong = next(
        case
        for case in corpus.load(LAB, "mutants")
        if case.name == "linear-mean-over-batch"
    )
    # Grading in formgrader is isolated too: what this writes stays in the sandbox.
    escaped = tmp_path / "escaped"
    spy = nbformat.v4.new_code_cell(f"open({str(escaped)!r}, 'w').close()", id="spy")
    half = corpus.submission(LAB, wrong)
    half.cells.insert(2, spy)
    hand_in(course, "bob", half)

    with lab_server(course) as address:
        page.goto(f"{address}/lab?reset")
        page.locator(".lm-MenuBar-itemLabel", has_text="Nbgrader").click()
        page.get_by_text("Formgrader", exact=True).click()
        frame = page.frame_locator("iframe[src*=formgrader]")
        frame.locator("tr", has_text=LAB).wait_for()
        picture(page, "instructor-1-formgrader")

        page.goto(f"{address}/formgrader/manage_assignments")
        press(page, LAB, "assign", "Successfully created the student version")
        assert (course / "release" / LAB / f"{LAB}.ipynb").exists()

        for student in ("ada", "bob"):
            page.goto(f"{address}/formgrader/manage_submissions/{LAB}")
            press(page, student, "autograde", "Successfully autograded")
        page.goto(f"{address}/formgrader/manage_submissions/{LAB}")
        page.locator("tr", has_text="ada").get_by_text(
            "needs manual grading"
        ).wait_for()
        picture(page, "instructor-2-autograded")
        assert not escaped.exists()
        assert by_hand(course, "ada") == (None, None, True)

        with results.gradebook(course) as book:
            found = book.find_submission_notebook(LAB, LAB, "ada").id
            most = book.find_grade(REPORT, LAB, LAB, "ada").max_score
        page.goto(f"{address}/formgrader/submissions/{found}/?index=0")
        page.wait_for_load_state("networkidle")  # it scrolls to the top when loaded
        score = page.locator(f"#{REPORT}")
        score.scroll_into_view_if_needed()
        page.get_by_text("is best").wait_for()
        picture(page, "instructor-3-report")
        with page.expect_response(re.compile("api/grade/")):
            score.fill(f"{most:g}")
            score.blur()
        comment = page.locator(f"#{REPORT}-comment")
        with page.expect_response(re.compile("api/comment/")):
            comment.fill("Well seen.")
            comment.blur()
        picture(page, "instructor-4-graded")
        assert by_hand(course, "ada") == (most, "Well seen.", False)
        before = {s.student: s.score for s in results.load(course, LAB)}

        page.goto(f"{address}/formgrader/gradebook/{LAB}/{LAB}/?view=name")
        page.locator("tr", has_text=re.compile("Submission|ada")).first.wait_for()
        picture(page, "instructor-5-gradebook")

        # Grading again keeps what a person gave.
        page.goto(f"{address}/formgrader/manage_submissions/{LAB}")
        press(page, "ada", "autograde", "Successfully autograded")
        assert by_hand(course, "ada")[:2] == (most, "Well seen.")
        assert {s.student: s.score for s in results.load(course, LAB)} == before

        for kind, said in (
            ("generate-feedback", "Successfully generated feedback"),
            ("release-feedback", "Successfully released feedback"),
        ):
            page.goto(f"{address}/formgrader/manage_submissions/{LAB}")
            press(page, "ada", kind, said)
    (released,) = (tmp_path / "exchange/spring/feedback").glob("*.html")
    feedback = course / f"feedback/ada/{LAB}/{LAB}.html"
    assert released.read_bytes() == feedback.read_bytes()
    page.goto(feedback.as_uri())
    assert "Well seen." in page.content()
    picture(page, "instructor-6-feedback")
