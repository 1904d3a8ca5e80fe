"""Lab 1's recorded runs and calibration: which networks are trained, and how.

A network is described by settings, a dict: ``hidden`` (sizes), ``activation``,
``init``, ``lr``, ``batch_size``, ``epochs``, ``split_ratio`` and perhaps a ``mistake``.
`runs` are those that the book reports; `NETWORKS` those that a threshold
is calibrated on.
"""

import time
from itertools import pairwise

import numpy as np
from tqdm.auto import tqdm

from labkit import data
from labkit.check.lab1 import train_accuracy
from labkit.history import History
from labkit.nn import Module

REFERENCE = {
    "hidden": [512, 64],
    "activation": "ReLU",
    "init": "small",
    "lr": 0.3,
    "batch_size": 32,
    "epochs": 10,
    "split_ratio": 0.1,
}
_DEEP = {"hidden": [512, 256, 64], "lr": 0.03, "batch_size": 64, "epochs": 8}
_CHANGES = {
    "reference": {"test": True},
    # One sample a step: the rates of the student reports belong to this batch size.
    # They trained for 10 epochs; 3 show as much in a third of the time.
    **{
        f"batch1-lr{lr}": {"batch_size": 1, "lr": lr, "epochs": 3}
        for lr in (0.001, 0.01, 0.1)
    },
    **{
        f"batch{size}-lr{lr}": {"batch_size": size, "lr": lr}
        for size in (32, 64)
        for lr in (0.0001, 0.001, 0.01, 0.1, 0.3, 1.0)
    },
    **{
        f"split{ratio}-seed{seed}": {"split_ratio": ratio, "seed": seed}
        for ratio in (0.1, 0.2)
        for seed in (0, 1, 2)
    },
    "deep-small": {**_DEEP, "init": "small", "record_steps": True},
    "deep-he": {**_DEEP, "init": "he", "record_steps": True},
    "transform-without-255": {"mistake": "transform-without-255", "epochs": 3},
    "sum-over-batch": {"mistake": "sum-over-batch", "epochs": 3},
}
_EPOCHS_FACTOR = {"digits": 6}
"""The offline default is so small that its epochs are short and many are needed."""

STEPS_A_POINT = 20
"""So many steps are averaged into one entry of ``step_loss``."""

# Digits has few held-out images, so that its accuracies vary more: more seeds.
CALIBRATION = {
    "mnist": {"train_images": 20000, "max_epochs": 10, "seeds": 3},
    "digits": {"train_images": 1437, "max_epochs": 60, "seeds": 6},
}
# One layer of 128 where the size does not matter: it trains in a third of the time.
_CORRECT = {
    "reference": {},
    "one hidden layer of 128": {"hidden": [128]},
    "128, lr 0.1": {"hidden": [128], "lr": 0.1},
    "128, batch size 64": {"hidden": [128], "batch_size": 64},
    "128, batch size 16, lr 0.1": {"hidden": [128], "batch_size": 16, "lr": 0.1},
    "one sigmoid layer of 128": {"hidden": [128], "activation": "Sigmoid"},
}
_WRONG = {
    "no hidden layer": {"hidden": [], "lr": 0.1},
    "no activation": {"hidden": [128], "activation": "Identity", "lr": 0.1},
    "transform without / 255": {"hidden": [128], "mistake": "transform-without-255"},
    "lr 0.001": {"hidden": [128], "lr": 0.001},
    "untrained": {"epochs": 0},
}
_THREE = {"three hidden layers of 128, lr 0.2": {"hidden": [128] * 3, "lr": 0.2}}
NETWORKS = {
    "mnist": {"correct": _CORRECT | _THREE, "wrong": _WRONG, "unsettled": {}},
    # With so few images three hidden layers have not settled when training ends.
    "digits": {"correct": _CORRECT, "wrong": _WRONG, "unsettled": _THREE},
}


def runs(dataset):
    """Return the settings of every recorded run on a data set, by name."""
    factor = _EPOCHS_FACTOR.get(dataset, 1)
    merged = {name: {**REFERENCE, **change} for name, change in _CHANGES.items()}
    return {
        name: {**settings, "epochs": settings["epochs"] * factor}
        for name, settings in merged.items()
    }


def execute(parts, name, dataset, settings, seed):
    """Train one network and report what came out.

    Parameters
    ----------
    parts : dict
        The reference solution's names: ``MLP``, ``train_one_epoch`` …
    name : str
        What the progress bar says.
    dataset : str
    settings : dict
        As in `runs`.
    seed : int
        Seeds the split, the first weights and the order of the batches.

    Returns
    -------
    history : History
    result : dict
        ``train_seconds`` (the training epochs alone); where asked for, ``step_loss``,
        or ``test_loss``, ``test_accuracy`` and ``confusion``, row by true class.
    """
    parts = build(parts, settings)
    rng = np.random.default_rng(seed)
    source = data.load(dataset, "train")
    train, valid = parts["split_dataset"](source, settings["split_ratio"], rng)
    loader = data.DataLoader(train, parts["BATCH_SIZE"], parts["transform"], rng)
    valid_loader = data.DataLoader(valid, 500, parts["transform"])
    model, criterion = parts["MLP"](rng), parts["CrossEntropyLoss"]()
    optimizer = parts["SGD"](model.parameters(), parts["LR"])
    step_losses = []
    recorded = recording(parts["CrossEntropyLoss"], step_losses)()
    history, seconds = History(), 0.0
    for epoch in range(parts["EPOCHS"]):
        bar = tqdm(loader, f"{name}, epoch {epoch + 1}/{parts['EPOCHS']}", leave=False)
        start = time.perf_counter()
        # A run that diverges is a result, not a reason for warnings.
        with np.errstate(all="ignore"):
            trained = parts["train_one_epoch"](model, bar, recorded, optimizer)
            seconds += time.perf_counter() - start
            validated = parts["evaluate"](model, valid_loader, criterion)
        history.append(trained, validated, parts["LR"])
    result = {"train_seconds": round(seconds, 1)}
    if settings.get("record_steps"):
        whole = len(step_losses) // STEPS_A_POINT * STEPS_A_POINT
        points = np.reshape(step_losses[:whole], (-1, STEPS_A_POINT)).mean(axis=1)
        result |= {"steps_a_point": STEPS_A_POINT, "step_loss": points.tolist()}
    if settings.get("test"):
        test = data.load(dataset, "test")
        test_loader = data.DataLoader(test, 500, parts["transform"])
        loss, accuracy = parts["evaluate"](model, test_loader, criterion)
        predicted = np.concatenate([model(x).argmax(axis=1) for x, _ in test_loader])
        counts = np.zeros((len(test.classes),) * 2, dtype=int)
        np.add.at(counts, (test.targets, predicted), 1)
        result |= {"test_loss": loss, "test_accuracy": accuracy}
        result |= {"classes": list(test.classes), "confusion": counts.tolist()}
    return history, result


def calibration_accuracy(parts, dataset, change, rng):
    """Train as the grader does, with changed settings; return the accuracy.

    Parameters
    ----------
    parts : dict
        The reference solution's names.
    dataset : str
        One of `CALIBRATION`.
    change : dict
        A network of `NETWORKS`.
    rng : numpy.random.Generator
    """
    limits = CALIBRATION[dataset]
    base = {**REFERENCE, "epochs": limits["max_epochs"]}
    changed = build(parts, {**base, **change})
    names = "MLP CrossEntropyLoss SGD train_one_epoch transform LR BATCH_SIZE EPOCHS"
    with np.errstate(all="ignore"):
        return train_accuracy(
            *(changed[name] for name in names.split()),
            dataset=dataset,
            train_images=limits["train_images"],
            rng=rng,
        )


def build(parts, settings):
    """Return the reference's parts, changed as the settings say."""

    class Network(parts["MLP"]):
        def __init__(self, rng=None):
            activation = parts.get(settings["activation"], Identity)
            self.layers = []
            for fan_in, fan_out in pairwise([784, *settings["hidden"], 10]):
                linear = parts["Linear"](fan_in, fan_out, rng)
                if settings["init"] == "he":
                    linear.W.data *= np.sqrt(2 / fan_in) / 0.01
                self.layers += [linear, activation()]
            self.layers[-1] = parts["Softmax"]()

    class SumLoss(parts["CrossEntropyLoss"]):
        def backward(self):
            return super().backward() * len(self.probs)

    changed = parts | {
        "MLP": Network,
        "LR": settings["lr"],
        "BATCH_SIZE": settings["batch_size"],
        "EPOCHS": settings["epochs"],
    }
    if settings.get("mistake") == "transform-without-255":
        changed["transform"] = lambda x: x * 0.99 + 0.01
    if settings.get("mistake") == "sum-over-batch":
        changed["CrossEntropyLoss"] = SumLoss
    return changed


def recording(loss_class, losses):
    """Return a loss class that also appends each batch's loss to a list."""

    class Recording(loss_class):
        def forward(self, probs, one_hot):
            loss = super().forward(probs, one_hot)
            losses.append(float(loss))
            return loss

    return Recording


class Identity(Module):
    """No activation at all."""

    def forward(self, x):
        return x

    def backward(self, dy):
        return dy
