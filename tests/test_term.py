"""A class through a term: due dates, exports."""

import contextlib
import copy
import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
import zipfile
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest

pytest.importorskip("nbgrader")

from nbgrader.apps import ZipCollectApp

from labkit import release
from labkit.cli import main
from labkit.grading import backup, results, similar, stats, submission
from labkit.grading import course as classes
from labkit.grading.course import CourseError
from labkit.grading.engine import grade, table
from labkit.grading.late import Deadlines, LatePenalty, update
from labkit.grading.submission import Unreadable

TINY = Path(__file__).parent / "submissions" / "broken" / "tiny"
ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "square": "def square(x):\n    return x * x",
    "report": "It went well.",
}
CJK = "王 小明"


def hand_in(course, student, notebook, timestamp=None):
    path = course / "submitted" / student / "tiny" / "tiny.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
    if timestamp:
        path.with_name("timestamp.txt").write_text(timestamp)


def release_of(kit):
    return json.loads(json.dumps(release.student_notebook("tiny", kit)))


def solved(kit, **answers):
    notebook = release_of(kit)
    for cell in notebook["cells"]:
        cell["source"] = (ANSWERS | answers).get(cell["id"], cell["source"])
    return notebook


class Balanced(HTMLParser):
    """Fails where a page closes what it did not open, or opens what it never closes."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, self.getpos()

    def feed(self, page):
        super().feed(page)
        assert not self.open


def configure(course, text):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(text)


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """A kit with one small lab."""
    root = tmp_path_factory.mktemp("kit")
    shutil.copytree(TINY, root / "solutions" / "tiny")
    (root / "solutions/tiny/thresholds.toml").write_text("bound = 1\n")
    return root


@pytest.fixture(scope="module")
def graded(kit, tmp_path_factory):
    """A class that was graded: 8, 5 and 6 points of 10, and one broken file."""
    course = classes.init(tmp_path_factory.mktemp("made") / "class", ["tiny"], kit)
    wrong = solved(kit, double="def double(x):\n    return x * x")
    hand_in(course, "ada", solved(kit), "2027-01-30 08:00:00 UTC")
    hand_in(course, "bob", wrong, "2027-02-01 00:00:00 UTC")
    hand_in(course, CJK, solved(kit, square="square = None"))
    hand_in(course, "eve", "no notebook")
    (course / "submitted/ada/tiny/submission_secret.txt").write_text("ada's own")
    with results.gradebook(course) as book:
        book.add_student(
            "ada",
            first_name="Ada",
            last_name="Lovelace, Countess",
            email="ada@example.org",
            lms_user_id="4711",
        )
        book.add_student("zoe", first_name="Zoë", last_name="Absent")
    assert {r.student: r.score for r in grade("tiny", course) if not r.error} == {
        **{"ada": 8, "bob": 5},
        CJK: 6,
    }
    return course


@pytest.fixture
def course(graded, tmp_path):
    """A copy of the graded class that a test may change."""
    return Path(shutil.copytree(graded, tmp_path / "class"))


def rows(text):
    return list(csv.reader(text.splitlines()))


def exported(capsys, course, *arguments):
    capsys.readouterr()
    assert main(["export", "tiny", "--course", str(course), *arguments]) == 0
    return rows(capsys.readouterr().out)


READ_BACK = {
    "nbgrader": ("student_id", "score"),
    "canvas": ("SIS Login ID", "Lab 1 (99)"),
    "moodle": ("ID number", "Lab 1 (99)"),
    "questions": ("student_id", "total"),
}
"""By what each format's reader finds a student, and the column with the points."""


@pytest.mark.parametrize("format", READ_BACK)
def test_what_is_exported_reads_back_as_the_gradebook_has_it(format, course, tmp_path):
    configure(course, LATE.replace("0.2", "0.3"))
    odd = 'Smith, "Bob"\nthe 2nd; = 1 + 1'
    with results.gradebook(course) as book:
        book.update_or_create_student("bob", last_name=odd, first_name="Zoë")
    path = tmp_path / "grades.csv"
    title = ["--column", "Lab 1 (99)"] if format in ("canvas", "moodle") else []
    command = ["export", "tiny", "--course", str(course), "--format", format]
    assert main([*command, *title, "--to", str(path)]) == 0
    who, points = READ_BACK[format]
    with path.open(encoding="utf-8", newline="") as file:
        read = {row[who]: row for row in csv.DictReader(file)}
    read.pop("", None)  # Canvas's line of the points possible
    graded = {s.student: s.total for s in results.load(course, "tiny")}
    assert graded.keys() == {"ada", "bob", CJK}
    assert graded["bob"] == pytest.approx(3.5)  # 5, and a day late
    assert {id: float(read[id][points]) for id in graded} == pytest.approx(graded)
    # Of the students without a grade only nbgrader's format has a line: 0 points.
    others = read.keys() - graded.keys()
    assert {float(read[id][points]) for id in others} <= {0.0}
    assert bool(others) == (format == "nbgrader")
    assert odd in str(list(read["bob"].values())).replace("\\n", "\n")


def test_canvas_can_import_the_grades(course, capsys):
    head, points, ada, bob, ming = exported(
        *(capsys, course, "--format", "canvas", "--to", "-", "--column", "Lab (7)")
    )
    # What Canvas's importer looks for: these names, in this order, then assignments.
    assert head == [
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        "Lab (7)",
    ]
    assert "Points Possible" in points[0]
    assert points[5] == "10.00"
    assert ada == ["Lovelace, Countess, Ada", "4711", "", "ada", "", "8.00"]
    assert bob == ["bob", "", "", "bob", "", "5.00"]
    assert ming == [CJK, "", "", CJK, "", "6.00"]


def test_moodle_can_import_the_grades_and_feedback(course, capsys):
    head, ada, bob, _ = exported(capsys, course, "--format", "moodle", "--to", "-")
    names = ["First name", "Last name", "ID number", "Email address"]
    assert head == [*names, "tiny", "tiny (feedback)"]
    assert ada[:5] == ["Ada", "Lovelace, Countess", "ada", "ada@example.org", "8.00"]
    assert bob[2:5] == ["bob", "", "5.00"]
    assert "double 0/3 (hint: square-not-double); square 2/2; train 3/4" in bob[5]


def test_a_table_of_questions_has_points_hints_and_what_is_to_be_graded(course, capsys):
    table = exported(capsys, course, "--format", "questions", "--to", "-")
    bob = dict(zip(table[0], table[2], strict=True))
    assert bob["student_id"] == "bob"
    assert bob["double (of 3)"] == "0"
    assert bob["square (of 2)"] == "2"
    assert (bob["score"], bob["total"], bob["max_score"]) == ("5", "5", "10")
    assert bob["to_grade_by_hand"] == "report"
    assert bob["hints"] == "double: square-not-double"


def test_the_nbgrader_format_is_that_of_nbgraders_own_exporter(course, capsys):
    with results.gradebook(course) as book:
        book.update_or_create_student("ada", last_name="Lovelace")
    command = [sys.executable, "-m", "nbgrader", "export", "--to", "theirs.csv"]
    subprocess.run(command, cwd=course, check=True, capture_output=True)
    theirs = rows((course / "theirs.csv").read_text())
    assert exported(capsys, course, "--to", "-") == theirs
    assert [row[3] for row in theirs[1:]].count("zoe") == 1


def test_names_with_commas_stay_in_their_column(course, capsys):
    table = exported(capsys, course, "--to", "-")
    assert {len(row) for row in table} == {11}
    ada = next(row for row in table if row[3] == "ada")
    assert ada[4] == "Lovelace, Countess"


def test_formats_work_as_exporters_of_nbgrader(course):
    command = [sys.executable, "-m", "nbgrader", "export", "--to", "grades.csv"]
    command += ["--exporter", "labkit.grading.export.Canvas", "--student", "['bob']"]
    subprocess.run(command, cwd=course, check=True, capture_output=True)
    table = rows((course / "grades.csv").read_text())
    assert [row[0].strip() for row in table] == ["Student", "Points Possible", "bob"]


def test_export_names_who_is_missing_and_what_is_to_be_graded(
    course, capsys, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    assert main(["export", "tiny", "--course", str(course), "--format", "canvas"]) == 0
    out, err = capsys.readouterr()
    assert out == "tiny-canvas.csv\n"
    assert len(rows(Path("tiny-canvas.csv").read_text())) == 5
    assert "not graded: eve, zoe" in err
    assert f"still to be graded by hand: ada, bob, {CJK}" in err
    assert main(["export", "tiny", "--course", str(course), "--column", "Lab"]) == 2
    assert "leave out --column" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("settings", "late", "penalty"),
    [
        ({}, 1e9, None),
        ({"penalty_method": "zero"}, 1, 8),
        ({"penalty_method": "per_day", "per_day": 0.1}, 1, 0.8),
        ({"penalty_method": "per_day", "per_day": 0.1}, 86_400, 0.8),
        ({"penalty_method": "per_day", "per_day": 0.1}, 86_401, 1.6),
        ({"penalty_method": "per_day", "per_day": 0.1}, 1e9, 8),
        ({"penalty_method": "per_day", "per_day": 0.1, "at_most": 0.5}, 1e9, 4),
        ({"penalty_method": "per_day", "per_day": 0.1, "grace": 15}, 900, None),
        ({"penalty_method": "per_day", "per_day": 0.1, "grace": 15}, 901, 0.8),
        ({"penalty_method": "zero", "grace": 15}, 900, None),
    ],
)
def test_what_being_late_costs(settings, late, penalty):
    found = LatePenalty(**settings).late_submission_penalty("ada", 8, late)
    assert found == pytest.approx(penalty)


def test_due_dates_are_in_the_class_s_time_zone_summer_and_winter():
    dates = Deadlines(timezone="Europe/Berlin")
    assert dates.utc("2027-01-31 23:59") == datetime(2027, 1, 31, 22, 59)
    assert dates.utc("2027-07-31 23:59") == datetime(2027, 7, 31, 21, 59)
    assert dates.utc("2027-07-31T23:59+00:00") == datetime(2027, 7, 31, 23, 59)
    with pytest.raises(CourseError, match=r"'31\.1\.2027', expected one like"):
        dates.utc("31.1.2027")
    with pytest.raises(Exception, match="expected a name like 'Europe/Berlin'"):
        Deadlines(timezone="Berlin")


LATE = """
c.Deadlines.timezone = "Europe/Berlin"
c.Deadlines.due = {"tiny": "2027-01-31 12:00"}
c.LatePenalty.penalty_method = "per_day"
c.LatePenalty.per_day = 0.2
"""


def test_feedback_has_what_the_exchange_releases_it_by(graded):
    """By hand-ins with a time and without; nbgrader fails at the first without."""
    folders = {path.parts[-2]: path for path in graded.glob("autograded/*/tiny")}
    times = {name: (p / "timestamp.txt").read_text() for name, p in folders.items()}
    assert times.pop(CJK) == ""
    assert times == {"ada": "2027-01-30 08:00:00 UTC", "bob": "2027-02-01 00:00:00 UTC"}
    keys = {
        name: (p / "submission_secret.txt").read_text() for name, p in folders.items()
    }
    assert keys.pop("ada") == "ada's own"
    assert len(set(keys.values())) == 2


def test_late_submissions_lose_points_unless_they_had_an_extension(course, capsys):
    configure(course, LATE)
    with results.gradebook(course) as book:
        comment = book.find_comment("report", "tiny", "tiny", "bob")
        comment.manual_comment = "Well seen."
        book.db.commit()
    (bob,) = grade("tiny", course, ["bob"])
    assert bob.score == 5  # a penalty is no question's
    assert bob.penalty == pytest.approx(1)
    assert "bob: late: penalty 1" in table([bob])

    with results.gradebook(course) as book:
        found = book.find_submission("tiny", "bob")
        assert found.duedate == datetime(2027, 1, 31, 11)
        assert found.total_seconds_late == 13 * 3600
        assert found.late_submission_penalty == pytest.approx(1)
    assert exported(capsys, course, "--format", "canvas", "--to", "-")[3][5] == "4.00"

    configure(
        course, 'c.Deadlines.extensions = {"tiny": {"bob": "2027-02-01 12:00"}}\n'
    )
    scores = exported(capsys, course, "--format", "questions", "--to", "-")
    assert [row[-5] for row in scores[1:]] == ["0", "0", "0"]
    with results.gradebook(course) as book:
        (ada, bob, _) = results.read(book, course, "tiny")
    assert bob.due == datetime(2027, 2, 1, 11)
    assert bob.answers["report"].comment == "Well seen."
    assert ada.due == datetime(2027, 1, 31, 11)


def test_an_extension_counts_also_where_formgrader_set_the_date(course):
    configure(
        course, 'c.Deadlines.extensions = {"tiny": {"bob": "2027-02-01 12:00"}}\n'
    )
    with results.gradebook(course) as book:
        book.find_assignment("tiny").duedate = datetime(2027, 1, 31, 11)
        book.db.commit()
    (bob,) = grade("tiny", course, ["bob"])
    assert bob.penalty == 0
    with results.gradebook(course) as book:
        found = book.find_submission("tiny", "bob")
        assert found.duedate == datetime(2027, 2, 1, 12)


def test_the_penalty_follows_points_that_are_given_by_hand(course):
    configure(course, LATE)
    with results.gradebook(course) as book:
        book.find_grade("report", "tiny", "tiny", "bob").manual_score = 1
        book.db.commit()
    update(course, "tiny")
    bob = results.load(course, "tiny")[1]
    assert (bob.score, bob.penalty, bob.total) == pytest.approx((6, 1.2, 4.8))


def test_dates_that_were_set_in_formgrader_stay(course):
    with results.gradebook(course) as book:
        book.update_or_create_assignment("tiny", duedate="2027-01-31 00:00:00 UTC")
        book.grant_extension("tiny", "bob", hours=12)
    configure(course, LATE.replace("tiny", "other"))
    update(course, "tiny")
    bob = results.load(course, "tiny")[1]
    assert bob.seconds_late == 12 * 3600
    assert bob.penalty == pytest.approx(1)


@pytest.mark.parametrize("text", ["yesterday", "9" * 2000, "0001-01-01 00:00 +9999"])
def test_a_time_of_submission_that_is_none_is_named(course, text):
    folder = course / "submitted/bob/tiny"
    (folder / "timestamp.txt").write_text(text)
    with pytest.raises(Unreadable, match=r"timestamp\.txt is no date; delete it"):
        submission.collect(folder, "tiny.ipynb")


@pytest.fixture
def large(course):
    """A class of 30 in the gradebook: what each got is set, not run.

    Everybody has ``square`` right, ``double`` goes with ``train``, ``report`` is luck.
    """
    shutil.rmtree(course / "submitted")
    shutil.rmtree(course / "autograded/ada")
    luck = np.random.default_rng(0)
    template = nbformat.read(course / "autograded/bob/tiny/tiny.ipynb", 4)
    with results.gradebook(course) as book:
        for name in ("ada", CJK):
            book.remove_submission("tiny", name)
        book.remove_student("zoe")
        for number in range(30):
            student = f"student{number:02}"
            book.add_student(student)
            came = datetime(2027, 1, 25) + timedelta(hours=5 * number)
            book.add_submission("tiny", student, timestamp=came)
            good = number % 10 / 10
            points = {
                "test-double": 3 * (good > 0.5),
                "test-square": 2,
                "test-train": 4 * good,
                "report": luck.integers(0, 2),
            }
            for cell, score in points.items():
                grade = book.find_grade(cell, "tiny", "tiny", student)
                grade.auto_score, grade.needs_manual_grade = float(score), False
            notebook = copy.deepcopy(template)
            for cell in notebook.cells:
                if cell.get("outputs") and points["test-double"]:
                    cell.outputs = []
            path = course / "autograded" / student / "tiny/tiny.ipynb"
            path.parent.mkdir(parents=True)
            nbformat.write(notebook, path)
        book.remove_submission("tiny", "bob")
        book.db.commit()
    return course


def test_statistics_say_which_questions_separate_and_which_mistake_is_frequent(large):
    submissions = results.load(large, "tiny")
    assert len(submissions) == 30
    double, square, train, report = stats.questions(submissions)
    assert (double.full, double.part, double.zero) == (12, 0, 18)
    assert double.mean == pytest.approx(1.2)
    assert double.separation > 0.7
    assert not double.note
    assert square.separation is None
    assert square.note == "everybody has all points"
    assert (train.full, train.part, train.zero) == (0, 27, 3)
    rest = [s.score - s.answers["report"].score for s in submissions]
    luck = [s.answers["report"].score for s in submissions]
    assert report.separation == pytest.approx(np.corrcoef(luck, rest)[0, 1])
    assert abs(report.separation) < stats.SEPARATES
    assert report.note
    (hint,) = stats.hints(submissions)
    assert (hint.name, hint.questions) == ("square-not-double", ["double"])
    assert hint.students == double.zero


def test_the_page_of_statistics_is_complete_offline_and_can_hide_names(large, capsys):
    configure(large, LATE.replace("31 12:00", "30 12:00"))
    command = ["stats", "tiny", "--course", str(large)]
    assert main(command) == 0
    path = large / "reports/tiny.html"
    assert capsys.readouterr().out == f"{path}\n"
    page = path.read_text()
    assert "30 submissions graded" in page
    assert "student29" in page
    assert "14 h" in page  # so much too late was the last
    assert re.search(r'square-not-double</strong>.*?<td class="n">18</td>', page, re.S)
    assert "separates little" in page or "look at it" in page
    # Nothing is loaded from anywhere, nothing runs.
    assert not re.findall(r"https?://|src=|<script|@import|url\(", page)
    Balanced().feed(page)

    assert main([*command, "--no-names", "--to", str(large / "show.html")]) == 0
    shown = (large / "show.html").read_text()
    assert "square-not-double" in shown
    assert not re.search(r"student\d\d", shown)


def test_days_are_counted_from_the_due_date():
    due = datetime(2027, 1, 31, 12)
    for seconds, label in ((-1, "-1"), (0, "-1"), (1, "+1"), (86_401, "+2")):
        came = due + timedelta(seconds=seconds)
        (column,) = stats._times([results.Submission("a", timestamp=came, due=due)])
        assert (column["label"], column["count"]) == (label, 1), seconds


LOOP = """def double(x):
    total = 0
    for part in range(2):
        total = total + x  # one more
        if total != total:
            raise ValueError(part)
    return total"""
RENAMED = LOOP.replace("total", "acc").replace("part", "i").replace("# one more", "#")
OTHER = """def double(x):
    values = [x, x]
    result = sum(values)
    assert len(values) == 2, "two"
    return result if result else 0 * x"""


@pytest.fixture
def copied(graded, kit, tmp_path):
    """Ten students: two with the same long answer under other names."""
    course = Path(shutil.copytree(graded, tmp_path / "class"))
    shutil.rmtree(course / "autograded")
    short = ANSWERS["double"]
    answers = {f"student{n}": short for n in range(7)}
    answers |= {"ada": LOOP, "bob": RENAMED, "cyd": OTHER}
    for student, double in answers.items():
        path = course / "autograded" / student / "tiny/tiny.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(solved(kit, double=double)))
    hand_in(course, "ada", "", "2027-01-30 08:00 UTC")
    hand_in(course, "bob", "", "2027-01-29 08:00 UTC")
    return course


def test_answers_alike_but_for_names_and_comments_are_shown_side_by_side(
    copied, capsys
):
    before = (copied / "gradebook.db").read_bytes()
    assert main(["similar", "tiny", "--course", str(copied)]) == 0
    path = copied / "reports/tiny-similar.html"
    assert capsys.readouterr().out.splitlines() == ["bob and ada: double", str(path)]
    page = path.read_text()
    Balanced().feed(page)
    text = re.sub("<[^>]*>", "", page)
    assert text.index("acc = acc + x") < text.index("total = total + x")
    assert '<code class="same">    for i in range(2):' in page
    assert "student0" not in page
    assert (copied / "gradebook.db").read_bytes() == before


def test_what_many_wrote_or_the_notebook_gave_is_not_suspicious(copied, kit):
    for number in range(7):
        path = copied / f"autograded/student{number}/tiny/tiny.ipynb"
        path.write_text(json.dumps(solved(kit, double=LOOP)))
    assert similar.pairs(copied, "tiny") == []
    for student in ("ada", "bob"):
        path = copied / f"autograded/{student}/tiny/tiny.ipynb"
        path.write_text(json.dumps(release_of(kit)))
    assert similar.pairs(copied, "tiny") == []


def test_an_answer_that_is_no_python_is_compared_by_its_words(copied, kit):
    words = " ".join(f"word{n}" for n in range(40))
    for student in ("ada", "bob"):
        path = copied / f"autograded/{student}/tiny/tiny.ipynb"
        answers = {"double": f"def {words}", "report": words, "square": "(" * 60_000}
        path.write_text(json.dumps(solved(kit, **answers)))
    (pair,) = similar.pairs(copied, "tiny")
    assert [match.question for match in pair.matches] == ["double", "report"]


def test_a_gradebook_comes_back_as_it_was_also_from_under_a_writer(course, capsys):
    before = results.load(course, "tiny")
    with sqlite3.connect(course / "gradebook.db") as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE grade SET manual_score = 99")
        assert main(["course", "backup", str(course)]) == 0  # sees none of it
    writer.close()
    (copy,) = (course / "backups").iterdir()
    assert capsys.readouterr().out == f"{copy}\n"
    changed = results.load(course, "tiny")
    assert changed != before

    assert main(["course", "restore", str(course), str(copy)]) == 0
    assert results.load(course, "tiny") == before
    (undone,) = set((course / "backups").iterdir()) - {copy}
    assert str(undone) in capsys.readouterr().out
    backup.restore(course, undone)
    assert results.load(course, "tiny") == changed


def test_what_is_no_gradebook_is_not_restored(course, tmp_path, capsys):
    before = (course / "gradebook.db").read_bytes()
    (tmp_path / "text.db").write_text("no database" * 1000)
    sqlite3.connect(tmp_path / "empty.db").close()
    for name in ("text.db", "empty.db", "missing.db"):
        assert main(["course", "restore", str(course), str(tmp_path / name)]) == 2
        assert f"{name} is no gradebook" in capsys.readouterr().err
    assert (course / "gradebook.db").read_bytes() == before
    assert not (course / "backups").exists()
    assert (
        main(["course", "backup", str(course), "--to", str(tmp_path / "text.db")]) == 2
    )
    assert "stays as it is" in capsys.readouterr().err


def test_a_gradebook_that_is_lost_or_damaged_is_restored(course, capsys):
    before = results.load(course, "tiny")
    copy = backup.backup(course)
    book = course / "gradebook.db"
    book.unlink()
    assert backup.restore(course, copy) is None
    assert results.load(course, "tiny") == before
    book.write_bytes(b"no database" * 1000)
    assert main(["course", "backup", str(course)]) == 2
    assert "gradebook.db is no gradebook" in capsys.readouterr().err
    assert main(["course", "restore", str(course), str(copy)]) == 0
    kept = Path(capsys.readouterr().out.splitlines()[-1])
    assert kept.read_bytes() == b"no database" * 1000
    assert results.load(course, "tiny") == before


def test_a_gradebook_elsewhere_is_the_one_that_is_copied(course, capsys):
    other = course / "other.db"
    shutil.move(course / "gradebook.db", other)
    configure(course, f"c.CourseDirectory.db_url = 'sqlite:///{other}'\n")
    before = results.load(course, "tiny")
    copy = backup.backup(course)
    other.unlink()
    backup.restore(course, copy)
    assert results.load(course, "tiny") == before
    configure(course, "c.CourseDirectory.db_url = 'postgresql://host/grades'\n")
    for command in ("backup", str(course)), ("restore", str(course), str(copy)):
        assert main(["course", *command]) == 2
        assert "tools of its database" in capsys.readouterr().err


FIRST_VERSION = """
from pathlib import Path

from labkit.grading.steps import configure

c = get_config()
configure(c)
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "class"
"""


def test_a_class_of_an_older_kit_keeps_its_grades(course):
    """The class brings its own notebooks; the settings are those of version 0.1.0."""
    (course / "nbgrader_config.py").write_text(FIRST_VERSION)
    with results.gradebook(course) as book:
        book.find_grade("report", "tiny", "tiny", "bob").manual_score = 1
        book.db.commit()
    before = results.load(course, "tiny")
    source = course / "source/tiny/tiny.ipynb"
    notebook = nbformat.read(source, 4)
    notebook.cells[0].source = "# Another title, in a newer version of the lab"
    nbformat.write(notebook, source)
    command = [
        sys.executable,
        "-m",
        "nbgrader",
        "generate_assignment",
        "tiny",
        "--force",
    ]
    subprocess.run(command, cwd=course, check=True, capture_output=True)
    grade("tiny", course, ["ada", "bob"])
    assert results.load(course, "tiny") == before


def zip_collect(course, collector, *options):
    app = ZipCollectApp()
    with contextlib.chdir(course):
        chosen = f"--collector=labkit.grading.collect.{collector}"
        app.initialize(["tiny", chosen, *options])
        app.start()
    found = course.glob("submitted/*/tiny/*")
    return {
        path.parts[-3]: path.read_text() for path in found if path.suffix == ".ipynb"
    }


@pytest.fixture
def collecting(graded, tmp_path):
    """A class that collects, and the folder to put downloads in."""
    course = Path(shutil.copytree(graded, tmp_path / "class"))
    shutil.rmtree(course / "submitted")
    with results.gradebook(course) as book:
        book.update_or_create_student("zoe", first_name="Zoë", last_name="van der Berg")
        book.add_student("sam1", first_name="Sam", last_name="Smith", lms_user_id="7")
        book.add_student("sam2", first_name="Sam", last_name="Smith", lms_user_id="8")
    archive = course / "downloaded/tiny/archive"
    archive.mkdir(parents=True)
    return course, archive


def test_what_canvas_downloads_is_collected(collecting):
    course, archive = collecting
    files = {
        "lovelaceada_4711_901_tiny-1.ipynb": "ada's second",
        "lovelaceada_4711_902_tiny-10.ipynb": "ada's tenth",
        "lovelaceada_4711_900_tiny.ipynb": "ada's first",
        "lovelaceada_4711_903_scratch.ipynb": "ada's other",
        "smithsam_LATE_8_911_My Homework (final).ipynb": "sam2's",
        "o_brien_LATE_99_912_tiny.ipynb": "a guest's",
        "smithsam_7_913_photo.png": "no notebook",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as own:  # it poses as another student's
        own.writestr("lab/lovelaceada_4711_999_tiny-99.ipynb", "mallory's")
        own.writestr("lab/.ipynb_checkpoints/tiny.ipynb", "mallory's, before")
    files |= {
        "mallory_9_914_tiny.zip": packed.getvalue(),
        "smithsam_7_915_tiny.zip": b"PK damaged",
        "smithsam_7_916_helper.py": "x = 1",
        "lovelaceada_4711_917_predictions.csv": "id,label",
    }
    with zipfile.ZipFile(archive / "submissions.zip", "w") as download:
        for name, content in files.items():
            download.writestr(name, content)
    assert zip_collect(course, "Canvas") == {
        "ada": "ada's tenth",
        "sam2": "sam2's",
        "o_brien_99": "a guest's",
        "mallory_9": "mallory's",
    }
    assert (course / "submitted/ada/tiny/predictions.csv").read_text() == "id,label"
    # Of who handed in no notebook that could be read, grading tells.
    assert (course / "submitted/sam1/tiny/helper.py").read_text() == "x = 1"


def test_what_moodle_downloads_is_collected(collecting):
    course, archive = collecting
    zoe = unicodedata.normalize("NFD", "Zoë")  # as zip files of a Mac have it
    files = {
        f"{zoe} van der Berg_1_assignsubmission_file_/tiny.ipynb": "zoe's",
        f"{zoe} van der Berg_1_assignsubmission_file_/notes/tiny.ipynb": "zoe's notes",
        "Sam Smith_2_assignsubmission_file_tiny (1).ipynb": "a sam's",
        "王 小明_3_assignsubmission_file_/tiny.ipynb": "not on the roster by name",
        "Sam Smith_4_assignsubmission_onlinetext_/onlinetext.html": "no file",
        "Kim_Lee_5_assignsubmission_file_/work/tiny.ipynb": "kim's",
        "Kim_Lee_5_assignsubmission_file_/work/.ipynb_checkpoints/tiny.ipynb": "old",
        "Eve_6_assignsubmission_file_/Kim_Lee_5_assignsubmission_file_/tiny.ipynb": (
            "eve's"
        ),
    }
    with zipfile.ZipFile(archive / "COURSE-tiny-12.zip", "w") as download:
        for name, content in files.items():
            download.writestr(name, content)
    assert zip_collect(course, "Moodle") == {
        "zoe": "zoe's",
        "Sam Smith_2": "a sam's",
        f"{CJK}_3": "not on the roster by name",
        "Kim_Lee_5": "kim's",
        "Eve_6": "eve's",
    }


def test_a_folder_of_repositories_is_collected(collecting, tmp_path):
    course, archive = collecting
    secret = tmp_path / "secret.ipynb"
    secret.write_text("the instructor's")
    for name, files in {
        "lab1-ada": {"tiny.ipynb": "ada's", "old/tiny.ipynb": "ada's old"},
        "lab1-zoe": {"work/tiny.ipynb": "zoe's", ".git/config": "[core]"},
        "lab1-eve": {"notes.md": "nothing"},
        "lab1-bob": {},
    }.items():
        (archive / name).mkdir()
        for file, content in files.items():
            (archive / name / file).parent.mkdir(exist_ok=True)
            (archive / name / file).write_text(content)
    (archive / "lab1-bob/tiny.ipynb").symlink_to(secret)
    found = zip_collect(course, "Repositories", "--Repositories.prefix=lab1-")
    assert found == {"ada": "ada's", "zoe": "zoe's"}
