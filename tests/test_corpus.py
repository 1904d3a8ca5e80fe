"""Every simulated student of the corpus earns exactly what they should."""

import os
from pathlib import Path

import corpus
import nbformat
import pytest
from corpus import Case, packed

from labkit.grading.course import init
from labkit.grading.engine import Result, grade

LAB = "lab1_mlp"
CORRECT = corpus.load(LAB, "correct")
MUTANTS = corpus.load(LAB, "mutants")


@pytest.fixture(autouse=True)
def _offline_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABKIT_DATASET", "digits")


def _name(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", CORRECT, ids=_name)
def test_a_correct_variant_passes_every_check(case: Case) -> None:
    assert corpus.run(LAB, case) == {}
    for seed in range(1, 10):
        assert corpus.run(LAB, case, seed=seed, own=True) == {}, seed


@pytest.mark.slow
@pytest.mark.parametrize("case", CORRECT, ids=_name)
def test_a_correct_variant_passes_at_200_seeds(case: Case) -> None:
    for seed in range(200):
        assert corpus.run(LAB, case, seed=seed, own=True) == {}, seed


@pytest.mark.parametrize("case", MUTANTS, ids=_name)
def test_a_wrong_answer_fails_its_own_checks_and_gets_its_hint(case: Case) -> None:
    _assert_verdict(case, corpus.run(LAB, case))


@pytest.mark.slow
@pytest.mark.parametrize("case", MUTANTS, ids=_name)
def test_a_wrong_answer_fails_at_50_seeds(case: Case) -> None:
    for seed in range(50):
        _assert_verdict(case, corpus.run(LAB, case, seed=seed, own=True))


def _assert_verdict(case: Case, failed: dict[str, str]) -> None:
    text = "\n".join(f"{test}: {error}" for test, error in failed.items())
    assert failed.keys() == case.loses, text
    assert corpus.hints(text) == case.hints, text


def test_every_test_cell_has_a_wrong_answer_that_only_it_catches() -> None:
    caught = {test for case in MUTANTS if len(case.loses) == 1 for test in case.loses}
    assert caught == corpus.tests(LAB).keys()


def test_no_case_repeats_the_reference_solution() -> None:
    answers = corpus.answers(LAB)
    for case in CORRECT + MUTANTS:
        assert case.cells.keys() <= answers.keys(), case.name
        for name, cell in case.cells.items():
            assert cell.split() != answers[name].split(), case.name


def test_students_are_graded_as_the_corpus_says(tmp_path: Path) -> None:
    """Wrong cells of different questions share a notebook: none costs another."""
    groups = packed(CORRECT) + packed(MUTANTS)
    _assert_grades(groups, tmp_path / "class")


@pytest.mark.slow
def test_each_student_alone_is_graded_as_the_corpus_says(tmp_path: Path) -> None:
    _assert_grades([[case] for case in CORRECT + MUTANTS], tmp_path / "class")


def _assert_grades(groups: list[list[Case]], directory: Path) -> None:
    course = init(directory, [LAB], corpus.ROOT)
    students = {f"student-{i:03}": group for i, group in enumerate(groups)}
    for student, group in students.items():
        folder = course / "submitted" / student / LAB
        folder.mkdir(parents=True)
        nbformat.write(corpus.submission(LAB, *group), folder / f"{LAB}.ipynb")
    results = grade(LAB, course, jobs=os.cpu_count(), thresholds=False)
    assert [result.student for result in results] == sorted(students)
    wrong = [
        f"{' + '.join(case.name for case in students[result.student])}: {difference}"
        for result in results
        if (difference := _difference(students[result.student], result))
    ]
    assert not wrong, "\n".join(wrong)


def _difference(group: list[Case], result: Result) -> str:
    """What of a grade is not what the cases say; empty when all is."""
    if result.error:
        return result.error
    scores = {}
    shown = set()
    for question in result.questions.values():
        scores |= question.tests
        shown |= set(question.hints)
    lost = {test for test, points in corpus.tests(LAB).items() if scores[test] < points}
    partial = {test for test in lost if scores[test] > 0}
    problems = {
        "lost": lost ^ frozenset().union(*(case.loses for case in group)),
        "partial": partial,
        "hints": shown ^ frozenset().union(*(case.hints for case in group)),
    }
    return "; ".join(
        f"{key}: {sorted(value)}" for key, value in problems.items() if value
    )
