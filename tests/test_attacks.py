"""A class in which most students attack, graded as every class is."""

import json
import os
import re
import socket
from html.parser import HTMLParser
from pathlib import Path

import attacks
import corpus
import nbformat
import pytest

from labkit.grading.course import feedback, init
from labkit.grading.engine import grade, table, to_json

LAB = "lab1_mlp"
CASES = {case.name: case for case in attacks.load(LAB)}
# These break what their other answers stand on, too, or are no notebook.
HARM_THEMSELVES = {"patched_checks", "patched_labkit", "taken_over", "busy"}
UNREADABLE = {"notebook_is_a_link", "terminal", "deep_notebook", "countless_cells"}

# They share a class, which takes minutes: most attackers wait for a time limit.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("attacks")]


def make_class(directory: Path) -> Path:
    """A class with two honest students, and short time limits."""
    course = init(directory, [LAB], corpus.ROOT)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Run.timeout = 5\nc.Run.test_timeout = 3\n")
    (course / "secret.txt").write_text(attacks.SECRET)
    wrong = next(c for c in corpus.load(LAB, "mutants") if c.name == "relu-no-mask")
    for student, cases in {"honest-1": [], "honest-2": [wrong]}.items():
        folder = course / "submitted" / student / LAB
        folder.mkdir(parents=True)
        nbformat.write(corpus.submission(LAB, *cases), folder / f"{LAB}.ipynb")
    return course


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class without attackers and with them: folder, results alone, results."""
    os.environ |= {"LABKIT_DATASET": "digits", "LABKIT_SECRET": attacks.SECRET}
    course = make_class(tmp_path_factory.mktemp("attacked") / "class")
    alone = grade(LAB, course, thresholds=False)
    for case in CASES.values():
        attacks.hand_in(course, LAB, case)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0labkit-test")
        listener.listen()
        results = grade(LAB, course, thresholds=False)
    feedback(course, LAB)
    del os.environ["LABKIT_DATASET"], os.environ["LABKIT_SECRET"]
    return course, alone, {result.student: result for result in results}


def test_honest_grades_are_the_same_as_without_attackers(graded):
    _, alone, results = graded
    assert [r.student for r in alone] == ["honest-1", "honest-2"]
    for result in alone:
        assert to_json([result]) == to_json([results[result.student]])


@pytest.mark.parametrize("name", CASES)
def test_an_attack_earns_and_reaches_nothing(graded, name):
    course, _, results = graded
    result, case = results[name], CASES[name]
    assert bool(result.error) == (name in UNREADABLE), result.error
    assert attacks.earned(case, result) == 0
    if name in UNREADABLE:
        return
    if name not in HARM_THEMSELVES:
        assert result.questions["relu"].score == result.questions["relu"].max_score
    assert result.max_score == 100
    notebook = json.loads((course / f"autograded/{name}/{LAB}/{LAB}.ipynb").read_text())
    if name != "browser":  # which prints it; what a browser makes of it is below
        assert "REACHED" not in attacks.outputs(notebook)


def test_no_secret_and_no_file_of_an_attacker_is_in_what_was_made(graded):
    course = graded[0]
    for folder in ("autograded", "feedback"):
        for path in (course / folder).rglob("*"):
            assert not path.is_symlink(), path
            if path.is_file():
                # The last two are nbgrader's own, for its exchange.
                assert path.name in (
                    *(f"{LAB}.ipynb", f"{LAB}.html"),
                    *("timestamp.txt", "submission_secret.txt"),
                ), path
                assert attacks.SECRET not in path.read_text(), path
    assert (course / "secret.txt").read_text() == attacks.SECRET


class Tags(HTMLParser):
    """Collects attributes: tag, name, value."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [(tag, name, value or "") for name, value in attrs]


@pytest.mark.parametrize("name", ["browser", "marks_and_styles"])
def test_nothing_runs_in_the_instructors_browser(graded, name):
    page = (graded[0] / f"feedback/{name}/{LAB}/{LAB}.html").read_text()
    body = page.partition("<body>")[2]
    assert "REACHED" in body  # as text, which harms nobody
    tags = Tags()
    tags.feed(body)
    assert tags.found
    for tag, name, value in tags.found:
        # What is read, what is followed when somebody clicks, and pictures in place.
        harmless = name in ("alt", "title")
        harmless |= (tag, name) == ("a", "href") and value.startswith("http")
        harmless |= (tag, name) == ("img", "src") and value.startswith(
            "data:image/png;"
        )
        assert "REACHED" not in f"{tag} {name}", (tag, name)
        assert not name.startswith("on"), (tag, name, value)
        assert harmless or "REACHED" not in value, (tag, name, value)
    assert "REACHED" not in "".join(re.findall(r"(?s)<script.*?</script>", page))
    assert "REACHED" not in "".join(re.findall(r"(?s)<style.*?</style>", page))


TRAINING = {name for name, case in CASES.items() if "test-train" in case.loses}


def test_weights_and_answers_from_elsewhere_earn_nothing(graded, monkeypatch):
    monkeypatch.setenv("LABKIT_DATASET", "digits")
    for result in grade(LAB, graded[0], sorted(TRAINING)):
        train = result.questions["train"]
        assert train.score == 0, result.student
        assert train.max_score > 0


def test_names_give_no_orders_to_a_terminal(graded):
    error = graded[2]["terminal"].error
    assert "REACHED" in error
    assert error.isprintable()
    logs = list((graded[0] / f"logs/{LAB}").iterdir())
    assert len(logs) == len(CASES) + 2
    for log in logs:
        assert log.read_text().replace("\n", "").isprintable(), log
    assert all(line.isprintable() for line in table([*graded[2].values()]).split("\n"))


def test_no_hint_is_one_that_a_student_made_up(graded):
    hints = [q.hints for q in graded[2]["forged_hints"].questions.values()]
    assert not any(hints), hints


def test_what_is_kept_of_a_submission_is_bounded(graded):
    for path in (graded[0] / "autograded").rglob("*.ipynb"):
        assert path.stat().st_size < 25_000_000, path


OTHERS = [lab for lab in attacks.BYSTANDERS if lab != LAB]
ATTACKS = {(lab, case.name): case for lab in OTHERS for case in attacks.load(lab)}


@pytest.fixture(scope="module")
def graded_others(tmp_path_factory):
    """Classes of the labs on images in which everybody attacks: folder and results."""
    pytest.importorskip("torch")
    os.environ["LABKIT_DATASET"] = "shapes10"
    classes = {}
    for lab in OTHERS:
        course = attacks.make_class(tmp_path_factory.mktemp(lab) / "class", lab)
        for case in attacks.load(lab):
            attacks.hand_in(course, lab, case)
        results = grade(lab, course, thresholds=False)
        classes[lab] = course, {result.student: result for result in results}
    del os.environ["LABKIT_DATASET"]
    return classes


@pytest.mark.parametrize(("lab", "name"), ATTACKS)
def test_an_attack_on_another_lab_earns_and_reaches_nothing(graded_others, lab, name):
    course, results = graded_others[lab]
    result = results[name]
    assert not result.error
    assert attacks.earned(ATTACKS[lab, name], result) == 0
    honest = result.questions[attacks.BYSTANDERS[lab]]
    assert honest.score == honest.max_score
    graded = course / f"autograded/{name}/{lab}/{lab}.ipynb"
    assert "REACHED" not in attacks.outputs(json.loads(graded.read_text()))


@pytest.mark.parametrize("lab", [lab for lab in OTHERS if attacks.training(lab)])
def test_what_comes_from_elsewhere_earns_no_threshold(graded_others, lab, monkeypatch):
    monkeypatch.setenv("LABKIT_DATASET", "shapes10")
    worth = corpus.thresholds(lab)
    for result in grade(lab, graded_others[lab][0], attacks.training(lab)):
        case = ATTACKS[lab, result.student]
        earned = {k: v for q in result.questions.values() for k, v in q.tests.items()}
        for test in case.loses & worth.keys():
            assert earned[test] == 0, (result.student, test)
