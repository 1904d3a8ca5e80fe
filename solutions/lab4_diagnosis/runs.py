"""Lab 4's recorded runs and calibration: which models are trained, and how.

A run is described by settings, a dict. Those of the first part have ``softmaxes`` (2
as given, 1 mended), of the second part ``network`` and its widths. `runs` are those
that the book reports; `NETWORKS` those that a threshold is calibrated on.
"""

import copy
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from labkit import data
from labkit.check.image_training import channel_stats
from labkit.check.lab4 import held_out_accuracies
from labkit.history import History

DEVICES = ("cpu", "cuda")
POINTS = 5
"""What the threshold is worth in the notebook."""

GRAY = ("fashion-mnist", "digits")
_SOFTMAX = {"lr": 0.1, "batch_size": 64}
_EPOCHS = {"fashion-mnist": 20, "digits": 100}

_CLASSES = {"two-layer": "TwoLayerNet", "residual": "ResidualMLP", "cnn": "ConvNet"}
_FULL = {
    "two-layer": {"hidden": 1024},
    "residual": {"widths": [2048, 1024, 512, 256]},
    "cnn": {"widths": [64, 128, 256]},
}
# What a CPU can do: narrower networks on smaller images.
_NARROW = {
    "two-layer": {"hidden": 256},
    "residual": {"widths": [512, 256, 128, 64]},
    "cnn": {"widths": [16, 32, 64]},
}
_BUDGET = {"lr": 0.001, "batch_size": 32, "ratios": [3, 1, 1]}

CALIBRATION = {
    "shapes10": {
        "image_size": 24,
        "turn": 0.3,
        "hidden": 128,
        "mlp_widths": [256, 128, 64, 32],
        "cnn_widths": [16, 32, 64],
        "batch_size": 32,
        "epochs": 12,
        "train_images": 3000,
        "valid_images": 300,
        "test_images": 1000,
        "seeds": 3,
        "wrong_seeds": 1,
    },
}
GPU_CALIBRATION = {}
THRESHOLDS_NOTE = """\
#
# The accuracy is the convolutional network's; it earns nothing where another network's
# is as good (then 0 is recorded here). Only the tier "cpu" is measured: no GPU was to be
# had. A class on a GPU is graded by its row, with that row's networks and images.
"""
_CORRECT = {
    "reference": {},
    "Adam, lr 0.003": {"lr": 0.003},
    "dropout of 0.1 after the pools": {"dropout": 0.1},
    "dropout of 0.5 after the pools": {"dropout": 0.5},
    "Adam, lr 0.0003": {"lr": 0.0003},
    "SGD with momentum, lr 0.01": {"optimizer": "SGD", "lr": 0.01},
}
_WRONG = {
    "softmax before the loss": {"mistake": "softmax"},
    "no ReLU": {"without": "ReLU"},
    "no batch norm": {"without": "BatchNorm"},
    "one epoch": {"epochs": 1},
    "two-layer network in its place": {"mistake": "two-layer"},
    "untrained": {"lr": 0.0},
}
# So large a rate may or may not arrive within this budget.
_UNSETTLED = {"SGD with momentum, lr 0.05": {"optimizer": "SGD", "lr": 0.05}}
NETWORKS = {
    name: {"correct": _CORRECT, "wrong": _WRONG, "unsettled": _UNSETTLED}
    for name in CALIBRATION
}


def default_dataset():
    """Return the name of the data set that runs are made on."""
    return data.default_dataset(color=True)


def runs(dataset, device="cpu"):
    """Return the settings of every recorded run on a data set, by name.

    Gray data sets are for the first part, color ones for the second. ``narrow`` in a
    name says that the networks are narrow and the images small, which is what a CPU
    can do: what they reach says nothing about the full networks. ``shuffled`` runs see
    the pixels of every image in one random order.
    """
    if dataset in GRAY:
        base = {**_SOFTMAX, "epochs": _EPOCHS[dataset]}
        return {
            "as-given": {**base, "softmaxes": 2},
            "suspect-removed": {**base, "softmaxes": 1},
        }
    if device == "cuda":
        size = 32 if dataset in data.NAMES else 84
        scale, prefix = {"image_size": size, "epochs": 50}, ""
    else:
        scale = {"image_size": 32, "epochs": 20}
        if dataset == "shapes10":
            scale = {"image_size": 32, "images": 5000, "epochs": 12}
        prefix = "narrow-"
    widths = _FULL if device == "cuda" else _NARROW
    plain = {
        prefix + name: {"network": name, **_BUDGET, **scale, **widths[name]}
        for name in _CLASSES
    }
    return plain | {
        f"{name}-shuffled": {**settings, "shuffled": True}
        for name, settings in plain.items()
    }


def execute(parts, name, dataset, settings, seed, device="cpu"):
    """Train one model and report what came out.

    Parameters
    ----------
    parts : dict
        The reference solution's names: ``SoftmaxRegression``, ``ConvNet`` …
    name : str
        What is printed first.
    dataset : str
    settings : dict
        As in `runs`.
    seed : int
        Seeds the split, the first weights, and the order and augmentation of batches.
    device : str

    Returns
    -------
    history : History
    result : dict
        First part: ``floor`` (of the formula), ``perfect_loss`` (measured at perfect
        predictions), ``test_accuracy``, and the ``norms`` of both gradients at the
        model's logits after each epoch. Second part: ``best_epoch``,
        ``valid_accuracy``, ``test_loss``, ``test_accuracy``, ``class_accuracy``,
        ``confusion``, ``parameters`` and ``train_seconds``.
    """
    print(f"{name}: {settings}", flush=True)
    torch.manual_seed(seed)
    if dataset in GRAY:
        return _regression(parts, dataset, settings, seed)
    return _network(parts, dataset, settings, seed, device)


def _regression(parts, dataset, settings, seed):
    """Train softmax regression with one softmax or two."""
    source = data.load(dataset, "train")
    test_x, test_targets = _gray(data.load(dataset, "test"))
    order = np.random.default_rng(seed).permutation(len(source))
    x, targets = _gray(source)
    valid, train = order[: len(order) // 10], order[len(order) // 10 :]
    probe = torch.as_tensor(train[:1000])
    model = parts["SoftmaxRegression"]()
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), settings["lr"])

    def logits(x):
        return x.flatten(1) @ model.W + model.b

    def measure(z, t):
        y_hat = model.softmax(z) if settings["softmaxes"] == 2 else z
        return model.loss(y_hat, t), model.accuracy(y_hat, t)

    history, norms = History(), []
    for _ in range(settings["epochs"]):
        sums, count = np.zeros(2), 0
        shuffled = torch.as_tensor(train)[
            torch.randperm(len(train), generator=generator)
        ]
        for chosen in shuffled.split(settings["batch_size"]):
            loss, accuracy = measure(logits(x[chosen]), targets[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            sums += np.array([loss.item(), accuracy.item()]) * len(chosen)
            count += len(chosen)
        with torch.no_grad():
            validated = measure(logits(x[valid]), targets[valid])
            z = logits(x[probe]).double().numpy()
        norms.append(
            [float(n) for n in parts["gradient_norms"](z, targets[probe].numpy())]
        )
        history.append(sums / count, [float(v) for v in validated], settings["lr"])
    with torch.no_grad():
        test_loss, test_accuracy = measure(logits(test_x), test_targets)
    perfect = F.cross_entropy(torch.eye(10, dtype=torch.float64), torch.arange(10))
    return history, {
        "floor": parts["double_softmax_floor"](10),
        "perfect_loss": float(perfect),
        "test_loss": float(test_loss),
        "test_accuracy": float(test_accuracy),
        "norms": norms,
    }


def _gray(dataset):
    x = torch.tensor(dataset.images[:, None] / 255, dtype=torch.float32)
    return x, torch.tensor(dataset.targets)


def _network(parts, dataset, settings, seed, device):
    """Train one of the three networks; keep the best epoch by validation."""
    source = _images(dataset, settings)
    rng = np.random.default_rng(seed)
    split = parts["split_indices"](source.targets, tuple(settings["ratios"]), rng)
    mean, std = channel_stats(source.images[split[0]])
    generator = torch.Generator().manual_seed(seed)
    train, valid, test = (
        data.ImageLoader(
            data.Subset(source, part),
            settings["batch_size"] if number == 0 else 500,
            mean=mean,
            std=std,
            train=number == 0,
            device=device,
            generator=generator,
        )
        for number, part in enumerate(split)
    )
    widths = settings.get("hidden") or tuple(settings["widths"])
    network = parts[_CLASSES[settings["network"]]]
    classes = len(source.classes)
    model = network(settings["image_size"], classes, widths)
    if settings.get("shuffled"):
        order = torch.randperm(settings["image_size"] ** 2, generator=generator)
        model = nn.Sequential(_Shuffle(order), model)
    optimizer = torch.optim.Adam(model.parameters(), settings["lr"])
    history, best, start = History(), -1.0, time.perf_counter()
    with data.fast(model, device):
        for epoch in range(settings["epochs"]):
            model.train()
            trained = _through(model, train, device, optimizer)
            validated = _through(model, valid, device)
            history.append(trained[:2], validated[:2], settings["lr"])
            if validated[1] > best:
                best, best_epoch = validated[1], epoch + 1
                kept = copy.deepcopy(model.state_dict())
        seconds = time.perf_counter() - start
        model.load_state_dict(kept)
        loss, accuracy, predicted = _through(model, test, device)
    matrix = parts["confusion_matrix"](source.targets[split[2]], predicted, classes)
    return history, {
        "best_epoch": best_epoch,
        "valid_accuracy": best,
        "test_loss": loss,
        "test_accuracy": accuracy,
        "class_accuracy": parts["per_class_accuracy"](matrix).tolist(),
        "classes": list(source.classes),
        "confusion": matrix.tolist(),
        "parameters": sum(p.numel() for p in model.parameters()),
        "train_seconds": round(seconds, 1),
        "threads": torch.get_num_threads(),
    }


class _Shuffle(nn.Module):
    """Puts the pixels of every image (N, 3, S, S) in one other order."""

    def __init__(self, order):
        super().__init__()
        self.register_buffer("order", order)

    def forward(self, x):
        return x.flatten(2)[:, :, self.order].view(x.shape)


def _images(dataset, settings):
    """Return all images that are split: those of an image folder's both parts."""
    size = settings["image_size"]
    if dataset == "shapes10":
        return data.shapes(settings["images"], np.random.default_rng(4), size)
    if dataset in data.NAMES:
        return data.load(dataset, "train")
    halves = [
        data.image_folder(data.data_root() / dataset, s, size)
        for s in ("train", "test")
    ]
    images, targets = (
        np.concatenate([getattr(half, what) for half in halves])
        for what in ("images", "targets")
    )
    names = data.data_root() / dataset / "classes.txt"
    classes = halves[0].classes
    if names.exists():
        told = dict(line.split(maxsplit=1) for line in names.read_text().splitlines())
        classes = tuple(told.get(name, name) for name in classes)
    return data.ImageDataset(dataset, images, targets, classes)


def _through(model, loader, device, optimizer=None):
    """Go through a loader once; return mean loss, accuracy, predictions."""
    model.train(optimizer is not None)
    total, right, count, predicted = 0.0, 0, 0, []
    with torch.set_grad_enabled(optimizer is not None):
        for x, targets in loader:
            out = model(x)
            loss = F.cross_entropy(out.float(), targets)
            if optimizer is not None:
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            guessed = out.detach().argmax(dim=1)
            total += loss.item() * len(targets)
            right += int((guessed == targets).sum())
            count += len(targets)
            predicted.append(guessed.cpu().numpy())
    return total / count, right / count, np.concatenate(predicted)


def calibration_accuracy(parts, dataset, change, rng, device="cpu"):
    """Train as the grader does, with changed parts; return the accuracy.

    It is the convolutional network's, or 0 where another network is as good.
    """
    torch.manual_seed(int(rng.integers(1 << 31)))
    mistake, networks = change.get("mistake"), dict(parts)

    class Softmax(parts["ConvNet"]):
        def forward(self, x):
            return super().forward(x).softmax(dim=1)

    class Flat(parts["TwoLayerNet"]):
        def __init__(self, image_size, num_classes, widths):
            super().__init__(image_size, num_classes, 128)

    class Other(parts["ConvNet"]):
        def __init__(self, *args):
            super().__init__(*args)
            for part in (self.features, self.classifier):
                for place, module in enumerate(part):
                    if type(module).__name__.startswith(change.get("without", " ")):
                        part[place] = nn.Identity()
                    if part is self.features and isinstance(module, nn.Dropout):
                        module.p = change.get("dropout", module.p)

    if mistake:
        networks["ConvNet"] = {"softmax": Softmax, "two-layer": Flat}[mistake]
    else:
        networks["ConvNet"] = Other
    found = held_out_accuracies(
        comparison(change),
        *(networks[name] for name in _CLASSES.values()),
        limits={**CALIBRATION[dataset], "dataset": dataset},
        device=device,
        rng=rng,
    )
    others = max(found["two-layer"], found["residual"])
    return found["cnn"] if found["cnn"] > others else 0.0


def comparison(settings):
    """Return a function like the student's, with another optimizer."""

    def compare(models, loaders, epochs, device):
        train, valid, test = loaders
        for model in models.values():
            lr = settings.get("lr", 0.001)
            if settings.get("optimizer") == "SGD":
                optimizer = torch.optim.SGD(model.parameters(), lr, momentum=0.9)
            else:
                optimizer = torch.optim.Adam(model.parameters(), lr)
            best = -1.0
            for _ in range(settings.get("epochs", epochs)):
                _through(model, train, device, optimizer)
                accuracy = _through(model, valid, device)[1]
                if accuracy > best:
                    best, kept = accuracy, copy.deepcopy(model.state_dict())
            model.load_state_dict(kept)
            _through(model, test, device)

    return compare
