"""The reference loads, runs are recorded, thresholds keep their word."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

import corpus
import numpy as np
import pytest

from labkit import training
from labkit.check import CheckFailed, lab1
from labkit.history import Run

ROOT = Path(__file__).parents[1]


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """Make a checkout of its own, whose one run is small."""
    monkeypatch.setenv("LABKIT_DATASET", "digits")
    folder = tmp_path / "solutions" / "lab1_mlp"
    shutil.copytree(ROOT / "solutions" / "lab1_mlp", folder)
    recipe = folder / "runs.py"
    recipe.write_text(
        recipe.read_text(encoding="utf-8")
        + "\n\ndef runs(dataset):\n"
        + "    small = {'hidden': [16], 'epochs': 2, 'batch_size': 8, 'test': True}\n"
        + "    return {'small': {**REFERENCE, **small, 'record_steps': True}}\n",
        encoding="utf-8",
    )
    return tmp_path


def test_reference_needs_neither_jupytext_nor_nbgrader(tmp_path):
    code = (
        "import sys\n"
        "for name in ('jupytext', 'nbgrader', 'nbformat', 'IPython'):\n"
        "    sys.modules[name] = None\n"
        "from labkit.training import reference\n"
        f"names = reference('lab1_mlp', __import__('pathlib').Path({str(ROOT)!r}))\n"
        "print(names['MLP']().__class__.__name__, 'histories' in names)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert out.stdout.strip() == "MLP False", out.stderr


def test_lab_2_needs_no_package_for_pictures(tmp_path):
    """A machine with a GPU may have NumPy and PyTorch alone."""
    code = (
        "import sys\n"
        "from importlib.machinery import PathFinder\n"
        "absent = ('jupytext', 'nbgrader', 'nbformat', 'IPython', 'matplotlib',\n"
        "          'PIL', 'sklearn', 'scipy', 'torchvision', 'tqdm')\n"
        "class Poor(PathFinder):\n"
        "    @classmethod\n"
        "    def find_spec(cls, name, path=None, target=None):\n"
        "        if name.partition('.')[0] not in absent:\n"
        "            return PathFinder.find_spec(name, path, target)\n"
        "sys.meta_path[sys.meta_path.index(PathFinder)] = Poor\n"
        "from pathlib import Path\n"
        "from labkit import training\n"
        f"root = Path({str(ROOT)!r})\n"
        "parts = training.reference('lab2_resnet', root)\n"
        "recipe = training.runpy.run_path(\n"
        "    str(root / 'solutions/lab2_resnet/runs.py'))\n"
        "settings = {**recipe['REFERENCE'], 'width': 2, 'train_images': 64,\n"
        "            'valid_images': 10, 'epochs': 1}\n"
        "history, _ = recipe['execute'](parts, 'tiny', 'shapes10', settings, 0)\n"
        "print(len(history), 'tqdm' in sys.modules)\n"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "LABKIT_DATASET": "shapes10"},
    )
    assert out.stdout.splitlines()[-1:] == ["1 True"], out.stderr
    assert "tiny" in out.stdout


def test_tracebacks_point_into_the_source(kit):
    source = kit / "solutions" / "lab1_mlp" / "lab1_mlp.py"
    lines = source.read_text(encoding="utf-8").splitlines()
    linear = training.reference("lab1_mlp", kit)["Linear"]
    line = linear.forward.__code__.co_firstlineno
    assert lines[line - 1].strip() == "def forward(self, x):"
    assert linear.forward.__code__.co_filename == str(source)


def test_unknown_labs_runs_and_devices_are_named(kit):
    with pytest.raises(training.TrainingError, match="no lab named 'lab9'"):
        training.train("lab9", root=kit)
    with pytest.raises(training.TrainingError, match="no run named big; known are sm"):
        training.train("lab1_mlp", only=["big"], root=kit)
    with pytest.raises(training.TrainingError, match="got device 'cuda'"):
        training.train("lab1_mlp", device="cuda", root=kit)


def test_a_run_is_recorded_with_all_that_repeats_it(kit):
    (path,) = training.train("lab1_mlp", root=kit)
    assert path == kit / "book" / "results" / "lab1_small_digits.json"
    run = Run.load(path)
    assert (run.lab, run.name, run.dataset, run.seed) == (
        "lab1_mlp",
        "small",
        "digits",
        0,
    )
    assert run.settings["hidden"] == [16]
    assert len(run.history) == 2
    assert run.device.startswith("CPU: ")
    assert {"python", "numpy", "labkit"} <= set(run.versions)
    confusion = np.array(run.result["confusion"])
    assert confusion.shape == (10, 10)
    assert confusion.sum() == 360
    assert np.trace(confusion) / 360 == pytest.approx(run.result["test_accuracy"])
    steps_an_epoch = -(-(1437 - 143) // 8)
    assert len(run.result["step_loss"]) == 2 * steps_an_epoch // 20


def test_a_recorded_run_is_repeated_only_by_force(kit):
    (path,) = training.train("lab1_mlp", root=kit)
    marked = json.loads(path.read_text(encoding="utf-8")) | {"device": "marked"}
    path.write_text(json.dumps(marked), encoding="utf-8")
    training.train("lab1_mlp", root=kit)
    assert Run.load(path).device == "marked"
    training.train("lab1_mlp", force=True, root=kit)
    assert Run.load(path).device != "marked"


def test_a_seed_repeats_a_run(kit):
    recipe = training.runpy.run_path(str(kit / "solutions" / "lab1_mlp" / "runs.py"))
    settings = recipe["runs"]("digits")["small"]
    parts = training.reference("lab1_mlp", kit)
    once, again, other = (
        recipe["execute"](parts, "small", "digits", settings, seed)[0].train_loss
        for seed in (3, 3, 4)
    )
    assert once == again != other


@pytest.fixture
def resnet(tmp_path, monkeypatch):
    """Make a checkout of its own, whose Lab 2 is small."""
    monkeypatch.setenv("LABKIT_DATASET", "shapes10")
    folder = tmp_path / "solutions" / "lab2_resnet"
    shutil.copytree(ROOT / "solutions" / "lab2_resnet", folder)
    for old in folder.glob("thresholds*"):
        old.unlink()
    recipe = folder / "runs.py"
    recipe.write_text(
        recipe.read_text(encoding="utf-8")
        + "\n\n_SMALL = {'width': 2, 'train_images': 60, 'valid_images': 20}\n"
        + "_CHANGES = {'tiny': {'epochs': 2, 'batch_size': 16, 'test': True}}\n"
        + "_NARROW = {'shapes10': _SMALL}\n",
        encoding="utf-8",
    )
    return tmp_path


def test_a_run_in_pytorch_is_recorded_with_its_scale(resnet):
    (path,) = training.train("lab2_resnet", device="cpu", root=resnet)
    assert path.name == "lab2_narrow-tiny_shapes10.json"
    run = Run.load(path)
    assert len(run.history) == 2
    assert run.settings["width"] == 2
    assert run.device.startswith("CPU: ")
    assert "torch" in run.versions
    assert run.command.endswith("--only narrow-tiny --device cpu")
    assert np.sum(run.result["confusion"]) == 2000


def test_a_gpu_that_is_not_there_is_told(resnet, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    for command in (training.train, training.calibrate):
        with pytest.raises(training.TrainingError, match="finds no GPU"):
            command("lab2_resnet", device="cuda", root=resnet)
    with pytest.raises(training.TrainingError, match="cpu or cuda; got device 'tpu'"):
        training.train("lab2_resnet", device="tpu", root=resnet)


def test_a_calibration_goes_on_where_it_was_interrupted(resnet, monkeypatch):
    """Accuracies are made up here: it is the bookkeeping that is tested."""
    recipe = resnet / "solutions" / "lab2_resnet" / "runs.py"
    recipe.write_text(
        recipe.read_text(encoding="utf-8")
        + "\n\ndef calibration_accuracy(parts, dataset, change, rng, device='cpu'):\n"
        + "    from pathlib import Path\n"
        + "    calls = Path('calls')\n"
        + "    text = calls.read_text() if calls.exists() else ''\n"
        + "    if Path('stop').exists() and text.count('\\n') == 10:\n"
        + "        raise KeyboardInterrupt\n"
        + "    calls.write_text(text + f'{dataset} {change} {device}\\n')\n"
        + "    good = 'mistake' not in change and 'epochs' not in change\n"
        + "    return (0.9 if good else 0.2) + 0.01 * rng.random()\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(resnet)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr(training, "device_name", lambda device: f"a {device}")
    calibrate = partial(training.calibrate, "lab2_resnet", ["cifar10"], root=resnet)
    path = calibrate(seeds=2)
    (row,) = tomllib.loads(path.read_text(encoding="utf-8"))["threshold"]
    assert {len(runs) for runs in row["correct"].values()} == {row["seeds"]} == {2}
    assert row["steps"][-1] == [row["bound"], 14]
    assert [points for _, points in row["steps"]] == [3.5, 7, 10.5, 14]
    # Interrupted after ten runs, which are not repeated.
    Path("calls").write_text("")
    Path("stop").touch()
    with pytest.raises(KeyboardInterrupt):
        calibrate(device="cuda", seeds=2)
    Path("stop").unlink()
    calibrate(device="cuda", seeds=2)
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["threshold"]
    assert [each["tier"] for each in rows] == ["cpu", "gpu"]
    assert rows[0] == row
    assert rows[1]["width"] == 64
    assert rows[1]["command"] == "labkit calibrate lab2_resnet --device cuda"
    kinds = [rows[1][kind].values() for kind in ("correct", "wrong", "unsettled")]
    measured = sum(len(runs) for networks in kinds for runs in networks)
    assert len(Path("calls").read_text().splitlines()) == measured
    assert not list(path.parent.glob("*.partial"))


def test_the_bound_follows_from_the_runs():
    correct = {"a": [0.96, 0.962, 0.964], "b": [0.98, 0.982, 0.984]}
    wrong = {"flat": [0.5, 0.52], "near": [0.95, 0.97]}
    row = training.threshold(correct, wrong)
    assert row["weakest_correct"] == "a"
    assert row["std"] == 0.002
    assert 0.9 < row["bound"] < 0.96
    assert row["fail_chance"] <= training.MAX_FAIL_CHANCE
    assert row["strongest_rejected"] == "flat"
    assert row["not_distinguished"] == ["near"]
    assert row["steps"][-1] == [row["bound"], 12]


def test_a_wider_spread_lowers_the_bound():
    wrong = {"w": [0.1, 0.1]}
    narrow = training.threshold({"a": [0.957, 0.959, 0.961, 0.963]}, wrong)
    wide = training.threshold({"a": [0.954, 0.958, 0.962, 0.966]}, wrong)
    assert wide["bound"] < narrow["bound"]


ROWS = {
    f"{path.parent.name}-{row['dataset']}-{row['tier']}": (path.parent.name, row)
    for path in sorted(ROOT.glob("solutions/*/thresholds.toml"))
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["threshold"]
}
BASE = {
    "lab1_mlp": {"untrained", "transform without / 255", "lr 0.001"},
    "lab2_resnet": {
        *("untrained", "no nonlinearity", "no zero_grad"),
        *("trained in eval mode", "one step an epoch"),
    },
    "lab4_diagnosis": {"untrained", "two-layer network in its place"},
}
"""What learns nothing, and must always be told apart."""


@pytest.mark.parametrize("name", ROWS)
def test_thresholds_keep_their_word(name):
    lab, row = ROWS[name]
    recipe = training.runpy.run_path(str(ROOT / "solutions" / lab / "runs.py"))
    points = recipe.get("POINTS", 12)
    claimed = training.threshold(row["correct"], row["wrong"], points)
    assert claimed.items() <= row.items()
    assert row["fail_chance"] <= 1e-4
    assert row["strongest_rejected_accuracy"] < row["bound"] < row["min"]
    assert row["bound"] < row["weakest_correct_mean"] - 3 * row["std"]
    steps = np.array(row["steps"])
    assert (np.diff(steps, axis=0) > 0).all()
    assert steps[-1].tolist() == [row["bound"], points]
    # Guessing earns nothing, and what learns nothing is always told apart.
    untrained = "never trained" if lab == "lab3_transfer" else "untrained"
    assert max(row["wrong"][untrained]) < steps[0][0]
    for wrong in BASE.get(lab, set()):
        assert wrong in row["wrong"]
        assert wrong not in row["not_distinguished"]


def test_every_lab_has_a_threshold_where_no_data_is_installed():
    for lab, dataset in (
        ("lab1_mlp", "digits"),
        ("lab2_resnet", "shapes10"),
        ("lab3_transfer", "shapes10"),
        ("lab4_diagnosis", "shapes10"),
    ):
        assert f"{lab}-{dataset}-cpu" in ROWS


def test_lab_1_is_graded_on_digits_where_there_is_no_bound(monkeypatch):
    trained = []

    def perfect(*_, dataset, **settings):
        trained.append(dataset)
        return 1.0

    monkeypatch.chdir(corpus.ROOT / "solutions/lab1_mlp")
    monkeypatch.setattr(lab1, "train_accuracy", perfect)
    monkeypatch.setattr(lab1.data, "default_dataset", lambda: "fashion-mnist")
    assert lab1.train(*[None] * 5, 0.3, 32, 60) == 12
    assert trained == ["digits"]
    for settings, told in (
        ((0.3, 32, 61), "EPOCHS may be at most 60 on digits"),
        ((0, 32, 60), "LR must be a positive number"),
        ((0.3, 0, 60), "whole numbers"),
    ):
        with pytest.raises(CheckFailed, match=told):
            lab1.train(*[None] * 5, *settings)


def test_a_run_on_images_of_ones_own_is_recorded_beside_the_others(tmp_path):
    path = training.result_path("lab2_resnet", "reference", "folder:/a/b", tmp_path)
    assert path == tmp_path / "book/results/lab2_reference_folder--a-b.json"
