"""Lab 3: what its checks stand on, its runs, and what TensorBoard reads of them."""

import contextlib
import io
import json
import os
import runpy
import socket
import subprocess
import sys
import time
import types
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

from labkit import data
from labkit.check import CheckFailed, lab3, probes, transfer
from labkit.training import TrainingError, pretrain, reference

ROOT = Path(__file__).parents[1]
LAB = "lab3_transfer"
MACS = 1_814_073_344


@pytest.fixture(scope="module")
def parts():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABKIT_DATASET", "shapes10")
        return reference(LAB, ROOT)


@pytest.fixture(scope="module")
def recipe():
    return runpy.run_path(str(ROOT / "solutions" / LAB / "runs.py"))


# --- the reference --------------------------------------------------------------------


def test_the_reference_is_torchvisions_network(parts):
    """With torchvision's names, even the state dict fits."""
    theirs = torchvision.models.resnet18().double().eval()
    mine = parts["ResNet18"]().double().eval()
    mine.load_state_dict(theirs.state_dict())
    x = torch.randn(1, 3, 96, 96, dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(mine(x), theirs(x))


@pytest.mark.parametrize("whose", ["the reference's", "torchvision's"])
def test_the_table_adds_up_to_the_published_numbers(parts, whose):
    own = whose == "the reference's"
    model = parts["ResNet18"]() if own else torchvision.models.resnet18()
    rows = parts["describe"](model, 224)
    assert sum(row["macs"] for row in rows) == MACS
    assert sum(row["parameters"] for row in rows) == lab3.PARAMETERS
    assert [row["output_size"] for row in rows] == [112, 56, 28, 14, 7, 1]
    assert [row["blocks"] for row in rows] == [0, 2, 2, 2, 2, 0]


# --- stand-ins ------------------------------------------------------------------------


def test_stand_ins_have_the_names_that_torchvision_has():
    for name in probes._builders():
        assert hasattr(torchvision.models, name) or name == "WeightsEnum", name


@pytest.mark.parametrize("arch", ["resnet18", "resnet50"])
def test_a_stand_in_takes_the_calls_that_torchvision_takes(arch, monkeypatch):
    monkeypatch.setattr(probes, "_SEED", [5])
    built = probes._builders()
    kind = built[f"{arch.replace('resnet', 'ResNet')}_Weights"]
    assert built["get_model_weights"](arch) is kind
    assert (
        built["get_weight"](f"{kind.__name__}.IMAGENET1K_V1") is kind["IMAGENET1K_V1"]
    )
    real = torchvision.models.get_model_weights(arch)
    assert kind.DEFAULT.name == real.DEFAULT.name
    for model in (
        built[arch](weights=kind.DEFAULT),
        built["get_model"](arch, weights="DEFAULT", progress=False),
        built["get_model_builder"](arch)(weights=f"{kind.__name__}.DEFAULT"),
    ):
        given = probes.published(arch, kind.DEFAULT.name, 5)
        np.testing.assert_array_equal(
            model.conv1.weight.detach(), given["conv1.weight"]
        )
    features = torchvision.models.get_model(arch).fc.in_features
    assert built[arch]().fc.in_features == features
    with pytest.raises(ValueError, match="expected value 1000 but got 7"):
        built[arch](weights="DEFAULT", num_classes=7)
    with pytest.raises(KeyError):
        built[arch](weights="IMAGENET1K_V3")


@pytest.mark.parametrize("name", ["ResNet18_Weights", "ResNet50_Weights"])
def test_stand_ins_for_weights_tell_what_torchvisions_tell(name, monkeypatch):
    monkeypatch.setattr(probes, "_SEED", [5])
    weights = probes._builders()[name].DEFAULT
    real = getattr(torchvision.models, name).DEFAULT
    assert weights.transforms().mean == real.transforms().mean
    assert weights.transforms().std == real.transforms().std
    assert len(weights.meta["categories"]) == len(real.meta["categories"])
    assert weights.meta["num_params"] > 0
    assert weights.meta.keys() <= real.meta.keys()


def test_other_networks_can_be_named_and_not_called(monkeypatch):
    module = types.ModuleType("torchvision.models")
    module.__getattr__ = probes._absent
    monkeypatch.setitem(sys.modules, "torchvision.models", module)
    names = {}
    exec("from torchvision.models import resnet18, vgg16", names)
    with pytest.raises(ModuleNotFoundError, match="the grader has no torchvision"):
        names["vgg16"]()


def test_a_mark_at_the_start_of_a_file_is_no_part_of_it(tmp_path):
    (tmp_path / "predictions.csv").write_text("id,label\n0,1\n", "utf-8-sig")
    assert probes.text(str(tmp_path / "predictions.csv")) == "id,label\n0,1\n"


def test_a_stand_in_is_no_residual_network(monkeypatch):
    """What the sandbox has must not pass where a network is to be built by hand."""

    class ResNet18(probes.SmallNet):
        __module__ = "__main__"

        def __init__(self, num_classes=1000, width=64):
            super().__init__(None, (2, 2, 2, 2), num_classes, width)

    monkeypatch.setattr(probes, "sources", lambda model: [])  # a student may
    for part in ("stem", "stages", "head", "parameters"):
        with pytest.raises(CheckFailed):
            getattr(lab3, f"resnet18_{part}")(ResNet18)


def test_a_check_leaves_torchvision_as_it_is(parts):
    lab3.classifier_name(parts["make_classifier"])
    assert torchvision.models.resnet18().layer1[0].conv2.weight.shape[0] == 64


# --- training -------------------------------------------------------------------------


def test_pretrained_weights_belong_to_the_small_network():
    weights = transfer.read_weights()
    model = probes.small_network_of("resnet18", 5)
    model.load_state_dict({k: torch.as_tensor(v) for k, v in weights.items()})
    past, _ = data.split_classes(data.shapes(400, np.random.default_rng(7)), 5)
    _, look = reference(LAB, ROOT)["make_transforms"](transfer.SIZE)
    logits = probes.transformed_logits(model, past.images, look)
    assert (logits.argmax(axis=1) == past.targets).mean() > 0.9


def test_few_images_are_new_and_of_classes_that_were_not_pretrained_on():
    limits = {"train_images": 30, "valid_images": 20, "test_images": 50}
    first, again = (
        transfer.few_images(limits, np.random.default_rng(seed)) for seed in (0, 1)
    )
    assert [len(part) for part in first] == [30, 20, 50]
    assert set(first[0].classes) == set(data.load("shapes10").classes[5:])
    assert first[0].classes != again[0].classes
    assert not np.array_equal(first[0].images, again[0].images)


def test_the_reference_earns_all_points_for_fine_tuning(parts, monkeypatch):
    monkeypatch.chdir(ROOT / "solutions" / LAB)
    asked = (parts["make_classifier"], parts["make_transforms"], parts["fine_tune"])
    settings = parts["EPOCHS"], parts["BATCH_SIZE"]
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    with contextlib.redirect_stdout(io.StringIO()):
        assert lab3.fine_tune(*asked, *settings, rng=rng) == 12


@pytest.mark.slow
def test_weights_that_are_lost_do_not_count_as_transfer(parts, monkeypatch):
    """Both runs draw the same numbers: no luck makes one of them better."""
    monkeypatch.chdir(ROOT / "solutions" / LAB)

    def forgetful(model, *args):
        for module in model.modules():
            if hasattr(module, "reset_parameters"):
                module.reset_parameters()
        return parts["fine_tune"](model, *args)

    asked = [parts["make_classifier"], parts["make_transforms"], parts["fine_tune"]]
    settings = parts["EPOCHS"], parts["BATCH_SIZE"]
    assert lab3.transfer(*asked, *settings) == 4
    with pytest.raises(CheckFailed, match="make no difference at all"):
        lab3.transfer(*asked[:2], forgetful, *settings)


@pytest.mark.parametrize("settings", [(0, 20), (12, 0.5), (999, 20), ("12", 20)])
def test_settings_that_are_not_allowed_are_refused(parts, settings, monkeypatch):
    monkeypatch.chdir(ROOT / "solutions" / LAB)
    with pytest.raises(CheckFailed, match="EPOCHS"):
        lab3.fine_tune(None, None, None, *settings)


def test_a_lab_without_networks_to_pretrain_says_so():
    with pytest.raises(TrainingError, match="no networks to pretrain"):
        pretrain("lab1_mlp", root=ROOT)


# --- TensorBoard ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def logs(parts, recipe, tmp_path_factory):
    """Event files of a short run of ResNet-18."""
    folder = tmp_path_factory.mktemp("logs")
    few = {"image_size": 32, "train_images": 20, "valid_images": 20, "epochs": 2}
    with contextlib.chdir(folder):
        history, result = recipe["execute"](
            parts, "short", "shapes10", {**recipe["REFERENCE"], **few}, seed=0
        )
    return folder / "runs" / LAB, history, result


def test_event_files_hold_what_the_run_recorded(logs):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    folder, history, result = logs
    events = EventAccumulator(str(folder / "short-shapes10"))
    events.Reload()
    for tag, values in (
        ("loss/train", history.train_loss),
        ("loss/valid", history.valid_loss),
        ("accuracy/train", history.train_accuracy),
        ("accuracy/valid", history.valid_accuracy),
        ("lr", history.lr),
    ):
        written = events.Scalars(tag)
        assert [event.step for event in written] == [0, 1]
        np.testing.assert_allclose([e.value for e in written], values, rtol=1e-6)
    names = {
        f"weights/{name}"
        for name in dict(torchvision.models.resnet18().named_parameters())
    }
    assert set(events.Tags()["histograms"]) == names
    last = events.Histograms("weights/conv1.weight")[-1].histogram_value
    assert last.num == 64 * 3 * 7 * 7
    assert last.min <= result["quantiles"][-1]["conv1.weight"][0] <= last.max


@pytest.mark.slow
def test_tensorboard_shows_the_run(logs):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    options = ["--logdir", str(logs[0]), "--port", str(port), "--load_fast", "false"]
    server = subprocess.Popen(
        [sys.executable, "-m", "tensorboard.main", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}/data/plugin/scalars/tags"
    found = {}
    try:
        for _ in range(120):
            with contextlib.suppress(OSError), urllib.request.urlopen(address) as page:
                found = json.load(page)
            if found:
                break
            time.sleep(0.5)
    finally:
        server.terminate()
        server.wait()
    assert "loss/train" in found["short-shapes10"]


# --- data -----------------------------------------------------------------------------


def test_a_data_set_is_split_by_classes():
    drawn = data.shapes(60, np.random.default_rng(0))
    first, rest = data.split_classes(drawn, 4)
    assert (first.classes, rest.classes) == (drawn.classes[:4], drawn.classes[4:])
    assert len(first) == 24
    assert set(rest.targets) == set(range(6))
    where = np.flatnonzero(drawn.targets >= 4)
    np.testing.assert_array_equal(rest.images, drawn.images[where])
    np.testing.assert_array_equal(rest.targets, drawn.targets[where] - 4)


def test_pictures_are_what_transforms_take():
    drawn = data.shapes(6, np.random.default_rng(0))
    seen = []

    def look(picture):
        assert isinstance(picture, Image.Image)
        seen.append(np.asarray(picture))
        return "a tensor"

    pictures = data.Pictures(data.Subset(drawn, [4, 2]), look)
    assert len(pictures) == 2
    assert pictures[1] == ("a tensor", drawn.targets[2])
    np.testing.assert_array_equal(seen[0], drawn.images[2])


def test_pretrained_weights_are_found_where_they_were_put(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    assert data.pretrained("resnet18", "folder:own/images") is None
    path = data.pretrained_path("resnet18", "folder:own/images")
    assert path.parent == tmp_path / "pretrained"
    os.makedirs(path.parent)
    path.write_bytes(b"")
    assert data.pretrained("resnet18", "folder:own/images") == str(path)
