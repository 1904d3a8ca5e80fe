"""The command ``labkit``: one thin function a subcommand."""

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

# What a command needs is imported when it runs, so that --help is quick.


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns
    -------
    int
        0 when all went well, 1 when a part failed (each named), 2 when the arguments
        cannot be used.
    """
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except _usable_errors() as error:
        print(f"labkit: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        with contextlib.suppress(ValueError):  # not the main thread
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends already
        print("labkit: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `labkit … | head`: its reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        print(f"labkit: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return code


def _usable_errors() -> tuple[type[Exception], ...]:
    """Return the errors whose message is for the user, of modules in use by now."""
    names = {
        "labkit.data": "DataError",
        "labkit.release": "ReleaseError",
        "labkit.training": "TrainingError",
        "labkit.grading.worker": "ClusterError",
        "labkit.grading.course": "CourseError",
        "labkit.grading.isolation.sandbox": "SandboxError",
        # Of a class's settings, source and gradebook:
        "traitlets": "TraitError",
        "nbformat.reader": "NotJSONError",
        "sqlalchemy.exc": "DBAPIError",
    }
    return tuple(
        getattr(sys.modules[module], error)
        for module, error in names.items()
        if module in sys.modules
    )


def _release(arguments: argparse.Namespace) -> int:
    from labkit.release import ReleaseError, kit_root, labs, release

    root = kit_root()
    _known(arguments.lab, labs(root))
    try:
        for path in release(arguments.lab or None, root, check=arguments.check):
            print(path)
    except ReleaseError as error:
        print(f"labkit: {error}", file=sys.stderr)
        return 1
    return 0


def _course_init(arguments: argparse.Namespace) -> int:
    from labkit.grading.course import init
    from labkit.release import kit_root, labs

    root = kit_root()
    chosen = arguments.lab or labs(root)
    _known(chosen, labs(root))
    course = init(arguments.dir, chosen, root)
    print(
        f"class {course} has {', '.join(chosen)}.\n"
        f"Give students {course}/release; put what they hand in at "
        f"{course}/submitted/STUDENT/{chosen[0]}/{chosen[0]}.ipynb, then run\n"
        f"  labkit grade {chosen[0]} --course {course}"
    )
    return 0


def _course_backup(arguments: argparse.Namespace) -> int:
    from labkit.grading.backup import backup

    print(backup(arguments.dir.expanduser().resolve(), arguments.to))
    return 0


def _course_restore(arguments: argparse.Namespace) -> int:
    from labkit.grading.backup import restore

    before = restore(arguments.dir.expanduser().resolve(), arguments.file)
    print(f"{arguments.file} is the gradebook again")
    if before:
        print(f"what it was before is in\n{before}")
    return 0


def _grade(arguments: argparse.Namespace) -> int:
    from labkit.grading.worker import launch

    if not arguments.scheduler:
        launch(_workers(arguments))
    from labkit.grading.engine import grade, table, to_json
    from labkit.grading.late import unknown
    from labkit.grading.store import misplaced

    if arguments.no_sandbox:
        print(
            "labkit: WARNING: --no-sandbox: students' code runs with your rights. It "
            "can read and\nchange your files, the gradebook and other grades. Each "
            "grade's comment will say so.",
            file=sys.stderr,
        )
    if arguments.json and arguments.json != Path("-"):
        arguments.json.open("a").close()  # better now than after the grading
    results = grade(
        arguments.lab,
        arguments.course,
        arguments.student,
        jobs=arguments.jobs,
        thresholds=not arguments.no_thresholds,
        isolated=not arguments.no_sandbox,
        scheduler=arguments.scheduler,
        force=arguments.force,
    )
    if arguments.json == Path("-"):
        print(to_json(results))
    else:
        print(table(results))
        if arguments.json:
            arguments.json.write_text(to_json(results) + "\n", encoding="utf-8")
    course, lab = arguments.course.expanduser().resolve(), arguments.lab
    for doubt in unknown(course):
        print(f"labkit: {doubt}", file=sys.stderr)
    for path in misplaced(course, lab):
        print(
            f"labkit: not graded: {path}; notebooks belong at "
            f"{course}/submitted/STUDENT/LAB/LAB.ipynb",
            file=sys.stderr,
        )
    return int(any(result.error for result in results))


def _workers(arguments: argparse.Namespace) -> int:
    """How many workers will most likely be needed, as far as folders can tell."""
    from labkit.grading.store import Store, handed_in

    course, lab = arguments.course.expanduser(), arguments.lab
    new = handed_in(course, lab)
    if arguments.student:
        new &= set(arguments.student)
    if not arguments.force:
        new -= Store(course, lab, not arguments.no_thresholds).students()
    return min(arguments.jobs or os.cpu_count() or 1, len(new))


def _feedback(arguments: argparse.Namespace) -> int:
    from labkit.grading.course import feedback

    for page in feedback(arguments.course.expanduser().resolve(), arguments.lab):
        print(page)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from labkit.grading.export import export
    from labkit.grading.isolation.execute import NOT_GRADED
    from labkit.grading.results import missing

    course = arguments.course.expanduser().resolve()
    to = arguments.to or f"{arguments.lab}-{arguments.format}.csv"
    found = export(course, arguments.lab, arguments.format, to, arguments.column)
    if to != "-":
        print(to)
    for what, students in (
        ("not graded", missing(course, arguments.lab)),
        ("still to be graded by hand", [s.student for s in found if s.by_hand]),
        (
            "graded without the tests that train (0 points there)",
            [
                s.student
                for s in found
                if any(NOT_GRADED in a.comment for a in s.answers.values())
            ],
        ),
    ):
        if students:
            print(f"labkit: {what}: {', '.join(students)}", file=sys.stderr)
    return 0


def _stats(arguments: argparse.Namespace) -> int:
    from labkit.grading.stats import write

    course = arguments.course.expanduser().resolve()
    print(write(course, arguments.lab, arguments.to, names=not arguments.no_names))
    return 0


def _similar(arguments: argparse.Namespace) -> int:
    from labkit.grading.similar import write

    course = arguments.course.expanduser().resolve()
    path, found = write(course, arguments.lab, arguments.to)
    for pair in found:
        questions = ", ".join(match.question for match in pair.matches)
        print(f"{pair.students[0]} and {pair.students[1]}: {questions}")
    print(path)
    return 0


def _leaderboard(arguments: argparse.Namespace) -> int:
    from labkit.grading import leaderboard

    course = arguments.course.expanduser().resolve()
    if arguments.draw:
        dataset, count = arguments.dataset, arguments.count
        print(leaderboard.draw(course, arguments.lab, dataset, count))
        return 0
    found = leaderboard.standings(course, arguments.lab, arguments.final)
    if arguments.csv == Path("-"):
        print(leaderboard.to_csv(found), end="")
        return int(bool(found.problems))
    print(leaderboard.table(found))
    if arguments.csv:
        arguments.csv.write_text(leaderboard.to_csv(found), encoding="utf-8")
    names = not arguments.no_names
    print(leaderboard.write(course, arguments.lab, found, arguments.to, names))
    return int(bool(found.problems))


def _train(arguments: argparse.Namespace) -> int:
    from labkit.training import pretrain, train

    if arguments.pretrain:
        for path in pretrain(
            arguments.lab,
            dataset=arguments.dataset,
            device=arguments.device,
            only=arguments.only,
        ):
            print(path)
        return 0
    train(
        arguments.lab,
        dataset=arguments.dataset,
        device=arguments.device,
        only=arguments.only,
        force=arguments.force,
    )
    return 0


def _calibrate(arguments: argparse.Namespace) -> int:
    from labkit.training import calibrate

    path = calibrate(
        arguments.lab,
        datasets=arguments.dataset,
        device=arguments.device,
        seeds=arguments.seeds,
    )
    print(path)
    return 0


def _data_status(arguments: argparse.Namespace) -> int:
    from labkit import data
    from labkit.doctor import data_set

    print(f"folder: {data.data_root()} (LABKIT_DATA names another)")
    for name in data.NAMES:
        print(data_set(name, verify=True))
    return 0


def _data_fetch(arguments: argparse.Namespace) -> int:
    from labkit import data

    data.fetch(arguments.name)
    print(f"{arguments.name}: all files are in {data.data_root()}")
    return 0


def _doctor(arguments: argparse.Namespace) -> int:
    from labkit.doctor import examine

    found = examine()
    for finding in found:
        print(finding)
    lacking = [f.name for f in found if f.required and not f.works]
    print(
        f"Students cannot work here yet, for want of: {', '.join(lacking)}."
        if lacking
        else "Students can work here. What is missing, if anything, is for grading, "
        "for later labs, or more data."
    )
    return int(bool(lacking))


def _known(labs: Sequence[str], known: Sequence[str]) -> None:
    from labkit.release import ReleaseError

    if unknown := [lab for lab in labs if lab not in known]:
        raise ReleaseError(
            f"no lab named {', '.join(unknown)}; there are: {', '.join(known)}"
        )


def _number(what: str, least: int) -> Callable[[str], int]:
    """Return what reads an option's whole number."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            message = f"{text!r} is no number of {what}, expected {least} …"
            raise argparse.ArgumentTypeError(message)
        return int(text)

    return read


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="labkit",
        description="Labs with nbgrader: release, grade, give feedback, train.",
        epilog="Each command explains itself: labkit COMMAND --help",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    command = _add(
        commands,
        "release",
        _release,
        "Make the students' notebooks from solutions/.",
        "labkit release\nlabkit release lab1_mlp\nlabkit release --check",
    )
    command.add_argument("lab", nargs="*", help="labs; all of them by default")
    command.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail if a file would change",
    )

    course = commands.add_parser(
        "course", help="Make a class.", description="Make a class, copy its gradebook."
    ).add_subparsers(metavar="COMMAND", required=True)
    command = _add(
        course,
        "init",
        _course_init,
        "Make a class (an nbgrader course), or add labs to one.",
        "labkit course init ~/classes/spring\n"
        "labkit course init ~/classes/spring --lab lab2_resnet",
    )
    command.add_argument("dir", type=Path, metavar="DIR", help="the class directory")
    command.add_argument(
        "--lab",
        nargs="+",
        action="extend",
        default=[],
        help="labs to release into it; default: all",
    )

    command = _add(
        course,
        "backup",
        _course_backup,
        "Copy a class's gradebook, also while something is being graded.",
        "labkit course backup ~/classes/spring",
    )
    command.add_argument("dir", type=Path, metavar="DIR", help="the class directory")
    command.add_argument(
        "--to", type=Path, metavar="FILE", help="default: DIR/backups/gradebook-TIME.db"
    )
    command = _add(
        course,
        "restore",
        _course_restore,
        "Put a copy of the gradebook back; the present one is copied before.",
        "labkit course restore . backups/gradebook-2027-01-31-235900-000000.db",
    )
    command.add_argument("dir", type=Path, metavar="DIR", help="the class directory")
    command.add_argument("file", type=Path, metavar="FILE", help="what backup wrote")

    command = _add(
        commands,
        "grade",
        _grade,
        "Grade what is in a class's submitted/ folder, into its gradebook.",
        "labkit grade lab1_mlp --course ~/classes/spring\n"
        "labkit grade lab1_mlp --course . --student ada bob --json -\n"
        "labkit grade lab1_mlp --course . --scheduler tcp://grader1:8786",
        "Exit code: 0 all graded, 1 some submission could not be graded (each is "
        "named, the others are graded), 2 unusable arguments.",
    )
    _lab_and_course(command)
    command.add_argument(
        "--student", nargs="+", action="extend", metavar="ID", help="only these"
    )
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs",
        type=_number("jobs", 1),
        metavar="N",
        help="submissions at a time; default: cores",
    )
    where.add_argument(
        "--scheduler", metavar="ADDR", help="run them on this dask scheduler's workers"
    )
    command.add_argument(
        "--force",
        action="store_true",
        help="grade also what is unchanged since it was graded last",
    )
    command.add_argument(
        "--no-thresholds",
        action="store_true",
        help='leave out the tests that train a model: 0 points, "not graded"',
    )
    command.add_argument(
        "--no-sandbox",
        action="store_true",
        help="run students' code with your own rights; only for code that you trust",
    )
    command.add_argument(
        "--json",
        type=Path,
        metavar="FILE",
        help="write the results there; - prints them",
    )

    command = _add(
        commands,
        "feedback",
        _feedback,
        "Write HTML feedback, without hidden tests, for what was graded.",
        "labkit feedback lab1_mlp --course ~/classes/spring",
    )
    _lab_and_course(command)

    command = _add(
        commands,
        "export",
        _export,
        "Write a lab's grades to a CSV file, for a learning platform or a spreadsheet.",
        "labkit export lab1_mlp --course ~/classes/spring --format canvas\n"
        "labkit export lab1_mlp --course . --format moodle --column 'Lab 1'\n"
        "labkit export lab1_mlp --course . --format questions --to -",
    )
    _lab_and_course(command)
    command.add_argument(
        "--format",
        choices=("nbgrader", "canvas", "moodle", "questions"),
        default="nbgrader",
        help="nbgrader's columns (default), a platform's import format, or points "
        "for each question",
    )
    command.add_argument(
        "--to", metavar="FILE", help="default: LAB-FORMAT.csv; - prints it"
    )
    command.add_argument(
        "--column",
        default="",
        metavar="TITLE",
        help="the grade's title in the platform",
    )

    command = _add(
        commands,
        "stats",
        _stats,
        "Write a page about a lab's results: points, frequent mistakes, questions.",
        "labkit stats lab1_mlp --course ~/classes/spring\n"
        "labkit stats lab1_mlp --course . --no-names --to lecture.html",
    )
    _lab_and_course(command)
    command.add_argument(
        "--to", type=Path, metavar="FILE", help="default: DIR/reports/LAB.html"
    )
    command.add_argument(
        "--no-names", action="store_true", help="name no student, to show it to them"
    )

    command = _add(
        commands,
        "similar",
        _similar,
        "Write a page with answers that are suspiciously alike, side by side.",
        "labkit similar lab1_mlp --course ~/classes/spring",
        "It compares graded notebooks, without names and comments, and changes no "
        "grade.",
    )
    _lab_and_course(command)
    command.add_argument(
        "--to", type=Path, metavar="FILE", help="default: DIR/reports/LAB-similar.html"
    )

    command = _add(
        commands,
        "leaderboard",
        _leaderboard,
        "Score the class's predictions for hidden images, or draw such images.",
        "labkit leaderboard lab3_transfer --course ~/classes/spring --draw\n"
        "labkit leaderboard lab3_transfer --course ~/classes/spring\n"
        "labkit leaderboard lab3_transfer --course . --final --csv final.csv",
        "Students hand in predictions.csv beside their notebook. Half of the images "
        "are public; the\nother half decides when the competition ends (--final). Exit "
        "code: 1 if a file could not be\nscored (each is named with the reason).",
    )
    _lab_and_course(command)
    command.add_argument(
        "--draw", action="store_true", help="hide new images in the class, and stop"
    )
    command.add_argument(
        "--dataset",
        default="shapes10",
        help="of the images to hide: shapes10 (default), or folder:PATH of your own",
    )
    command.add_argument(
        "--count",
        type=_number("images", 2),
        default=1000,
        metavar="N",
        help="default: 1000",
    )
    command.add_argument(
        "--final", action="store_true", help="rank by the private half, and show it"
    )
    command.add_argument(
        "--csv", type=Path, metavar="FILE", help="write the table there; - prints it"
    )
    command.add_argument(
        "--to",
        type=Path,
        metavar="FILE",
        help="default: DIR/reports/LAB-leaderboard.html",
    )
    command.add_argument(
        "--no-names", action="store_true", help="name no student on the page"
    )

    command = _add(
        commands,
        "train",
        _train,
        "Train a lab's reference solution and record the runs in book/results/.",
        "labkit train lab1_mlp\nlabkit train lab1_mlp --dataset digits --force\n"
        "labkit train lab2_resnet --dataset cifar10 --device cuda\n"
        "labkit train lab3_transfer --pretrain",
    )
    command.add_argument("lab")
    command.add_argument("--dataset", help="default: the best that is here")
    command.add_argument(
        "--device", help="cpu or cuda; default: the GPU where the lab can use one"
    )
    command.add_argument(
        "--only", nargs="+", default=(), metavar="RUN", help="default: all of its runs"
    )
    command.add_argument(
        "--force", action="store_true", help="repeat runs that are recorded already"
    )
    command.add_argument(
        "--pretrain",
        action="store_true",
        help="train the networks that the lab takes as pretrained (kept with the data)",
    )

    command = _add(
        commands,
        "calibrate",
        _calibrate,
        "Measure a lab's accuracy thresholds with seeded reference runs.",
        "labkit calibrate lab1_mlp\nlabkit calibrate lab1_mlp --dataset digits\n"
        "labkit calibrate lab2_resnet --device cuda --seeds 5",
    )
    command.add_argument("lab")
    command.add_argument(
        "--dataset", nargs="+", default=[], help="default: all of the lab's"
    )
    command.add_argument(
        "--device", help="cuda measures the thresholds for a GPU; default: cpu"
    )
    command.add_argument(
        "--seeds",
        type=_number("runs", 2),
        metavar="N",
        help="runs of each correct network",
    )

    data = commands.add_parser(
        "data", help="Show or fetch data sets.", description="Show or fetch data sets."
    ).add_subparsers(metavar="COMMAND", required=True)
    _add(
        data,
        "status",
        _data_status,
        "Show which data sets are here, from where, and whether they are whole.",
        "labkit data status\nLABKIT_DATA=/data labkit data status",
    )
    command = _add(
        data,
        "fetch",
        _data_fetch,
        "Download what is missing of a data set, and check it.",
        "labkit data fetch mnist\nlabkit data fetch cifar10",
    )
    command.add_argument("name", help="such as mnist")

    _add(
        commands,
        "doctor",
        _doctor,
        "Say what works on this machine, and which command mends what does not.",
        "labkit doctor",
    )
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
    examples: str,
    more: str = "",
) -> argparse.ArgumentParser:
    listed = "".join(f"\n  {example}" for example in examples.splitlines())
    command = commands.add_parser(
        name,
        help=text,
        description=text,
        epilog=f"examples:{listed}" + (f"\n\n{more}" if more else ""),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    return command


def _lab_and_course(command: argparse.ArgumentParser) -> None:
    command.add_argument("lab", help="such as lab1_mlp")
    command.add_argument(
        "--course", type=Path, required=True, metavar="DIR", help="the class directory"
    )


if __name__ == "__main__":
    sys.exit(main())
