"""Every simulated student of the corpus earns exactly what they should."""

import os
from importlib import import_module
from pathlib import Path

import corpus
import nbformat
import pytest
from corpus import Case, packed

from labkit.check.misconceptions import HINTS, common
from labkit.grading.course import init
from labkit.grading.engine import Result, grade

DATASETS = {
    "lab1_mlp": "digits",
    "lab2_resnet": "shapes10",
    "lab3_transfer": "shapes10",
    "lab4_diagnosis": "shapes10",
}
LABS = sorted(DATASETS)
SEEDS = {"lab1_mlp": 10, "lab2_resnet": 1, "lab3_transfer": 1, "lab4_diagnosis": 3}
"""How many seeds a correct variant passes in the default run: Lab 2's take longer."""

GRADED = {
    "lab1_mlp": (12, 24),
    "lab2_resnet": (2, 3),
    "lab3_transfer": (1, 2),
    "lab4_diagnosis": (2, 4),
}
"""How many submissions, of right and of wrong cells, are graded in the default run."""

CORRECT = [(lab, case) for lab in LABS for case in corpus.load(lab, "correct")]
MUTANTS = [(lab, case) for lab in LABS for case in corpus.load(lab, "mutants")]


@pytest.fixture(autouse=True)
def _offline_data(request: pytest.FixtureRequest) -> None:
    if "lab" in request.fixturenames:
        lab = request.getfixturevalue("lab")
        request.getfixturevalue("monkeypatch").setenv("LABKIT_DATASET", DATASETS[lab])


def _each(cases: list[tuple[str, Case]]) -> pytest.MarkDecorator:
    ids = [f"{lab}-{case.name}" for lab, case in cases]
    return pytest.mark.parametrize(("lab", "case"), cases, ids=ids)


_every_lab = pytest.mark.parametrize("lab", LABS)


@_each(CORRECT)
def test_a_correct_variant_passes_every_check(lab: str, case: Case) -> None:
    assert corpus.run(lab, case, own=lab != "lab1_mlp") == {}
    for seed in range(1, SEEDS[lab]):
        assert corpus.run(lab, case, seed=seed, own=True) == {}, seed


@pytest.mark.slow
@_each(CORRECT)
def test_a_correct_variant_passes_at_200_seeds(lab: str, case: Case) -> None:
    for seed in range(200):
        assert corpus.run(lab, case, seed=seed, own=True) == {}, seed


@_each(MUTANTS)
def test_a_wrong_answer_fails_its_own_checks_and_gets_its_hint(
    lab: str, case: Case
) -> None:
    _assert_verdict(case, corpus.run(lab, case, own=lab != "lab1_mlp"))


@pytest.mark.slow
@_each(MUTANTS)
def test_a_wrong_answer_fails_at_50_seeds(lab: str, case: Case) -> None:
    for seed in range(50):
        _assert_verdict(case, corpus.run(lab, case, seed=seed, own=True))


def _assert_verdict(case: Case, failed: dict[str, str]) -> None:
    text = "\n".join(f"{test}: {error}" for test, error in failed.items())
    assert failed.keys() == case.loses, text
    assert corpus.hints(text) == case.hints, text


@_every_lab
def test_no_lab_changes_the_hints_of_another(lab: str) -> None:
    of_lab = import_module(f"labkit.check.misconceptions.{lab.partition('_')[0]}")
    assert of_lab.HINTS.items() <= HINTS.items()


def test_every_slip_that_any_question_may_meet_is_in_the_corpus() -> None:
    assert common.HINTS.keys() - {h for _, case in MUTANTS for h in case.hints} == set()


@_every_lab
def test_every_hint_of_a_lab_has_a_wrong_answer_that_gets_it(lab: str) -> None:
    of_lab = import_module(f"labkit.check.misconceptions.{lab.partition('_')[0]}")
    assert of_lab.HINTS.keys() - {h for _, case in MUTANTS for h in case.hints} == set()


@_every_lab
def test_every_test_cell_has_a_wrong_answer_that_only_it_catches(lab: str) -> None:
    mutants = corpus.load(lab, "mutants")
    caught = {test for case in mutants if len(case.loses) == 1 for test in case.loses}
    assert caught == corpus.tests(lab).keys()


@_every_lab
def test_no_case_repeats_the_reference_solution(lab: str) -> None:
    answers = corpus.answers(lab)
    for case in corpus.load(lab, "correct") + corpus.load(lab, "mutants"):
        assert case.cells.keys() <= answers.keys(), case.name
        for name, cell in case.cells.items():
            assert cell.split() != answers[name].split(), case.name


@_every_lab
def test_students_are_graded_as_the_corpus_says(lab: str, tmp_path: Path) -> None:
    """Wrong cells of different questions share a notebook: none costs another."""
    groups = []
    for kind, most in zip(("correct", "mutants"), GRADED[lab], strict=True):
        groups += packed(corpus.load(lab, kind))[:most]
    _assert_grades(lab, groups, tmp_path / "class")


@pytest.mark.slow
@_every_lab
def test_all_students_are_graded_as_the_corpus_says(lab: str, tmp_path: Path) -> None:
    groups = packed(corpus.load(lab, "correct")) + packed(corpus.load(lab, "mutants"))
    _assert_grades(lab, groups, tmp_path / "class")


@pytest.mark.slow
@_every_lab
def test_each_student_alone_is_graded_as_the_corpus_says(
    lab: str, tmp_path: Path
) -> None:
    cases = corpus.load(lab, "correct") + corpus.load(lab, "mutants")
    _assert_grades(lab, [[case] for case in cases], tmp_path / "class")


def _assert_grades(lab: str, groups: list[list[Case]], directory: Path) -> None:
    course = init(directory, [lab], corpus.ROOT)
    students = {f"student-{i:03}": group for i, group in enumerate(groups)}
    for student, group in students.items():
        folder = course / "submitted" / student / lab
        folder.mkdir(parents=True)
        nbformat.write(corpus.submission(lab, *group), folder / f"{lab}.ipynb")
    results = grade(lab, course, jobs=os.cpu_count(), thresholds=False)
    assert [result.student for result in results] == sorted(students)
    wrong = [
        f"{' + '.join(case.name for case in students[result.student])}: {difference}"
        for result in results
        if (difference := _difference(lab, students[result.student], result))
    ]
    assert not wrong, "\n".join(wrong)


def _difference(lab: str, group: list[Case], result: Result) -> str:
    """What of a grade is not what the cases say; empty when all is."""
    if result.error:
        return result.error
    scores = {}
    shown = set()
    for question in result.questions.values():
        scores |= question.tests
        shown |= set(question.hints)
    lost = {test for test, points in corpus.tests(lab).items() if scores[test] < points}
    partial = {test for test in lost if scores[test] > 0}
    problems = {
        "lost": lost ^ frozenset().union(*(case.loses for case in group)),
        "partial": partial,
        "hints": shown ^ frozenset().union(*(case.hints for case in group)),
    }
    return "; ".join(
        f"{key}: {sorted(value)}" for key, value in problems.items() if value
    )
