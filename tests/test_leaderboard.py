"""A competition in a class: hidden labels stay hidden, and files are scored as said."""

import csv
import io
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from corpus import submission

from labkit import data
from labkit.check import CheckFailed, lab3
from labkit.check.predictions import PredictionsError, read_predictions, score
from labkit.cli import main
from labkit.grading import leaderboard
from labkit.grading.course import CourseError, init

ROOT = Path(__file__).parents[1]
LAB = "lab3_transfer"


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A class with hidden images and no submission."""
    course = init(tmp_path_factory.mktemp("leaderboard") / "class", [LAB], ROOT)
    leaderboard.draw(course, LAB, count=40, seed=3)
    return course


@pytest.fixture
def course(empty):
    yield empty
    for student in (empty / "submitted").iterdir():
        for place in (student / LAB).iterdir():
            place.unlink()
        (student / LAB).rmdir()
        student.rmdir()


def labels(course):
    text = (course / "source" / LAB / "hidden" / "labels.csv").read_text()
    return list(csv.DictReader(io.StringIO(text)))


def written(course, wrong_public=0, wrong_private=0):
    """A file of predictions with so many mistakes in each half."""
    left = {"public": wrong_public, "private": wrong_private}
    lines = ["id,label"]
    for row in labels(course):
        mistake = left[row["half"]] > 0
        left[row["half"]] -= mistake
        lines.append(f"{row['id']},{(int(row['label']) + mistake) % 5}")
    return "\n".join(lines) + "\n"


def hand_in(course, student, text=None):
    folder = course / "submitted" / student / LAB
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_text("{}")
    if text is not None:
        (folder / leaderboard.FILE).write_bytes(
            text if isinstance(text, bytes) else text.encode()
        )


def test_the_released_images_come_without_labels(course):
    release = course / "release" / LAB
    assert sorted(path.name for path in release.iterdir()) == [
        "hidden_images.npz",
        f"{LAB}.ipynb",
        "thresholds.toml",
    ]
    with np.load(release / "hidden_images.npz") as file:
        assert sorted(file) == ["classes", "images"]
    hidden = data.unlabeled(release / "hidden_images.npz")
    assert hidden.images.shape == (40, 32, 32, 3)
    assert not hidden.targets.any()


def test_labels_stay_when_a_lab_is_released_again(course):
    from nbgrader.converters import GenerateAssignment

    from labkit.grading.course import convert, settings

    config = settings(course)
    config.GenerateAssignment.force = True
    convert(GenerateAssignment, config, LAB)
    names = [path.name for path in (course / "release" / LAB).rglob("*")]
    assert "labels.csv" not in names
    assert "hidden_images.npz" in names


def test_halves_are_equal_and_labels_those_of_the_task(course):
    rows = labels(course)
    assert [row["half"] for row in rows].count("public") == 20
    assert {row["label"] for row in rows} == set("01234")
    assert [row["id"] for row in rows] == [str(n) for n in range(40)]


def test_images_are_drawn_once_and_differ_from_class_to_class(course, tmp_path):
    with pytest.raises(CourseError, match="has hidden images already"):
        leaderboard.draw(course, LAB)
    found = []
    for name in "ab":
        other = shutil.copytree(course, tmp_path / name)
        shutil.rmtree(other / "source" / LAB / "hidden")
        found.append(data.unlabeled(leaderboard.draw(other, LAB, count=10)).images)
    assert not np.array_equal(*found)


def test_a_class_without_labels_says_how_to_draw_them(course, tmp_path):
    other = shutil.copytree(course, tmp_path / "class")
    shutil.rmtree(other / "source" / LAB / "hidden")
    with pytest.raises(CourseError, match="--draw"):
        leaderboard.standings(other, LAB)


def test_ranks_are_by_the_public_half_until_the_end(course):
    hand_in(course, "ada", written(course, 2, 0))
    hand_in(course, "ben", written(course, 0, 10))
    hand_in(course, "cleo", written(course, 2, 4))
    now = leaderboard.standings(course, LAB)
    assert [(e.rank, e.student, e.public) for e in now.entries] == [
        (1, "ben", 1.0),
        (2, "ada", 0.9),
        (2, "cleo", 0.9),
    ]
    final = leaderboard.standings(course, LAB, final=True)
    assert [(e.rank, e.student, e.private) for e in final.entries] == [
        (1, "ada", 1.0),
        (2, "cleo", 0.8),
        (3, "ben", 0.5),
    ]


def test_equal_scores_share_a_rank_and_the_next_one_counts_them(course):
    for student, wrong in (("ada", 1), ("ben", 1), ("cleo", 3), ("dan", 1)):
        hand_in(course, student, written(course, wrong))
    ranks = [e.rank for e in leaderboard.standings(course, LAB).entries]
    assert ranks == [1, 1, 1, 4]


def _without(course, number):
    lines = written(course).splitlines()
    return "\n".join(lines[: number + 1] + lines[number + 2 :])


BAD = {
    "empty": (lambda c: "", "line 1 is 'nothing'"),
    "header": (lambda c: written(c).replace("id,label", "Id,Label"), "line 1 is"),
    "half": (lambda c: "\n".join(written(c).splitlines()[:21]), "20 of 40 ids are"),
    "missing": (lambda c: _without(c, 7), "1 of 40 ids are missing, such as 7"),
    "twice": (lambda c: written(c) + "7,0\n", "line 42 has the id 7 a second time"),
    "beyond": (lambda c: written(c) + "40,0\n", "ids go from 0 to 39"),
    "float": (lambda c: written(c).replace("\n3,", "\n3.0,"), "line 5 is '3.0,"),
    "word": (lambda c: written(c) + "x,star\n", "expected two whole numbers"),
    "column": (lambda c: written(c) + "7,0,1\n", "expected two whole numbers"),
    "negative": (lambda c: written(c) + "-1,0\n", "expected two whole numbers"),
    "huge": (lambda c: written(c) + "7," + "9" * 5000 + "\n", "a number that is too"),
    "binary": (lambda c: b"\xff\xfe\x00", "no text in UTF-8"),
    "large": (lambda c: "id,label\n" + "0,0\n" * 600_000, "no file of at most"),
    "other-digits": (lambda c: written(c) + "\u0667,0\n", "expected two whole numbers"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_file_that_cannot_be_scored_is_named_with_the_reason(course, kind):
    make, reason = BAD[kind]
    hand_in(course, "ada", make(course))
    hand_in(course, "ben", written(course))
    found = leaderboard.standings(course, LAB)
    assert reason in found.problems["ada"]
    assert [e.student for e in found.entries] == ["ben"]


def test_order_blank_lines_and_a_mark_of_windows_do_not_matter(course):
    head, *lines = written(course).splitlines()
    text = "\ufeff" + "\r\n\r\n".join([head, *reversed(lines)]) + "\r\n"
    hand_in(course, "ada", text)
    assert leaderboard.standings(course, LAB).entries[0].public == 1.0


def test_a_link_to_the_labels_is_not_followed(course):
    hand_in(course, "eve")
    target = course / "source" / LAB / "hidden" / "labels.csv"
    os.symlink(target, course / "submitted" / "eve" / LAB / leaderboard.FILE)
    found = leaderboard.standings(course, LAB)
    assert "links are not followed" in found.problems["eve"]


def test_the_command_prints_a_table_and_writes_page_and_csv(course, capsys, tmp_path):
    hand_in(course, "ada", written(course, 1, 7))
    hand_in(course, "ben", "id,label\n")
    hand_in(course, "cleo")
    out = tmp_path / "board.csv"
    command = ["leaderboard", LAB, "--course", str(course), "--csv"]
    assert main([*command, "-"]) == 1  # one could not be scored
    assert capsys.readouterr().out == "rank,student,public\n1,ada,0.9500\n"
    assert main([*command, str(out)]) == 1
    told = capsys.readouterr().out
    assert "1  ada      95.00%" in told
    assert "ben: 40 of 40 ids are missing" in told
    assert "no predictions.csv: cleo" in told
    assert out.read_text() == "rank,student,public\n1,ada,0.9500\n"
    page = (course / "reports" / f"{LAB}-leaderboard.html").read_text()
    assert "95.00%" in page
    assert "65.00%" not in page + told  # the private half, which is not shown yet
    assert main(["leaderboard", LAB, "--course", str(course), "--final"]) == 1
    page = (course / "reports" / f"{LAB}-leaderboard.html").read_text()
    assert "65.00%" in page + capsys.readouterr().out


def test_a_page_without_names_has_none(course):
    hand_in(course, "ada<b>", written(course))
    hand_in(course, "ben", "")
    found = leaderboard.standings(course, LAB)
    shown = leaderboard.write(course, LAB, found).read_text()
    assert "ada&lt;b&gt;" in shown
    assert "<b>" not in shown
    bare = leaderboard.write(course, LAB, found, names=False).read_text()
    assert "ada" not in bare
    assert "ben" not in bare


def test_predictions_earn_points_by_the_private_half(course, monkeypatch, capsys):
    """Labels lie where the tests run, predictions beside the notebook."""
    monkeypatch.chdir(course / "source" / LAB)
    Path("predictions.csv").write_text(written(course, 20, 3))  # 85% in private
    try:
        assert lab3.improve(submission, "predictions.csv") == 6.0
        Path("predictions.csv").write_text(written(course, 0, 15))
        with pytest.raises(lab3.CheckFailed, match=r"25.00% of the private half"):
            lab3.improve(submission, "predictions.csv")
        Path("predictions.csv").write_text("id,label\n")
        with pytest.raises(lab3.CheckFailed, match="40 of 40 ids are missing"):
            lab3.improve(submission, "predictions.csv")
    finally:
        Path("predictions.csv").unlink()
    with pytest.raises(lab3.CheckFailed, match="there is no file"):
        lab3.improve(submission, "predictions.csv")


def test_without_labels_predictions_are_shown_and_not_scored(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("predictions.csv").write_text("id,label\n0,1\n")
    assert lab3.improve(submission, "predictions.csv") is None
    Path("predictions.csv").unlink()
    assert lab3.improve(submission, "predictions.csv") is None
    Path(lab3.HIDDEN).touch()
    with pytest.raises(CheckFailed, match="there is no file"):
        lab3.improve(submission, "predictions.csv")


def test_a_lab_without_a_competition_gets_no_images(tmp_path):
    course = init(tmp_path / "class", ["lab1_mlp"], ROOT)
    with pytest.raises(CourseError, match="it has no competition"):
        leaderboard.draw(course, "lab1_mlp", count=10)
    assert not (course / "release/lab1_mlp/hidden_images.npz").exists()


def test_a_score_is_the_share_of_right_answers_in_each_half():
    hidden = "id,label,half\n0,1,public\n1,2,private\n2,0,public\n3,4,private\n"
    assert score("id,label\n0,1\n1,2\n2,2\n3,4\n", hidden) == (0.5, 1.0)
    with pytest.raises(PredictionsError):
        read_predictions("id,label\n0,1\n", 2)
