"""Release, fetch, submit, collect and grade on a real JupyterHub.

It makes Unix accounts, so it runs as root alone, on a machine that is yours to use.
``LABKIT_HUB`` names a folder with what it needs, made once with a Python that every
account can run:

    /usr/bin/python3 -m venv $LABKIT_HUB/venv
    $LABKIT_HUB/venv/bin/pip install jupyterhub jupyterlab 'setuptools>=68' .[grading]
    npm install --prefix $LABKIT_HUB configurable-http-proxy

    LABKIT_HUB=/opt/hub python -m pytest -m slow tests/test_hub.py -s

``LABKIT_RECORD`` names a file for what was done and when, such as
book/results/hub.json.
"""

import contextlib
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import nbformat
import pytest

pytest.importorskip("nbgrader")

import corpus

from labkit.grading import results
from labkit.history import cpu_name

ROOT = Path(__file__).resolve().parents[1]
LAB = "lab1_mlp"
HUB = Path(os.environ.get("LABKIT_HUB", "/opt/labkit-hub"))
PYTHON = HUB / "venv/bin/python"
TEACHER, ADA, BOB = ACCOUNTS = ("labkit-teacher", "labkit-ada", "labkit-bob")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.getuid() != 0 or not (HUB / "venv/bin/jupyterhub").exists(),
        reason="needs root, and a hub in LABKIT_HUB",
    ),
]


@pytest.fixture
def accounts():
    """Three Unix accounts, gone afterwards."""

    def remove():
        for name in ACCOUNTS:
            with contextlib.suppress(KeyError):
                pwd.getpwnam(name)
                subprocess.run(["userdel", "-rf", name], capture_output=True)

    remove()
    for name in ACCOUNTS:
        subprocess.run(["useradd", "-m", "-s", "/bin/bash", name], check=True)
        Path(f"/home/{name}").chmod(0o700)
    yield
    remove()


@pytest.fixture
def exchange():
    """nbgrader's exchange, which all accounts write to, and the setting for it."""
    folder = Path(f"/var/tmp/labkit-exchange-{secrets.token_hex(4)}")
    folder.mkdir()
    folder.chmod(0o777)
    settings = HUB / "venv/etc/jupyter/nbgrader_config.py"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(f"c = get_config()\nc.Exchange.root = {str(folder)!r}\n")
    yield folder
    settings.unlink()
    shutil.rmtree(folder)


class Hub:
    """A running hub, and requests to it as one of its users."""

    def __init__(self, folder):
        self.ports = [_free_port() for _ in range(3)]
        self.token = secrets.token_hex(16)
        self.log = folder / "hub.log"
        config = folder / "jupyterhub_config.py"
        config.write_text(
            f"""
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{self.ports[0]}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{self.ports[1]}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{self.ports[2]}"
c.ConfigurableHTTPProxy.command = ["{HUB}/node_modules/.bin/configurable-http-proxy"]
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allowed_users = {set(ACCOUNTS)}
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.cmd = ["{HUB}/venv/bin/jupyterhub-singleuser"]
c.Spawner.start_timeout = 120
c.Spawner.environment = {{"LABKIT_THRESHOLDS": "skip", "OMP_NUM_THREADS": "1"}}
c.JupyterHub.services = [{{"name": "test", "api_token": "{self.token}"}}]
c.JupyterHub.load_roles = [{{"name": "test", "services": ["test"], "scopes":
    ["admin:users", "admin:servers", "access:servers", "tokens"]}}]
"""
        )
        self.process = subprocess.Popen(
            [HUB / "venv/bin/jupyterhub", "-f", config],
            cwd=folder,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
            env={**os.environ, "PATH": f"{HUB}/venv/bin:/usr/bin:/bin"},
        )

    def ask(self, path, data=None, method=None, headers=None):
        """Return the answer to a request, decoded."""
        request = Request(
            f"http://127.0.0.1:{self.ports[0]}{path}",
            data=data.encode() if data is not None else None,
            method=method or ("GET" if data is None else "POST"),
            headers={"Authorization": f"token {self.token}", **(headers or {})},
        )
        with urlopen(request, timeout=300) as answer:
            text = answer.read().decode()
            return answer.status, json.loads(text) if text[:1] in ("{", "[") else text

    def start(self, user):
        """Start a user's server."""
        with contextlib.suppress(HTTPError):
            self.ask(f"/hub/api/users/{user}", "")
        self.ask(f"/hub/api/users/{user}/server", "")
        self.wait(f"/user/{user}/api/status")

    def wait(self, path):
        """Wait until a page is there."""
        deadline = time.monotonic() + 120
        while True:
            with contextlib.suppress(HTTPError, URLError, ConnectionError):
                if self.ask(path)[0] == 200:
                    return
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            time.sleep(0.5)

    def stop(self):
        """End the hub, its proxy and the users' servers."""
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()


@pytest.fixture
def hub(tmp_path, accounts, exchange):
    """A hub, with a server for each account."""
    made = Hub(tmp_path)
    try:
        made.wait("/hub/api/")
        for user in ACCOUNTS:
            made.start(user)
        yield made
    finally:
        made.stop()


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def as_user(user, *command):
    """Run a command with an account's rights, in its home."""
    home = Path(f"/home/{user}")
    done = subprocess.run(
        ["/sbin/runuser", "-u", user, "--", *map(str, command)],
        cwd=home,
        env={
            "HOME": str(home),
            "PATH": f"{HUB}/venv/bin:/usr/bin:/bin",
            "LABKIT_HOME": "/var/tmp/labkit-kit",
            "LABKIT_THRESHOLDS": "skip",
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def points(course):
    """Points and penalty of each student, in the class's gradebook."""
    return {s.student: (s.score, s.penalty) for s in results.load(course, LAB)}


def test_two_students_and_an_instructor_on_a_hub(hub, capsys):
    log = []

    def say(text):
        log.append({"seconds": round(time.monotonic() - start, 1), "what": text})
        with capsys.disabled():
            print(f"[{time.monotonic() - start:5.1f} s] {text}", flush=True)

    start = time.monotonic()
    kit = Path("/var/tmp/labkit-kit")
    shutil.rmtree(kit, ignore_errors=True)
    # All accounts run the checkout's labkit, installed; the lab's source is with
    # the instructor alone.
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps"]
    pip += ["--no-build-isolation", "--force-reinstall", "."]
    subprocess.run(pip, cwd=ROOT, check=True, capture_output=True)
    shutil.copytree(ROOT / "solutions" / LAB, kit / "solutions" / LAB)
    shutil.chown(kit, TEACHER)
    kit.chmod(0o700)
    shutil.chown(kit / "solutions", TEACHER)

    home = Path(f"/home/{TEACHER}")
    as_user(TEACHER, "labkit", "course", "init", home / "spring", "--lab", LAB)
    due = datetime.now(UTC) - timedelta(hours=30)
    with (home / "spring/nbgrader_config.py").open("a") as config:
        config.write(
            f"c.Deadlines.due = {{{LAB!r}: '{due:%Y-%m-%d %H:%M}'}}\n"
            f"c.Deadlines.extensions = {{{LAB!r}: {{{ADA!r}: "
            f"'{due + timedelta(days=3):%Y-%m-%d %H:%M}'}}}}\n"
            "c.LatePenalty.penalty_method = 'per_day'\n"
        )
    settings = home / ".jupyter/nbgrader_config.py"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(f"c = get_config()\nc.CourseDirectory.root = '{home}/spring'\n")
    shutil.chown(settings.parent, TEACHER)
    # The servers read their settings when they start.
    hub.ask(f"/hub/api/users/{TEACHER}/server", method="DELETE")
    time.sleep(3)
    hub.start(TEACHER)
    say("the class spring is made; three servers run")

    def formgrader(path, data=""):
        status, answer = hub.ask(f"/user/{TEACHER}/formgrader/api/{path}", data)
        assert status == 200
        return answer

    released = formgrader(f"assignment/{LAB}/release")
    assert released["success"], released
    say(f"instructor: {LAB} is released")

    solved = corpus.submission(LAB)
    wrong = next(
        case
        for case in corpus.load(LAB, "mutants")
        if case.name == "linear-mean-over-batch"
    )
    for student, notebook in ((ADA, solved), (BOB, corpus.submission(LAB, wrong))):
        listed = hub.ask(f"/user/{student}/assignments?course_id=spring")[1]["value"]
        assert [(a["assignment_id"], a["status"]) for a in listed] == [
            (LAB, "released")
        ]
        form = urlencode({"course_id": "spring", "assignment_id": LAB})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        fetched = hub.ask(f"/user/{student}/assignments/fetch", form, headers=kind)[1]
        assert fetched["success"], fetched
        path = Path(f"/home/{student}/{LAB}/{LAB}.ipynb")
        given = nbformat.read(path, 4)
        assert [c.id for c in given.cells] == [c.id for c in notebook.cells]
        assert "BEGIN SOLUTION" not in path.read_text()
        # The student saves through the server, as JupyterLab does.
        model = {"type": "notebook", "format": "json", "content": notebook}
        saved = hub.ask(
            f"/user/{student}/api/contents/{LAB}/{LAB}.ipynb",
            json.dumps(model),
            method="PUT",
            headers={"Content-Type": "application/json"},
        )
        assert saved[0] in (200, 201)
        sent = hub.ask(f"/user/{student}/assignments/submit", form, headers=kind)[1]
        assert sent["success"], sent
        say(f"{student}: fetched, saved, submitted")

    collected = formgrader(f"assignment/{LAB}/collect")
    assert collected["success"], collected
    submitted = home / "spring/submitted"
    assert sorted(p.name for p in submitted.iterdir()) == [ADA, BOB]
    say("instructor: two submissions are collected")

    for student in (ADA, BOB):
        graded = formgrader(f"submission/{LAB}/{student}/autograde")
        assert graded["success"], graded
    scores = points(home / "spring")
    say(
        "instructor: graded in formgrader; "
        + "; ".join(f"{s}: {p:g} points, late: -{x:g}" for s, (p, x) in scores.items())
    )
    assert scores[ADA] == (80, 0)
    reached, penalty = scores[BOB]
    assert 60 < reached < 80
    assert penalty == pytest.approx(0.2 * reached)  # two days begun

    # The same, as a command, gives the same grades.
    table = as_user(TEACHER, "labkit", "grade", LAB, "--course", "spring")
    assert f"{BOB}: linear: hint mean-over-batch" in table
    assert points(home / "spring") == scores
    say("instructor: labkit grade gives the same")

    feedback = formgrader(f"assignment/{LAB}/generate_feedback")
    assert feedback["success"], feedback
    given = formgrader(f"assignment/{LAB}/release_feedback")
    assert given["success"], given
    form = urlencode({"course_id": "spring", "assignment_id": LAB})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for student in (ADA, BOB):
        got = hub.ask(f"/user/{student}/assignments/fetch_feedback", form, headers=kind)
        assert got[1]["success"], got
        (page,) = Path(f"/home/{student}/{LAB}/feedback").glob(f"*/{LAB}.html")
        assert "HIDDEN TESTS" not in page.read_text()
    assert "mean-over-batch" in page.read_text()
    say("students: feedback is fetched")

    out = as_user(
        *(TEACHER, "labkit", "export", LAB, "--course", "spring"),
        *("--format", "canvas", "--to", "-"),
    )
    assert f"{BOB},,,{BOB},,{reached - penalty:.2f}" in out
    # What belongs to somebody else stays closed.
    for student, path in ((BOB, f"/home/{ADA}/{LAB}"), (ADA, kit), (BOB, home)):
        probe = ["/sbin/runuser", "-u", student, "--", "ls", str(path)]
        assert subprocess.run(probe, capture_output=True).returncode != 0, path
    say("instructor: exported; nobody reads what is somebody else's")
    shutil.rmtree(kit)
    if record := os.environ.get("LABKIT_RECORD"):
        freeze = [PYTHON, "-m", "pip", "list", "--format", "json"]
        listed = json.loads(subprocess.check_output(freeze, stderr=subprocess.DEVNULL))
        versions = {p["name"]: p["version"] for p in listed}
        kept = ("jupyterhub", "jupyterlab", "nbgrader", "labkit")
        found = {
            "command": "python -m pytest -m slow tests/test_hub.py",
            "device": f"{cpu_name()}, {os.cpu_count()} cores, shared with other work",
            "versions": {name: versions[name] for name in kept},
            "log": log,
        }
        Path(record).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
