"""What a run records, and its file."""

import json
import platform

import numpy as np
import pytest

from labkit.history import History, Run, cpu_name, versions


@pytest.fixture
def run():
    history = History()
    history.append((1.5, 0.25), (1.25, 0.5), lr=0.1)
    history.append((np.float32(0.5), np.float64(0.75)), (0.75, 0.625), lr=0.05)
    return Run(
        "lab1_mlp", "reference", "digits", "CPU", 0, {"batch_size": 32}, history,
        result={"test_accuracy": 0.9}, command="labkit train lab1_mlp",
        versions=versions(),
    )  # fmt: skip


def test_history_holds_an_entry_an_epoch_as_plain_numbers(run):
    assert len(run.history) == 2
    assert run.history.train_loss == [1.5, 0.5]
    assert run.history.train_accuracy == [0.25, 0.75]
    assert run.history.valid_loss == [1.25, 0.75]
    assert run.history.valid_accuracy == [0.5, 0.625]
    assert run.history.lr == [0.1, 0.05]
    assert {type(number) for number in run.history.train_loss} == {float}


def test_history_prints_its_last_epoch(run):
    assert str(run.history) == (
        "epoch 2: train loss 0.5000, accuracy 75.00%; valid loss 0.7500, "
        "accuracy 62.50%"
    )
    assert str(History()) == "no epoch yet"


def test_history_does_without_validation():
    history = History()
    history.append((1.0, 0.5))
    assert str(history) == "epoch 1: train loss 1.0000, accuracy 50.00%"
    assert history.valid_loss == history.lr == []


def test_two_histories_share_nothing():
    History().append((1.0, 0.5))
    assert len(History()) == 0


def test_a_run_comes_back_from_its_file_as_it_was(run, tmp_path):
    path = tmp_path / "results" / "run.json"
    run.save(path)
    assert Run.load(path) == run
    assert [file.name for file in path.parent.iterdir()] == ["run.json"]
    assert json.loads(path.read_text())["dataset"] == "digits"


def test_a_run_that_cannot_be_written_leaves_the_earlier_file(run, tmp_path):
    path = tmp_path / "run.json"
    run.save(path)
    earlier = path.read_text()
    run.settings["bad"] = object()
    with pytest.raises(TypeError):
        run.save(path)
    assert path.read_text() == earlier


def test_versions_name_python_and_the_packages():
    found = versions(["numpy"])
    assert found == {"python": platform.python_version(), "numpy": np.__version__}


def test_the_processor_is_named():
    assert cpu_name().removeprefix("CPU: ").strip()
    assert cpu_name().startswith("CPU: ")
