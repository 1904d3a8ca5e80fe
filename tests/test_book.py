"""The book: what is in it, what is not, and that its figures are those recorded."""

import copy
import datetime
import fnmatch
import html
import importlib.util
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import corpus
import nbformat
import numpy as np
import pytest
import yaml

from labkit.history import Run
from labkit.release import leaks

ROOT = Path(__file__).parents[1]
PAGES = sorted(ROOT.glob("book/*.md"))
CHAPTERS = sorted(ROOT.glob("book/lab*_*.md"))


def module(path: str) -> Any:
    """Import a file of the checkout that belongs to no package."""
    found = importlib.util.spec_from_file_location(Path(path).stem, ROOT / path)
    assert found
    assert found.loader
    loaded = importlib.util.module_from_spec(found)
    found.loader.exec_module(loaded)
    return loaded


build = module("book/build.py")


def settings() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


def pages() -> list[str]:
    """Pages in the contents, without their suffix."""
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    return re.findall(r"(?:root|file): *(\S+)", contents)


def prose(page: Path) -> str:
    """A page's text without code, formulas and what is computed."""
    text = re.sub(
        r"\A---\n.*?\n---\n", "", page.read_text(encoding="utf-8"), flags=re.S
    )
    text = re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.S | re.M)
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.S)
    # Where links lead, and what MyST's roles compute.
    text = re.sub(r"\]\([^)]*\)|\{[\w:]+\}`[^`]*`", "", text)
    return re.sub(r"`[^`]*`|\$[^$]*\$", "", text)


def typed_numbers(text: str) -> set[str]:
    """Numbers in a text, but for small ones, which count lines and labs."""
    found = re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?: ?(?:%|percent))?", text)
    return {number.rstrip(",") for number in found} - SMALL


SMALL = {*map(str, range(11))}
DEFINED = {
    # Bits, pixels, sizes that a lab prescribes: facts that no run can change.
    "": {"32", "64", "255", "784", "3.11"},
    "instructor": {"200", "50", "0.8"},
    "intro": {"18"},
    "lab1_mlp": {"60", "512", "6,000", "12,000"},
    "lab2_resnet": {
        *("16", "18", "50", "128", "256", "512"),
        *("10,000", "45,000", "50,000"),
    },
    "lab3_transfer": {"18", "20", "50", "512", "1.8"},
    "lab4_diagnosis": {"84"},
}
"""Numbers that a page may state without a record, by page; '' is for all pages."""


def test_every_page_in_the_contents_is_there() -> None:
    assert len(pages()) >= 5
    for page in pages():
        assert any((ROOT / (page + end)).exists() for end in (".md", ".ipynb")), page


def test_solutions_tests_and_environments_are_never_read() -> None:
    patterns = settings()["exclude_patterns"]
    for folder in (".venv", "_build", ".git", "solutions", "tests", "demo"):
        assert any(fnmatch.fnmatch(folder, pattern) for pattern in patterns), folder
        assert not any(page.startswith(f"{folder}/") for page in pages())
    assert settings()["only_build_toc_files"] is True


def test_student_notebooks_are_shown_and_not_run() -> None:
    notebooks = [page for page in pages() if page.startswith("notebooks/")]
    assert notebooks
    for page in notebooks:
        assert any(
            Path(f"{page}.ipynb").match(pattern)
            for pattern in settings()["execute"]["exclude_patterns"]
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_result_in_a_sentence_is_typed_by_hand(page: Path) -> None:
    known = DEFINED[""] | DEFINED.get(page.stem, set())
    assert typed_numbers(prose(page)) - known == set(), (
        "take these from book/results with an {eval} role; a number that no run can "
        "change goes into DEFINED above"
    )


def test_a_typed_result_is_noticed() -> None:
    text = "It read 97.95% right, in 20 seconds, not in 3; lab 1 has 60,000 images."
    assert typed_numbers(text) == {"97.95%", "20", "60,000"}


def test_every_record_names_the_command_that_repeats_it() -> None:
    for path in sorted(ROOT.glob("book/results/*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if path.stem.startswith("seeds_"):  # what others stated
            continue
        listed = re.search(
            rf'"{path.stem}": "([^"]*)"', (ROOT / "book/results.md").read_text("utf-8")
        )
        command = record.get("command") or (listed[1] if listed else "")
        if command.startswith("python "):
            (script,) = re.findall(r"\S+\.py\b", command)
            assert (ROOT / script).exists(), path.name
        else:
            assert command.startswith("labkit "), path.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_scripts_that_a_page_tells_to_run_are_there(page: Path) -> None:
    for script in re.findall(r"^\$ python (\S+)", page.read_text("utf-8"), re.M):
        assert (ROOT / script).exists()


def test_the_derived_formulas_are_right_and_recorded() -> None:
    derivations = module("benchmarks/derivations.py")
    recorded = json.loads((ROOT / "book/results/derivations.json").read_text("utf-8"))
    measured = derivations.errors(np.random.default_rng(1))
    for layer, errors in measured.items():
        assert errors.keys() == recorded["errors"][layer].keys()
        assert max(errors.values()) < 1e-4, layer
        assert max(recorded["errors"][layer].values()) < 1e-4, layer


def test_every_named_mistake_of_lab_1_has_its_run() -> None:
    recorded = json.loads((ROOT / "book/results/problems.json").read_text("utf-8"))
    rows = {row["name"]: row for row in recorded["mistakes"]}
    named = {name for case in corpus.load("lab1_mlp", "mutants") for name in case.hints}
    missing = named - rows.keys()
    assert missing == set(), "run `python benchmarks/problems.py`"
    assert all("error" in row or row["train_loss"] for row in rows.values())


def test_solutions_open_on_their_day_and_not_before() -> None:
    day = datetime.date(2027, 1, 15)
    config = {"solutions_from": {"lab1_mlp": day}}
    assert build.open_solutions(config, day - datetime.timedelta(1)) == []
    assert build.open_solutions(config, day) == ["lab1_mlp"]
    assert build.open_solutions({}, day) == []
    for wrong in ({"lab1_mlp": "soon"}, {"lab9": day}):
        with pytest.raises(SystemExit, match=next(iter(wrong))):
            build.open_solutions({"solutions_from": wrong}, day)


@pytest.mark.parametrize("instructor", [False, True])
def test_an_edition_has_the_solutions_that_are_open(
    instructor: bool, tmp_path: Path
) -> None:
    stage = build.staged(["lab1_mlp"], tmp_path, instructor)
    contents = yaml.safe_load((stage / "_toc.yml").read_text("utf-8"))
    page = "solutions/lab1_mlp/lab1_mlp"
    assert page in str(contents)
    notebook = (stage / f"{page}.ipynb").read_text("utf-8")
    assert "### BEGIN" not in notebook
    assert {leak.lab for leak in leaks(ROOT, [stage / f"{page}.ipynb"])}
    config = yaml.safe_load((stage / "_config.yml").read_text("utf-8"))
    assert ("instructor" in config["title"]) == instructor
    assert any(
        Path(f"{page}.ipynb").match(pattern)
        for pattern in config["execute"]["exclude_patterns"]
    )
    # The checkout itself stays without.
    assert page not in pages()


def test_hidden_tests_are_for_instructors_only(monkeypatch: Any) -> None:
    cell = "check(f)\n### BEGIN HIDDEN TESTS\nassert secret\n### END HIDDEN TESTS\n"
    title = nbformat.v4.new_markdown_cell("# Lab")
    test = nbformat.v4.new_code_cell(cell)
    notebook = nbformat.v4.new_notebook(cells=[title, test])
    for hidden, expected in (
        (True, "check(f)\nassert secret\n"),
        (False, "check(f)\n"),
    ):
        monkeypatch.setattr(
            build, "instructor_notebook", lambda *_: copy.deepcopy(notebook)
        )
        assert build.solved("lab", hidden).cells[1].source == expected


def test_a_solution_is_found_in_every_kind_of_built_file(tmp_path: Path) -> None:
    secret = build.solved("lab1_mlp", hidden=True)
    line = next(c.source for c in secret.cells if c.id == "train-one-epoch")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(line)])
    files = {
        "page.html": f"<pre>{html.escape(line)}</pre>",
        "_sources/page.md": line,
        "_sources/page.ipynb": nbformat.writes(notebook),
        "searchindex.js": f"Search.setIndex({json.dumps({'docs': [line]})})",
        "_static/figure.svg": f"<svg><title>{html.escape(line)}</title></svg>",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        assert leaks(ROOT, [path]), name


def test_a_page_is_built_anew_when_a_record_changes_that_it_reads() -> None:
    records = module("book/_ext/records.py")
    readers = {
        name: {
            page.stem
            for page in PAGES
            if "{code-cell}" in page.read_text("utf-8")
            and records._mentions(page.read_text("utf-8"), ROOT / "book/results" / name)
        }
        for name in ("derivations.json", "problems.json", "lab1_reference_mnist.json")
    }
    assert readers["derivations.json"] == {"derivations", "results"}
    assert readers["problems.json"] == {"problems", "results"}
    assert readers["lab1_reference_mnist.json"] >= {"lab1_mlp", "results"}


def launch(page: str, **repository: str) -> list[Any]:
    records = module("book/_ext/records.py")
    config = SimpleNamespace(html_theme_options=repository)
    context: dict[str, Any] = {"header_buttons": [], "body": "<h1>Page</h1>"}
    records._launch(SimpleNamespace(config=config), page, "", context)
    assert ("%pip install git+" in context["body"]) == bool(context["header_buttons"])
    return context["header_buttons"]


def test_notebooks_open_elsewhere_once_the_repository_has_an_address() -> None:
    page = "notebooks/lab1_mlp/lab1_mlp"
    assert launch(page, repository_url="") == []
    address = {"repository_url": "https://github.com/me/course"}
    assert launch("book/intro", **address) == []
    (group,) = launch(page, **address)
    colab, binder = (button["url"] for button in group["buttons"])
    assert colab.endswith(f"/github/me/course/blob/main/{page}.ipynb")
    assert binder.endswith(f"/gh/me/course/main?urlpath=lab/tree/{page}.ipynb")


def test_workflows_call_targets_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    workflows = sorted(ROOT.glob(".github/workflows/*.yml"))
    assert {path.stem for path in workflows} >= {"book", "test", "newest"}
    for path in workflows:
        text = path.read_text("utf-8")
        assert yaml.safe_load(text)["jobs"]
        for target in re.findall(r"\bmake ([a-z-]+)", text):
            assert f"\n{target}:" in makefile, f"{path.name}: make {target}"


def test_the_worked_example_of_a_new_lab_works(tmp_path: Path) -> None:
    example = ROOT / "book/example"
    kit = tmp_path / "kit"
    shutil.copytree(
        ROOT / "labkit", kit / "labkit", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(example / "check_lab0.py", kit / "labkit/check/lab0.py")
    (kit / "solutions/lab0_means").mkdir(parents=True)
    shutil.copy(example / "lab0_means.py", kit / "solutions/lab0_means")

    def labkit(arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "labkit.cli", *arguments.split()],
            cwd=kit,
            env=os.environ | {"PYTHONPATH": str(kit), "LABKIT_HOME": str(kit)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    labkit("release lab0_means")
    labkit("course init class --lab lab0_means")
    released = nbformat.read(
        kit / "class/release/lab0_means/lab0_means.ipynb", as_version=4
    )
    (stub,) = (cell for cell in released.cells if cell.id == "means")
    assert "raise NotImplementedError" in stub.source
    guide = (ROOT / "book/new_lab.md").read_text("utf-8")
    for student, line in (
        ("ada", "np.mean(x, axis=0)"),
        ("ben", "np.mean(x, axis=1)"),
    ):
        assert f"`{line}`" in guide
        stub.source = f"def means(x):\n    return {line}\n"
        path = kit / "class/submitted" / student / "lab0_means/lab0_means.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(released, path)
    sandbox = [] if shutil.which("bwrap") else ["--no-sandbox"]
    graded = labkit(" ".join(["grade lab0_means --course class --jobs 1", *sandbox]))
    expected = (example / "graded.txt").read_text("utf-8").rstrip("\n")
    assert expected in graded


def test_a_page_that_fails_fails_the_build(tmp_path: Path) -> None:
    head = (ROOT / "book/results.md").read_text("utf-8").split("\n# ")[0]
    (tmp_path / "page.md").write_text(
        f"{head}\n# A page\n\n```{{code-cell}} python3\n1 / 0\n```\n", "utf-8"
    )
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n", "utf-8")
    config = settings()
    del config["html"], config["bibtex_bibfiles"]
    config["sphinx"] = {}
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")
    done = run_jupyter_book(tmp_path, tmp_path)
    assert done.returncode != 0
    assert "CellExecutionError" in done.stderr


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda page: page.stem)
def test_the_table_of_points_names_every_question(chapter: Path) -> None:
    notebook = nbformat.read(
        ROOT / "notebooks" / chapter.stem / f"{chapter.stem}.ipynb", as_version=4
    )
    meta = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    questions = [each["grade_id"] for each in meta if each.get("solution")]
    shown = re.findall(r"\{eval\}`parts\(\"([^\"]*)\"\)`", chapter.read_text("utf-8"))
    assert shown == questions
    assert sum(each.get("points", 0) for each in meta if each.get("grade")) == 100


def test_recorded_runs_are_whole_and_say_how_to_repeat_them() -> None:
    records = sorted(ROOT.glob("book/results/lab*.json"))
    assert records
    for path in records:
        run = Run.load(path)
        lab = run.lab.split("_")[0]
        assert path.name == f"{lab}_{run.name}_{run.dataset}.json"
        assert len(run.history) == run.settings["epochs"]
        assert run.name in run.command
        assert run.dataset in run.command
        assert all(0 <= share <= 1 for share in run.history.valid_accuracy)
        if "confusion" in run.result:
            counts = run.result["confusion"]
            right = sum(row[n] for n, row in enumerate(counts))
            accuracy = right / sum(map(sum, counts))
            assert math.isclose(run.result["test_accuracy"], accuracy)


def run_jupyter_book(source: Path, out: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("jupyter-book")
    return subprocess.run(
        [program, "build", source, "--path-output", out, "-n", "-W", "--keep-going"],
        capture_output=True,
        text=True,
        # Kernels start from this environment whatever the caller's PATH is.
        env=os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}"},
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("book")
    built = run_jupyter_book(ROOT, out)
    assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]
    return out / "_build" / "html"


# One group: with `pytest -n` one worker builds the book, once.
@pytest.mark.xdist_group("book")
class TestBuiltBook:
    def test_holds_the_pages_of_the_contents_and_no_other(self, site: Path) -> None:
        sources = site / "_sources"
        kept = {str(f.relative_to(sources)) for f in sources.rglob("*") if f.is_file()}
        assert {re.sub(r"\.(md|ipynb)$", "", name) for name in kept} == set(pages())
        for page in pages():
            assert (site / f"{page}.html").exists()

    def test_holds_no_solution(self, site: Path) -> None:
        assert leaks(ROOT, [site]) == []

    def test_no_figure_is_without_a_text_alternative(self, site: Path) -> None:
        shown = 0
        for file in site.glob("book/*.html"):
            article = file.read_text(encoding="utf-8").partition("<article")[2]
            pictures = re.findall(r"<img [^>]*>", article)
            pictures += re.findall(r"<svg [^>]*>(?:\s*<title)?", article)
            shown += len(pictures)
            for picture in pictures:
                told = re.search(r'(?:alt|aria-label)="[^"]{20,}"', picture)
                assert told or "<title" in picture, (file.name, picture[:200])
        assert shown > 20

    def test_names_no_other_host_to_load_from(self, site: Path) -> None:
        loads = re.compile(
            r"<(?:script|link|img|iframe|source|embed|object)\b[^>]*"
            r"(?:src|href|data)=[\"'](?:https?:)?//[^>]*>"
            r"|(?:url\(|@import )[\"']?(?:https?:)?//[^)]*"
        )
        for suffix in ("*.html", "*.css"):
            for file in site.rglob(suffix):
                text = file.read_text(encoding="utf-8")
                assert loads.findall(text) == [], file.relative_to(site)

    def test_has_no_broken_link_of_its_own(self, site: Path) -> None:
        anchors = {}
        links = set()
        for file in site.rglob("*.html"):
            if "_static" in file.parts:  # templates of the theme
                continue
            text = file.read_text(encoding="utf-8")
            anchors[file.resolve()] = set(re.findall(r'\bid="([^"]*)"', text))
            for link in re.findall(r'\b(?:href|src)="([^"]*)"', text):
                if not re.match(r"[a-z]+:|//", link):
                    links.add((file, html.unescape(link)))
        assert len(links) > 100
        broken = []
        for file, link in links:
            path, _, anchor = link.partition("#")
            target = (file.parent / unquote(path.partition("?")[0])).resolve()
            if not path:
                target = file.resolve()
            if not target.exists() or (
                anchor and target in anchors and unquote(anchor) not in anchors[target]
            ):
                broken.append(f"{file.relative_to(site)}: {link}")
        assert broken == []
