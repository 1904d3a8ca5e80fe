"""The threshold of the comparison: which network wins, and what that earns."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from labkit import data, training
from labkit.check import CheckFailed, lab4
from labkit.grading.isolation.execute import Limits, execute
from labkit.grading.isolation.sandbox import PRELOAD, Rules, Sandbox

ROOT = Path(__file__).parents[1]
LIMITS = {
    "dataset": "shapes10",
    "tier": "cpu",
    "hidden": 4,
    "mlp_widths": [4, 4, 4, 4],
    "cnn_widths": [2, 2, 2],
    "batch_size": 32,
    "epochs": 4,
    "train_images": 120,
    "valid_images": 30,
    "test_images": 60,
}
STUDENT = '''
import copy

import torch
from torch import nn
from torch.nn import functional as F


class Sees(nn.Module):
    """Sees the color of an image."""

    def __init__(self, image_size, num_classes, widths):
        super().__init__()
        self.fc = nn.Linear(3, num_classes)
        nn.init.zeros_(self.fc.weight)

    def forward(self, x):
        return self.fc(x.mean(dim=(2, 3)))


class ConvNet(Sees):
    pass


class TwoLayerNet(Sees):
    """Sees nothing."""

    def forward(self, x):
        return super().forward(0 * x)


class ResidualMLP(TwoLayerNet):
    pass


calls = []


def compare(models, loaders, epochs, device):
    train, valid, test = loaders
    calls.append(([len(loader.dataset) for loader in loaders], epochs, device))
    for model in models.values():
        optimizer = torch.optim.Adam(model.parameters(), 0.5)
        for _ in range(epochs):
            for x, targets in train:
                optimizer.zero_grad()
                F.cross_entropy(model(x), targets).backward()
                optimizer.step()
'''


@pytest.fixture
def student():
    """What a student wrote, by name."""
    names = {}
    exec(STUDENT, names)
    return SimpleNamespace(**names)


@pytest.fixture(autouse=True)
def colored(request, monkeypatch):
    """Draw images of one color, which is the class, where nothing slow is tested."""
    if request.node.get_closest_marker("slow"):
        return

    def held_out(limits, rng):
        def drawn(count):
            targets = rng.integers(3, size=count)
            images = np.zeros((count, 8, 8, 3), np.uint8)
            images[...] = np.eye(3, dtype=np.uint8)[targets][:, None, None] * 200
            return data.ImageDataset("colors", images, targets, ("r", "g", "b"))

        return tuple(drawn(limits[f"{part}_images"]) for part in _PARTS)

    monkeypatch.setattr(lab4, "held_out", held_out)


_PARTS = ("train", "valid", "test")


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """Write a threshold beside the notebook, with these steps."""
    monkeypatch.setenv("LABKIT_DATASET", "shapes10")
    monkeypatch.chdir(tmp_path)

    def write(steps):
        row = LIMITS | {"steps": steps}
        lines = [f"{key} = {json.dumps(value)}" for key, value in row.items()]
        text = "\n".join(["[[threshold]]", *lines])
        (tmp_path / "thresholds.toml").write_text(text)

    write([[0.5, 2], [0.9, 5]])
    return write


def run(student, **change):
    parts = vars(student) | change
    networks = (parts[name] for name in ("TwoLayerNet", "ResidualMLP", "ConvNet"))
    return lab4.compare_winner(parts["compare"], *networks)


def test_the_convolutional_network_earns_points_where_it_wins(student, beside):
    assert run(student) == 5.0
    assert student.calls == [([120, 15, 15], 4, "cpu")]


def test_short_of_full_marks_all_are_trained_once_more(student, beside):
    beside([[0.5, 2], [1.01, 5]])
    assert run(student) == 2.0
    assert len(student.calls) == 2


@pytest.mark.parametrize("other", ["TwoLayerNet", "ResidualMLP"])
def test_a_network_that_is_as_good_wins_nothing(student, beside, other):
    class AsGood(student.Sees):
        pass

    with pytest.raises(CheckFailed, match="network does not win") as caught:
        run(student, **{other: AsGood})
    assert caught.value.details.count("100.00%") == 2
    assert "cnn 100.00%" in caught.value.details


def test_a_copy_that_was_trained_is_the_network_that_counts(student, beside):
    def compare(models, *rest):
        copies = {name: student.copy.deepcopy(model) for name, model in models.items()}
        student.compare(copies, *rest)

    assert run(student, compare=compare) == 5.0


def test_networks_may_flatten_with_view(student, beside):
    class Viewing(student.ConvNet):
        def __init__(self, image_size, num_classes, widths):
            super().__init__(image_size, num_classes, widths)
            self.conv = student.nn.Conv2d(3, 3, 3, padding=1)

        def forward(self, x):
            flat = self.conv(x).view(len(x), -1)
            return super().forward(x) + 0 * (flat.sum() + x.view(len(x), -1).sum())

    assert run(student, ConvNet=Viewing) == 5.0


def test_what_is_not_trained_earns_nothing(student, beside):
    with pytest.raises(CheckFailed) as caught:
        run(student, compare=lambda *_: None)
    assert "does not win" in caught.value.title or "first points" in str(caught.value)


def test_what_the_students_functions_raise_is_told(student, beside):
    def compare(*_):
        raise ValueError("no such loader")

    with pytest.raises(CheckFailed, match="compare raised ValueError"):
        run(student, compare=compare)

    class Seven(student.ConvNet):
        def __init__(self, image_size, num_classes, widths):
            super().__init__(image_size, 7, widths)

    with pytest.raises(CheckFailed, match=r"forward has the shape \(60, 7\)"):
        run(student, ConvNet=Seven)


def test_it_trains_in_the_sandbox_and_scores_outside(tmp_path, beside):
    nbformat = pytest.importorskip("nbformat")
    test = (
        "from labkit.check import lab4 as check\n"
        "check.compare_winner(compare, TwoLayerNet, ResidualMLP, ConvNet)"
    )
    liar = (
        "from labkit.check import probes\n"
        "probes.tested = lambda compare, models, *_: models\n"
        "probes.logits = lambda model, images, *_: torch.zeros(len(images), 3)"
    )
    made = nbformat.v4.new_notebook()
    for source in (STUDENT, test, liar, test):
        cell = nbformat.v4.new_code_cell(source)
        if source == test:
            cell.metadata.update(
                nbgrader={"grade": True, "locked": True, "points": 5},
                tags=["threshold"],
            )
        made.cells.append(cell)
    rules = Rules(preload=(*PRELOAD, "torch", "labkit.check.probes"))
    with Sandbox(rules) as sandbox:
        ran = execute(made, tmp_path, sandbox, limits=Limits(threshold=60))
    honest, lying = ran.cells[1].outputs, ran.cells[3].outputs
    assert honest[-1].data["text/plain"] == "5.0", honest
    assert "does not win" in lying[-1].evalue


@pytest.fixture(scope="module")
def reference():
    return training.reference("lab4_diagnosis", ROOT)


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Lay the measured thresholds beside the notebook."""
    found = ROOT / "solutions" / "lab4_diagnosis" / "thresholds.toml"
    (tmp_path / found.name).write_bytes(found.read_bytes())
    monkeypatch.setenv("LABKIT_DATASET", "shapes10")
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
def test_the_reference_earns_full_marks(reference, measured):
    assert run(SimpleNamespace(**reference)) == 5.0


@pytest.mark.slow
def test_one_epoch_does_not_earn_full_marks(reference, measured):
    def hasty(models, loaders, epochs, device):
        return reference["compare"](models, loaders, 1, device)

    try:
        points = run(SimpleNamespace(**reference), compare=hasty)
    except CheckFailed:
        points = 0.0
    assert points < 5.0


@pytest.mark.slow
def test_a_network_that_flattens_does_not_win(reference, measured):
    class Flat(reference["TwoLayerNet"]):
        def __init__(self, image_size, num_classes, widths):
            super().__init__(image_size, num_classes, 128)

    with pytest.raises(CheckFailed):
        run(SimpleNamespace(**reference), ConvNet=Flat)
