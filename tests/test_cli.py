"""The command line: what it prints, its exit codes, and Lab 1 from end to end."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from labkit import doctor, release
from labkit.cli import main

TINY = Path(__file__).parent / "submissions" / "broken" / "tiny"


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """A kit with one small lab, found by LABKIT_HOME."""
    root = tmp_path / "kit"
    shutil.copytree(TINY, root / "solutions" / "tiny")
    (root / "solutions/tiny/thresholds.toml").write_text("bound = 1\n")
    monkeypatch.setenv("LABKIT_HOME", str(root))
    return root


def hand_in(course, lab, student, notebook):
    path = course / "submitted" / student / lab / f"{lab}.ipynb"
    path.parent.mkdir(parents=True)
    if isinstance(notebook, str):
        path.write_text(notebook)
    else:
        nbformat.write(notebook, path)


def test_what_cannot_be_used_is_said_before_anybody_is_graded(kit, tmp_path, capsys):
    course = tmp_path / "class"
    main(["course", "init", str(course)])
    for student in ("ada", "bob"):
        hand_in(course, "tiny", student, "no notebook")
    command = ["grade", "tiny", "--course", str(course), "--json"]
    for path in (tmp_path, tmp_path / "missing/grades.json"):
        assert main([*command, str(path)]) == 2
        assert f"labkit: {path}: " in capsys.readouterr().err
    assert main([*command, "-", "--student", "ada", "--student", "bob"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert [result["student"] for result in said] == ["ada", "bob"]
    settings = course / "nbgrader_config.py"
    given = settings.read_text()
    for wrong, told in (
        ("c = get_config(", "nbgrader_config.py cannot be read: SyntaxError"),
        (f"{given}\nc.Run.timeout = 'long'\n", "'timeout'"),
    ):
        settings.write_text(wrong)
        assert main([*command, "-"]) == 2
        assert told in capsys.readouterr().err


def test_what_looks_like_a_slip_is_named(kit, tmp_path, capsys):
    course = tmp_path / "class"
    main(["course", "init", str(course)])
    hand_in(course, "tiny", "ada", release.instructor_notebook("tiny", kit))
    hand_in(course, "Tiny", "bob", "no notebook")
    for name in ("flat.ipynb", "cyd/tiny.ipynb"):
        (course / "submitted" / name).parent.mkdir(exist_ok=True)
        (course / "submitted" / name).write_text("")
    with (course / "nbgrader_config.py").open("a") as settings:
        settings.write(
            'c.Deadlines.due = {"tiny": "2027-01-31", "tini": "2027-01-31"}\n'
            'c.Deadlines.extensions = {"tiny": {"ada": "2027-02-01", "dan": "2027"}}\n'
        )
    grade = ["grade", "tiny", "--course", str(course), "--no-thresholds"]
    assert main([*grade, "--json", str(tmp_path / "found.json")]) == 0
    said = capsys.readouterr().err
    for told in (
        "names tini, no lab of this class",
        "extensions names dan, no student in the gradebook",
        *(f"not graded: {course}/submitted/{p};" for p in ("flat.ipynb", "bob/Tiny")),
        f"not graded: {course}/submitted/cyd/tiny.ipynb;",
    ):
        assert told in said
    assert "names tiny" not in said
    assert "names ada" not in said


def test_a_class_is_made_graded_and_given_feedback(kit, tmp_path, capsys):
    course = tmp_path / "class"
    assert main(["course", "init", str(course)]) == 0
    assert f"labkit grade tiny --course {course}" in capsys.readouterr().out
    hand_in(course, "tiny", "ada", release.instructor_notebook("tiny", kit))
    hand_in(course, "tiny", "bob", "no notebook")

    grade = ["grade", "tiny", "--course", str(course), "--jobs", "1"]
    assert main([*grade, "--json", "-"]) == 1
    ada, bob = json.loads(capsys.readouterr().out)
    assert (ada["student"], ada["score"], ada["error"]) == ("ada", 8.0, "")
    assert bob["student"] == "bob"
    assert "not a notebook" in bob["error"]

    assert main([*grade, "--student", "ada", "--no-thresholds"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["out", "of", "10", "3", "2", "4", "1"]
    assert lines[3].split() == ["ada", "5", "3", "2", "0", "0"]
    assert "ada: train: not graded" in lines
    assert main(["export", "tiny", "--course", str(course), "--to", "-"]) == 0
    assert "without the tests that train (0 points there): ada" in (
        capsys.readouterr().err
    )

    assert main(["feedback", "tiny", "--course", str(course)]) == 0
    assert capsys.readouterr().out.split() == [f"{course}/feedback/ada/tiny/tiny.html"]


def test_unusable_arguments_end_with_2_and_say_what_is_wrong(
    kit, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["course", "init", "class"]) == 0
    for arguments, message in (
        ("grade tiny --course nowhere", "nowhere is no class"),
        ("grade other --course class", "has no lab 'other'; it has: tiny"),
        ("grade tiny --course class", "nothing of tiny was handed in"),
        ("grade tiny --course class --student ada", "handed in by ada"),
        ("feedback tiny --course class", "nothing of tiny is graded"),
        ("course init class", "has tiny already"),
        ("course init new --lab other", "no lab named other"),
        ("release other", "no lab named other"),
        ("train other", "no lab named"),
        ("data fetch other", "no data set named 'other'"),
    ):
        assert main(arguments.split()) == 2, arguments
        assert message in capsys.readouterr().err, arguments


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_a_senseless_number_of_jobs_is_refused(capsys, jobs):
    with pytest.raises(SystemExit) as exit:
        main(["grade", "tiny", "--course", ".", f"--jobs={jobs}"])
    assert exit.value.code == 2
    assert "number of jobs" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        *("release", "course init", "grade", "feedback", "train", "calibrate"),
        *("data status", "data fetch", "doctor"),
        *("export", "stats", "similar", "course backup", "course restore"),
    ],
)
def test_every_command_explains_itself_with_an_example(capsys, command):
    with pytest.raises(SystemExit) as exit:
        main([*command.split(), "--help"])
    assert exit.value.code == 0
    assert f"examples:\n  labkit {command}" in capsys.readouterr().out


def test_help_is_quick_because_nothing_heavy_is_imported():
    code = (
        "import sys, labkit.cli\n"
        "try: labkit.cli.main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'torch', 'nbgrader', 'nbformat'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_a_reader_that_stops_early_gets_no_traceback(kit):
    command = [sys.executable, "-m", "labkit.cli", "data", "status"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == 0


def test_data_status_tells_missing_data_and_the_command_that_fetches_it(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    assert main(["data", "status"]) == 0
    out = capsys.readouterr().out
    assert f"folder: {tmp_path}" in out
    assert "labkit data fetch mnist" in out
    assert "ok       digits" in out


def test_doctor_fails_only_where_students_could_not_work(monkeypatch, capsys):
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "ok       numpy" in out
    assert "ok       sandbox" in out

    found = doctor.metadata.version

    def without(missing):
        def version(name):
            if name == missing:
                raise doctor.metadata.PackageNotFoundError(name)
            return found(name)

        monkeypatch.setattr(doctor.metadata, "version", version)

    without("torch")
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert "missing  torch: not installed, needs >=2.4 from Lab 2 on" in out
    assert "\nStudents can work here." in out
    without("numpy")
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "pip install 'numpy>=" in out
    assert "\nStudents cannot work here yet, for want of: numpy." in out


def test_without_a_sandbox_grading_stops_and_names_the_command_that_mends_it(
    kit, tmp_path, monkeypatch, capsys
):
    course = tmp_path / "class"
    main(["course", "init", str(course)])
    hand_in(course, "tiny", "ada", release.instructor_notebook("tiny", kit))
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    capsys.readouterr()

    assert main(["grade", "tiny", "--course", str(course)]) == 2
    assert "sudo apt install bubblewrap" in capsys.readouterr().err
    command = [sys.executable, "-m", "nbgrader", "autograde", "tiny"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert done.returncode != 0
    assert "sudo apt install bubblewrap" in done.stderr
    assert not (course / "autograded").exists()
    assert main(["doctor"]) == 0
    assert "missing  sandbox" in capsys.readouterr().out

    assert main(["grade", "tiny", "--course", str(course), "--no-sandbox"]) == 0
    out, err = capsys.readouterr()
    assert "WARNING: --no-sandbox" in err
    assert "ada: double: graded without a sandbox" in out


def test_lab_1_from_release_to_grades(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("LABKIT_HOME", raising=False)
    root = release.kit_root()
    course = tmp_path / "class"
    assert main(["course", "init", str(course), "--lab", "lab1_mlp"]) == 0
    solved = release.instructor_notebook("lab1_mlp", root)
    untouched = release.student_notebook("lab1_mlp", root)
    hand_in(course, "lab1_mlp", "solved", solved)
    hand_in(course, "lab1_mlp", "untouched", untouched)
    capsys.readouterr()

    code = main(
        [
            *("grade", "lab1_mlp", "--course", str(course)),
            *("--no-thresholds", "--json", "-"),
        ]
    )

    first, second = json.loads(capsys.readouterr().out)
    assert code == 0, (first["error"], second["error"])
    assert (first["max_score"], first["score"], second["score"]) == (100, 80, 0)
    lost = {n for n, q in first["questions"].items() if q["score"] < q["max_score"]}
    reports = {"report-learning-rate", "report-split", "report-problems"}
    assert lost == {"train", *reports}
