"""The accuracy threshold of the image labs: what is drawn, trained and scored."""

import copy
import json
from types import SimpleNamespace

import numpy as np
import pytest

from labkit import data
from labkit.check import CheckFailed, image_training
from labkit.grading.isolation.execute import Limits, execute
from labkit.grading.isolation.sandbox import PRELOAD, Rules, Sandbox

LIMITS = {
    "dataset": "shapes10",
    "tier": "cpu",
    "width": 2,
    "train_images": 120,
    "valid_images": 30,
    "test_images": 90,
    "max_epochs": 4,
}
STUDENT = '''
import torch
from torch import nn

class ResNet18(nn.Module):
    """Small: what the threshold does, it does with any network."""

    def __init__(self, num_classes=10, width=64):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)
        self.fc = nn.Linear(width, num_classes)

    def forward(self, x):
        return self.fc(self.conv(x).relu().mean(dim=(2, 3)))

def make_optimizer(model, epochs):
    return torch.optim.SGD(model.parameters(), lr=0.1), None

class History:
    train_loss = [2.5, 2.25]

calls = []

def fit(model, train, valid, criterion, optimizer, scheduler, epochs, device):
    calls.append((len(train), len(valid), scheduler, epochs, device))
    model.train()
    for x, targets in train:
        optimizer.zero_grad()
        criterion(model(x), targets).backward()
        optimizer.step()
    return History()
'''


@pytest.fixture
def student():
    """What a student wrote, by name."""
    names = {}
    exec(STUDENT, names)
    return SimpleNamespace(**names)


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """Write thresholds beside the notebook: rows from keywords over `LIMITS`."""
    monkeypatch.setenv("LABKIT_DATASET", "shapes10")
    monkeypatch.chdir(tmp_path)

    def write(*rows):
        lines = []
        for row in rows:
            lines.append("[[threshold]]")
            full = {**LIMITS, "steps": [[0.0, 5], [0.9, 14]], **row}
            lines += [f"{key} = {json.dumps(value)}" for key, value in full.items()]
        (tmp_path / "thresholds.toml").write_text("\n".join(lines))

    write({})
    return write


def run(student, batch_size=16, epochs=2, erasing=False, rng=None, **change):
    parts = vars(student) | change
    return image_training.train(
        *(parts[name] for name in ("ResNet18", "make_optimizer")),
        None,
        None,
        parts["fit"],
        batch_size,
        epochs,
        erasing,
        rng,
    )


def test_the_students_parts_train_with_the_students_settings(student, beside, capsys):
    assert run(student) == 5.0
    # Short of full marks it trains once more.
    assert student.calls == [(8, 1, None, 2, "cpu")] * 2
    assert "train: 5 of 14 points." in capsys.readouterr().out


def test_full_marks_need_one_run(student, beside):
    beside({"steps": [[0.001, 14]]})
    assert run(student) == 14.0
    assert len(student.calls) == 1


def test_no_points_tell_how_far_it_got(student, beside):
    beside({"steps": [[0.99, 7], [0.995, 14]]})
    with pytest.raises(CheckFailed) as caught:
        run(student)
    assert "of the held-out images of shapes10 are right" in caught.value.title
    assert "all 14 need 99.50%" in caught.value.details
    assert "from 2.5 in the first epoch to 2.25 in the last" in caught.value.details


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 5}, "EPOCHS may be at most 4 on shapes10"),
        ({"epochs": 0}, "must be whole numbers"),
        ({"batch_size": 1.5}, "must be whole numbers"),
        ({"batch_size": None}, "must be whole numbers"),
    ],
)
def test_settings_that_are_not_allowed_are_named(student, beside, settings, message):
    with pytest.raises(CheckFailed, match=message):
        run(student, **settings)
    assert student.calls == []


def test_what_the_students_functions_raise_is_told(student, beside):
    def fit(*_):
        raise ValueError("no such batch")

    with pytest.raises(CheckFailed, match="fit raised ValueError"):
        run(student, fit=fit)
    with pytest.raises(CheckFailed, match=r"does not return a pair \(optimizer, sch"):
        run(student, make_optimizer=lambda model, epochs: 3)

    def seven(classes, width):
        return student.ResNet18(7, width)

    with pytest.raises(CheckFailed, match=r"forward has the shape \(90, 7\)"):
        run(student, ResNet18=seven, fit=lambda *_: None)


def test_a_gpu_has_its_own_row_and_does_without(student, beside, monkeypatch):
    asked = {"has_gpu": True}
    monkeypatch.setattr(
        image_training, "make", lambda near, name, *args: asked.get(name)
    )
    rows = []
    monkeypatch.setattr(
        image_training, "train_accuracy", lambda *a, limits, **k: rows.append(limits)
    )
    monkeypatch.setattr(
        image_training.threshold, "graded", lambda row, accuracy: accuracy([])
    )
    run(student)
    beside({"tier": "gpu", "width": 64}, {})
    run(student)
    asked["has_gpu"] = False
    run(student)
    assert [(row["tier"], row["width"]) for row in rows] == [
        ("cpu", 2),
        ("gpu", 64),
        ("cpu", 2),
    ]


def test_a_data_set_without_a_threshold_is_graded_on_shapes(
    student, beside, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("LABKIT_DATASET", f"folder:{tmp_path}")
    assert run(student) == 5.0
    assert "held-out images of shapes10 are right" in capsys.readouterr().out
    beside({"dataset": "cifar10"})
    with pytest.raises(CheckFailed, match="no row for folder:"):
        run(student)


# What is drawn


@pytest.fixture
def public(monkeypatch):
    """A data set of bright squares on black; the color is the class."""
    images = np.zeros((200, 32, 32, 3), np.uint8)
    targets = np.arange(200) % 3
    images[:, 8:20, 10:22] = np.eye(3, dtype=np.uint8)[targets][:, None, None] * 255
    # Which image it is; even moved, that stays inside.
    images[:, 24:30, 20:26, 0] = np.arange(200)[:, None, None]
    made = data.ImageDataset("public", images, targets, ("red", "green", "blue"))
    monkeypatch.setattr(data, "load", lambda name, split: copy.deepcopy(made))
    return made


def test_public_images_are_moved_and_their_classes_numbered_anew(public):
    limits = LIMITS | {"dataset": "public"}
    several = [
        image_training.held_out(limits, np.random.default_rng(seed))
        for seed in range(12)
    ]
    numberings = set()
    for parts in several:
        assert [len(part) for part in parts] == [120, 30, 90]
        for part in parts:
            color = part.images[:, 16, 16].argmax(axis=1)
            numbers = {(c, t) for c, t in zip(color, part.targets, strict=True)}
            assert len(numbers) == 3  # a class is still a class
            assert all(
                part.classes[target] == public.classes[color]
                for color, target in numbers
            )
        numberings.add(tuple(sorted(numbers)))
        left = (parts[0].images.max(axis=(1, 3)) > 250).argmax(axis=1)
        assert {8, 9, 10, 11, 12} <= set(left)
        marks = parts[0].images[:, 26, :, 0].argmax(axis=1)
        assert 0.3 < (marks > 16).mean() < 0.7  # the others are mirrored
    assert len(numberings) > 1
    assert not np.array_equal(several[0][2].images, several[1][2].images)


def test_training_and_validation_share_no_image(public):
    limits = LIMITS | {"dataset": "public", "train_images": 150, "valid_images": 50}
    train, valid, _ = image_training.held_out(limits, np.random.default_rng(0))
    marks = [
        set(part.images[:, 22:, :, 0].max(axis=(1, 2)).tolist())
        for part in (train, valid)
    ]
    assert [len(found) for found in marks] == [150, 50]
    assert not marks[0] & marks[1]


def test_generated_images_are_new_ones_at_every_call():
    first, again, other = (
        image_training.held_out(LIMITS, np.random.default_rng(seed))
        for seed in (0, 0, 1)
    )
    for one, same, another in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one.images, same.images)
        assert not np.array_equal(one.images, another.images)


def test_channel_statistics_are_those_of_all_pixels():
    images = data.shapes(30, np.random.default_rng(0)).images
    mean, std = image_training.channel_stats(images)
    np.testing.assert_allclose(mean, images.mean(axis=(0, 1, 2)) / 255)
    np.testing.assert_allclose(std, images.std(axis=(0, 1, 2)) / 255)


# In the sandbox


def notebook(*cells):
    nbformat = pytest.importorskip("nbformat")
    made = nbformat.v4.new_notebook()
    for source, points in cells:
        cell = nbformat.v4.new_code_cell(source)
        if points:
            cell.metadata.update(
                nbgrader={"grade": True, "locked": True, "points": points},
                tags=["threshold"],
            )
        made.cells.append(cell)
    return made


def test_it_trains_in_the_sandbox_and_scores_outside(tmp_path, beside):
    test = (
        "from labkit.check.image_training import train\n"
        "train(ResNet18, make_optimizer, None, None, fit, 16, 2, False)"
    )
    liar = (
        "from labkit.check import probes\n"
        "import numpy as np\n"
        "probes.logits = lambda model, images, *_: np.full((len(images), 10), np.nan)"
    )
    cells = [(STUDENT, 0), (test, 14), (liar, 0), (test, 14)]
    rules = Rules(preload=(*PRELOAD, "torch", "labkit.check.probes"))
    with Sandbox(rules) as sandbox:
        ran = execute(notebook(*cells), tmp_path, sandbox, limits=Limits(threshold=60))
    honest, lying = ran.cells[1].outputs, ran.cells[3].outputs
    assert honest[-1].data["text/plain"] == "5.0", honest
    assert "holds nan values" in lying[-1].evalue
