"""Lab 3's recorded runs and calibration: which networks are trained, and how.

The data set's first five classes are what networks are pretrained on, the other five
are the task, of which a run sees a few images. `pretrain` writes weights, `runs` are
the runs that the book reports, and `NETWORKS` those that a threshold is calibrated on.
"""

import shutil
import time

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn, optim
from torch.utils.data import DataLoader
from torch.utils.tensorboard import SummaryWriter
from torchvision import models

from labkit import data
from labkit.check import probes, transfer
from labkit.history import History

DEVICES = ("cpu", "cuda")

REFERENCE = {
    "arch": "resnet18",
    "weights": "scratch",
    "optimizer": "SGD",
    "backbone_lr": 0.01,
    "head_lr": 0.03,
    "momentum": 0.9,
    "weight_decay": 1e-4,
    "schedule": "cosine",
    "batch_size": 20,
}
# The student report's recipes: one rate for all, which stays as it is.
_REPORTED = {
    "backbone_lr": 0.0005,
    "head_lr": 0.0005,
    "weight_decay": 1e-5,
    "schedule": "fixed",
}
_FIFTY = {"arch": "resnet50"}
_PRETRAINED = {"weights": "pretrained"}
_CHANGES = {
    "scratch": {"test": True},
    "pretrained": {**_PRETRAINED, "test": True},
    "frozen": {**_PRETRAINED, "freeze": True},
    "reported-scratch": _REPORTED,
    "reported-pretrained": {**_REPORTED, **_PRETRAINED},
    "resnet50-scratch": {**_FIFTY, "test": True},
    "resnet50-pretrained": {**_FIFTY, **_PRETRAINED, "test": True},
    "reported-resnet50-pretrained": {
        **_FIFTY,
        **_REPORTED,
        **_PRETRAINED,
        "backbone_lr": 0.00035,
        "head_lr": 0.00035,
    },
}
_SMALL = {"image_size": 32, "train_images": 200, "valid_images": 400, "epochs": 12}
_LARGE = {"image_size": 224, "train_images": 2000, "valid_images": 500, "epochs": 36}

POINTS = 12
"""What the threshold is worth in the notebook."""

THRESHOLDS_NOTE = """\
#
# The check trains a small network in torchvision's place, on a CPU, always on shapes10:
# one row serves all data sets and devices. margin: by how much the run with pretrained
# weights must be better than the one without.
"""

CALIBRATION = {
    "shapes10": {
        "train_images": 200,
        "valid_images": 100,
        "test_images": 1000,
        "max_epochs": 20,
        "margin": 0.1,
        "seeds": 3,
        "wrong_seeds": 2,
    }
}
NETWORKS = {
    "shapes10": {
        "correct": {
            "reference": {},
            "Adam, lr 0.0005 and 0.003": {
                "optimizer": "Adam",
                "backbone_lr": 0.0005,
                "head_lr": 0.003,
            },
            "one rate of 0.02, fixed": {
                "backbone_lr": 0.02,
                "head_lr": 0.02,
                "schedule": "fixed",
            },
        },
        "wrong": {
            "without pretrained weights": {"weights": "scratch"},
            "weights lost by a new initialization": {"mistake": "initialized"},
            "never trained": {"backbone_lr": 0.0, "head_lr": 0.0},
            "a rate of 1": {"backbone_lr": 1.0, "head_lr": 1.0},
            "backbone frozen at random weights": {
                "weights": "scratch",
                "freeze": True,
            },
        },
        "unsettled": {
            "head alone": {"freeze": True},
            "the report's rate of 0.0005": _REPORTED,
        },
    }
}


def default_dataset():
    """Return the name of the data set that runs are made on."""
    return data.default_dataset(color=True)


def runs(dataset, device="cpu"):
    """Return the settings of every recorded run on a data set, by name.

    Runs of small images, which is what a CPU can do, have ``small`` in their names:
    what they reach says nothing about the task at its full size.
    """
    scale = _LARGE if device == "cuda" else _SMALL
    prefix = "" if device == "cuda" else "small-"
    return {
        prefix + name: {**REFERENCE, **scale, **change}
        for name, change in _CHANGES.items()
    }


# --- pretraining ----------------------------------------------------------------------

_PAST = {"image_size": 32, "images": 4000, "epochs": 8, "batch_size": 32, "lr": 0.02}
_SMALL_PAST = {
    **_PAST,
    "images": 6000,
    "epochs": 16,
    "batch_size": 64,
    "lr": 0.05,
}


def pretrain(parts, dataset, device="cpu", only=()):
    """Train networks on the first five classes; write their weights.

    Parameters
    ----------
    parts : dict
        The reference solution's names.
    dataset : str
    device : str
    only : sequence of str
        ``small`` (the network of the check, on shapes10 alone), ``resnet18`` or
        ``resnet50``; by default the latter two.

    Returns
    -------
    dict of str to dict
        By network: ``path`` of its weights, ``dataset``, ``seconds``, ``history`` and ``settings``.
    """
    written = {}
    for arch in only or ("resnet18", "resnet50"):
        small = arch == "small"
        how = _SMALL_PAST if small else _PAST
        if small:
            dataset = "shapes10"
        torch.manual_seed(0)
        model = _network("resnet18" if small else arch, 5, small=small).to(device)
        past, _ = data.split_classes(_source(dataset, how["images"] * 2, 7), 5)
        order = np.random.default_rng(0).permutation(len(past))[: how["images"]]
        held = len(order) // 10
        augment, plain = parts["make_transforms"](how["image_size"])
        loaders = [
            DataLoader(
                data.Pictures(data.Subset(past, part), look), size, shuffle=shuffled
            )
            for part, look, size, shuffled in (
                (order[held:], augment, how["batch_size"], True),
                (order[:held], plain, 200, False),
            )
        ]
        optimizer = optim.SGD(
            model.parameters(), how["lr"], momentum=0.9, weight_decay=5e-4
        )
        epochs = how["epochs"]
        scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
        start = time.perf_counter()
        history = _trained(model, loaders, optimizer, scheduler, epochs, device)
        path = transfer.WEIGHTS if small else data.pretrained_path(arch, dataset)
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = torch.float16 if small else torch.float32
        save_file(
            {
                k: v.to("cpu", kind if v.is_floating_point() else None).contiguous()
                for k, v in model.state_dict().items()
            },
            path,
        )
        print(f"{arch} on {dataset}: {history}; weights in {path}", flush=True)
        seconds = round(time.perf_counter() - start, 1)
        written[arch] = {
            "path": str(path),
            "dataset": dataset,
            "seconds": seconds,
            "history": history,
            "settings": {"arch": arch, **how, "classes": list(past.classes)},
        }
    return written


def _network(arch, num_classes, small=False):
    """Return a network that nobody has trained."""
    if small:
        model = probes.small_network_of(arch, num_classes)
        return model
    return models.get_model(arch, num_classes=num_classes)


def _source(dataset, count, seed):
    """Return training images; of generated ones, as many as are needed."""
    if dataset == "shapes10":
        # Seeds 0 and 1 draw the images of `data.load`; these must not be the test's.
        return data.shapes(count, np.random.default_rng([3, seed]))
    return data.load(dataset, "train")


def _trained(model, loaders, optimizer, scheduler, epochs, device, after=None):
    """Train; return a History. `after` is called with each epoch's numbers."""
    criterion, history = nn.CrossEntropyLoss(), History()
    for epoch in range(epochs):
        lr, results = optimizer.param_groups[-1]["lr"], []
        for training, loader in zip((True, False), loaders, strict=True):
            model.train(training)
            total, right, seen = 0.0, 0, 0
            with torch.set_grad_enabled(training):
                for x, targets in loader:
                    x, targets = x.to(device), targets.to(device)
                    logits = model(x)
                    loss = criterion(logits, targets)
                    if training:
                        optimizer.zero_grad()
                        loss.backward()
                        optimizer.step()
                    total += loss.item() * len(x)
                    right += (logits.argmax(dim=1) == targets).sum().item()
                    seen += len(x)
            results.append((total / seen, right / seen))
        history.append(*results, lr)
        if after is not None:
            after(epoch, results)
        if scheduler is not None:
            scheduler.step()
    return history


# --- runs -----------------------------------------------------------------------------


def execute(parts, name, dataset, settings, seed, device="cpu"):
    """Train one network and report what came out.

    Parameters
    ----------
    parts : dict
        The reference solution's names: ``make_classifier``, ``log_epoch`` …
    name : str
        What is printed before the run; its event files for TensorBoard are written to
        ``runs/lab3_transfer/NAME``.
    dataset : str
    settings : dict
        As in `runs`.
    seed : int
        Seeds the split, the head's weights, and the order and augmentation of batches.
    device : str

    Returns
    -------
    history : History
    result : dict
        ``train_seconds``, ``parameters`` and ``macs``; ``quantiles`` of some weights
        before training and after each epoch; where asked for, ``test_accuracy``.
    """
    print(f"{name}: {settings}", flush=True)
    torch.manual_seed(seed)
    count = 4 * (settings["train_images"] + settings["valid_images"])
    _, task = data.split_classes(_source(dataset, count, seed), 5)
    order = np.random.default_rng(seed).permutation(len(task))
    held = settings["valid_images"]
    valid = data.Subset(task, order[:held])
    train = data.Subset(task, order[held:][: settings["train_images"]])
    augment, plain = parts["make_transforms"](settings["image_size"])
    train_loader = DataLoader(
        data.Pictures(train, augment), settings["batch_size"], shuffle=True
    )
    valid_loader = DataLoader(data.Pictures(valid, plain), 200)
    weights = None
    if settings["weights"] == "pretrained":
        weights = data.pretrained(settings["arch"], dataset)
        if weights is None:
            raise FileNotFoundError(
                f"no pretrained {settings['arch']} for {dataset}: run "
                f"`labkit train lab3_transfer --pretrain --dataset {dataset}` first"
            )
    model = parts["make_classifier"](settings["arch"], len(task.classes), weights)
    model = model.to(device)
    quantiles = [_quantiles(model)]
    folder = f"runs/lab3_transfer/{name}-{dataset}"
    shutil.rmtree(folder, ignore_errors=True)
    with SummaryWriter(folder) as writer:

        def after(epoch, results, optimizer):
            quantiles.append(_quantiles(model))
            metrics = {
                f"{part}_{kind}": value
                for part, pair in zip(("train", "valid"), results)
                for kind, value in zip(("loss", "accuracy"), pair)
            }
            parts["log_epoch"](writer, model, optimizer, epoch, metrics)

        start = time.perf_counter()
        history = tuner(parts, settings, after)(
            model, train_loader, valid_loader, settings["epochs"], device
        )
        seconds = round(time.perf_counter() - start, 1)
    rows = parts["describe"](model, settings["image_size"])
    result = {
        "train_seconds": seconds,
        "parameters": sum(row["parameters"] for row in rows),
        "macs": sum(row["macs"] for row in rows),
        "threads": torch.get_num_threads(),
        "classes": list(task.classes),
        "quantiles": quantiles,
    }
    if settings.get("test"):
        if dataset == "shapes10":
            fresh = data.shapes(4000, np.random.default_rng([4, seed]))
        else:
            fresh = data.load(dataset, "test")
        _, test = data.split_classes(fresh, 5)
        right = 0
        model.eval()
        with torch.no_grad():
            for x, targets in DataLoader(data.Pictures(test, plain), 200):
                right += (
                    (model(x.to(device)).argmax(dim=1).cpu() == targets).sum().item()
                )
        result |= {"test_accuracy": right / len(test), "test_images": len(test)}
    return history, result


_WATCHED = ("conv1.weight", "layer4.1.conv2.weight", "fc.weight")


def _quantiles(model):
    """Return 5, 25, 50, 75 and 95 percent quantiles of some weights."""
    named = dict(model.named_parameters())
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    return {
        name: [
            round(float(q), 5)
            for q in np.quantile(named[name].numpy(force=True), shares)
        ]
        for name in _WATCHED
        if name in named
    }


def tuner(parts, settings, after=None):
    """Return a function like the student's ``fine_tune``, for these settings."""

    def fine_tune(model, train_loader, valid_loader, epochs, device, writer=None):
        if settings.get("mistake") == "initialized":
            for module in model.modules():
                if hasattr(module, "reset_parameters"):
                    module.reset_parameters()
        groups = parts["parameter_groups"](
            model, settings["backbone_lr"], settings["head_lr"]
        )
        if settings.get("freeze"):
            parts["freeze_backbone"](model)
            frozen = model.train

            def train(mode=True):
                frozen(mode)
                if mode:
                    parts["freeze_backbone"](model)
                return model

            model.train = train
        if settings["optimizer"] == "Adam":
            optimizer = optim.Adam(groups)
        else:
            optimizer = optim.SGD(
                groups,
                momentum=settings["momentum"],
                weight_decay=settings["weight_decay"],
            )
        scheduler = None
        if settings["schedule"] == "cosine":
            scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
        best = {"accuracy": -1.0, "state": {}}

        def note(epoch, results):
            if results[1][1] > best["accuracy"]:
                state = {k: v.clone() for k, v in model.state_dict().items()}
                best.update(accuracy=results[1][1], state=state)
            if after is not None:
                after(epoch, results, optimizer)

        loaders = train_loader, valid_loader
        history = _trained(model, loaders, optimizer, scheduler, epochs, device, note)
        model.load_state_dict(best["state"])
        return history

    return fine_tune


def calibration_accuracy(parts, dataset, change, rng, device="cpu"):
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
    device : str
    """
    limits = CALIBRATION[dataset]
    settings = {**REFERENCE, **change}
    torch.manual_seed(int(rng.integers(1 << 31)))
    return transfer.tuned_accuracy(
        parts["make_classifier"],
        parts["make_transforms"],
        tuner(parts, settings),
        None if change.get("weights") == "scratch" else transfer.read_weights(),
        epochs=limits["max_epochs"],
        batch_size=settings["batch_size"],
        limits=limits,
        rng=rng,
    )
