"""What the mistakes of Lab 1 look like in a run: the book's "problems and solutions".

    python benchmarks/problems.py

Trains the wrong programs of tests/submissions/mutants on `digits`, one for each
misconception that labkit knows by name, and records in book/results/problems.json
what their author would have seen beside what was true. Then it makes some of them, and
the mistakes that belong to PyTorch, happen on a finer scale. Minutes on one core; all
of it is seeded.
"""

import argparse
import contextlib
import io
import json
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from tqdm.auto import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import corpus  # noqa: E402

from labkit import data  # noqa: E402
from labkit.check.misconceptions import HINTS  # noqa: E402
from labkit.history import cpu_name, versions  # noqa: E402

LAB = "lab1_mlp"
RECORD = ROOT / "book" / "results" / "problems.json"
DATASET = "digits"
SETTINGS = {"lr": 0.3, "batch_size": 32, "epochs": 15, "split_ratio": 0.1}
SEED = 0
SECONDS = 60
"""So long may a wrong program train; some never end."""
TELLING = (
    *("linear-mean-over-batch", "linear-dw-transposed", "softmax-overflow"),
    *("softmax-global-max", "mlp-softmax-twice", "mlp-softmax-missing"),
    *("transform-not-divided", "transform-integer-division", "sgd-momentum"),
    *("train-one-epoch-accuracy-first-sample", "dataset-split-train-is-everything"),
    *("train-one-epoch-sums", "evaluate-trains"),
)
"""Where several programs make one mistake, these show it best; else the first."""
ACCUMULATES, SIGMOID = "gradient-accumulated", "mlp-sigmoid"
COMPANY = {
    "backward-twice": ACCUMULATES,
    "gradient-kept": ACCUMULATES,
    "zero-grad-missing": ACCUMULATES,
    "overflow": SIGMOID,
    "sigmoid-slope": SIGMOID,
}
"""Mistakes that only show beside a choice that the reference did not make."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.parse_args()
    right, sigmoid = trained(), trained(correct()[SIGMOID])
    found = {
        "dataset": DATASET,
        "device": cpu_name(),
        "seed": SEED,
        "settings": SETTINGS,
        "command": "python benchmarks/problems.py",
        "versions": versions(("labkit", "numpy", "torch", "torchvision")),
        "reference": right,
        "sigmoid_reference": sigmoid,
        "mistakes": [row for row in tqdm(mistakes(), total=len(HINTS), leave=False)],
        "steps": steps(),
        "softmax": softmax(),
        "split": split(),
        "torch_errors": torch_errors(),
        "memory": memory(),
    }
    RECORD.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return 0


def mistakes() -> Iterator[dict[str, Any]]:
    """Train one wrong program for each misconception."""
    company = correct()
    cases: dict[str, corpus.Case] = {}
    for case in corpus.load(LAB, "mutants"):
        for name in case.hints:
            if name not in cases or case.name in TELLING:
                cases[name] = case
    for name in HINTS:
        if case := cases.get(name):
            beside = [company[COMPANY[name]]] if name in COMPANY else []
            yield {
                "name": name,
                "program": case.name,
                "beside": [other.name for other in beside],
                "what": case.about,
                **trained(*beside, case),
            }


def correct() -> dict[str, corpus.Case]:
    return {case.name: case for case in corpus.load(LAB, "correct")}


def trained(*cases: corpus.Case) -> dict[str, Any]:
    """Train the reference with some cells replaced; return what happened.

    ``reported`` is what the program's own functions say of the last epoch,
    ``test_accuracy`` what the reference's evaluation says of its network.
    """
    result: dict[str, Any] = {}
    with quiet() as warned:
        try:
            with limited(SECONDS):
                result |= run(namespace(*cases))
        except Exception as error:
            first = str(error).splitlines() or [""]
            result["error"] = f"{type(error).__name__}: {first[0]}"
    result["warnings"] = sorted({str(w.message) for w in warned})
    return result


def run(parts: dict[str, Any]) -> dict[str, Any]:
    """Train as the notebook does; report the run, and what is true of the network."""
    train, valid, test = loaders(parts)
    model = parts["MLP"](np.random.default_rng(SEED))
    criterion = parts["CrossEntropyLoss"]()
    optimizer = parts["SGD"](model.parameters(), SETTINGS["lr"])
    losses, accuracies, validated = [], [], None
    for _ in range(SETTINGS["epochs"]):
        loss, accuracy = parts["train_one_epoch"](model, train, criterion, optimizer)
        losses.append(number(loss))
        accuracies.append(number(accuracy))
        validated = parts["evaluate"](model, valid, criterion)
    hits = [
        np.asarray(model(x)).argmax(axis=1) == one_hot.argmax(axis=1)
        for x, one_hot in test
    ]
    return {
        "train_loss": losses,
        "train_accuracy": accuracies,
        "valid_loss": number(validated[0]),
        "valid_accuracy": number(validated[1]),
        "test_accuracy": float(np.concatenate(hits).mean()),
    }


def loaders(parts: dict[str, Any]) -> list[data.DataLoader]:
    rng = np.random.default_rng(SEED)
    source = data.load(DATASET, "train")
    train, valid = parts["split_dataset"](source, SETTINGS["split_ratio"], rng)
    size, transform = SETTINGS["batch_size"], parts["transform"]
    return [
        data.DataLoader(train, size, transform, rng),
        data.DataLoader(valid, size, transform),
        data.DataLoader(data.load(DATASET, "test"), 360, transform),
    ]


def namespace(*cases: corpus.Case) -> dict[str, Any]:
    """Run the notebook's setup and answers, the cases' in place of the reference's."""
    names: dict[str, Any] = {"__name__": LAB}
    np.random.seed(SEED)  # noqa: NPY002 -- what some wrong programs draw from
    for cell in corpus.submission(LAB, *cases).cells:
        meta = cell.metadata.get("nbgrader", {})
        given = meta.get("locked") and not meta.get("grade")
        if cell.cell_type == "code" and (meta.get("solution") or given):
            exec(cell.source, names)
    return names


def number(value: Any) -> float | None:
    """A number for JSON, which has no nan; None too for what is no number."""
    try:
        value = float(value)
    except (TypeError, ValueError):
        return None
    return float(f"{value:.6g}") if np.isfinite(value) else None


@contextlib.contextmanager
def quiet() -> Iterator[list[warnings.WarningMessage]]:
    with (
        warnings.catch_warnings(record=True) as warned,
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("always")
        yield warned


@contextlib.contextmanager
def limited(seconds: int) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise TimeoutError(f"still running after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def steps() -> dict[str, Any]:
    """Loss of each step of some wrong programs beside the right one's."""
    cases = correct() | {case.name: case for case in corpus.load(LAB, "mutants")}

    def square(parts: dict[str, Any]) -> None:
        # Between two equal layers a forgotten transpose keeps the right shape.
        linear, relu, last = parts["Linear"], parts["ReLU"], parts["Softmax"]

        class Square(parts["MLP"]):
            def __init__(self, rng: Any = None) -> None:
                sizes = (784, 64, 64, 10)
                self.layers = []
                for fan_in, fan_out in pairwise(sizes):
                    self.layers += [linear(fan_in, fan_out, rng), relu()]
                self.layers[-1] = last()

        parts["MLP"] = Square

    def rate(lr: float) -> Callable[[dict[str, Any]], None]:
        def change(parts: dict[str, Any]) -> None:
            parts["lr"] = lr

        return change

    nothing: Callable[[dict[str, Any]], None] = lambda parts: None  # noqa: E731
    wanted = {
        "right": ((), nothing),
        "square": ((), square),
        "square, transpose forgotten": (
            (cases["linear-dw-transposed-when-square"],),
            square,
        ),
        "lr 3": ((), rate(3.0)),
        "lr 0.03": ((), rate(0.03)),
        "generator exhausted": ((cases["sgd-generator-exhausted"],), nothing),
        "gradients never cleared": (
            (cases[ACCUMULATES], cases["train-one-epoch-no-zero-grad"]),
            nothing,
        ),
        "softmax twice": ((cases["mlp-softmax-twice"],), nothing),
        "not divided by 255": ((cases["transform-not-divided"],), nothing),
    }
    curves = {}
    for name, (wrong, change) in wanted.items():
        with quiet():
            parts = {"lr": SETTINGS["lr"], **namespace(*wrong)}
            change(parts)
            curves[name] = step_losses(parts)
    return curves


def step_losses(parts: dict[str, Any]) -> list[float | None]:
    train, *_ = loaders(parts)
    model = parts["MLP"](np.random.default_rng(SEED))
    right = namespace()["CrossEntropyLoss"]()
    losses = []

    class Recording(parts["CrossEntropyLoss"]):  # type: ignore[misc]
        def forward(self, probs: Any, one_hot: Any) -> Any:
            losses.append(number(right(probs, one_hot)))
            return super().forward(probs, one_hot)

    optimizer = parts["SGD"](model.parameters(), parts["lr"])
    for _ in range(SETTINGS["epochs"]):
        parts["train_one_epoch"](model, train, Recording(), optimizer)
    return losses


def softmax() -> list[dict[str, Any]]:
    """Softmax of (z, z - 1, 0), as the formula stands and with the maximum taken off.

    In 32 bits, as in training; None stands for nan.
    """
    rows = []
    for largest in (10, 50, 80, 88, 89, 100, 1000, 10000):
        logits = np.array([largest, largest - 1, 0], dtype=np.float32)
        with np.errstate(all="ignore"):
            powers = np.exp(logits)
            plain = powers / powers.sum()
            shifted = np.exp(logits - logits.max())
        rows.append(
            {
                "largest_logit": largest,
                "plain": number(plain[0]),
                "shifted": number((shifted / shifted.sum())[0]),
            }
        )
    return rows


def split() -> dict[str, Any]:
    """Train on a file that is sorted by class, split at random and not at random."""
    source = data.load(DATASET, "train")
    order = np.argsort(source.targets, kind="stable")
    in_file = data.ImageDataset(
        DATASET, source.images[order], source.targets[order], source.classes
    )
    cut = int(SETTINGS["split_ratio"] * len(in_file))
    found = {}
    for name, indices in {
        "last tenth": np.arange(len(in_file)),
        "random tenth": np.random.default_rng(SEED).permutation(len(in_file)),
    }.items():
        parts = namespace()
        train = data.Subset(in_file, indices[:-cut])
        valid = data.Subset(in_file, indices[-cut:])
        parts["split_dataset"] = lambda *_, pair=(train, valid): pair
        result = run(parts)
        found[name] = {
            "valid_counts": np.bincount(
                in_file.targets[valid.indices], minlength=10
            ).tolist(),
            "train_counts": np.bincount(
                in_file.targets[train.indices], minlength=10
            ).tolist(),
            **{
                key: result[key]
                for key in ("train_accuracy", "valid_accuracy", "test_accuracy")
            },
        }
    return found


def torch_errors() -> list[dict[str, str]]:
    """What PyTorch says when arrays and tensors, or their types, do not fit."""
    import torch
    from torch import nn

    layer = nn.Linear(4, 3)
    array = np.ones((2, 4))
    tensor = torch.ones(2, 4)
    # A device that every machine has: it keeps shapes and no numbers.
    elsewhere = nn.Linear(4, 3, device="meta")
    attempts: dict[str, tuple[Callable[[], Any], str]] = {
        "layer(array)": (
            lambda: layer(array),
            "x = torch.from_numpy(array).float()",
        ),
        "layer(torch.from_numpy(array))": (
            lambda: layer(torch.from_numpy(array)),
            ".float(): NumPy computes in 64 bits, PyTorch in 32",
        ),
        "layer(tensor).numpy()": (
            lambda: layer(tensor).numpy(),
            ".detach().cpu().numpy()",
        ),
        "criterion(logits, targets.float())": (
            lambda: nn.CrossEntropyLoss()(layer(tensor), torch.ones(2)),
            ".long(): class indices are whole numbers",
        ),
        "layer_on_another_device(tensor)": (
            lambda: elsewhere(tensor),
            ".to(device), for the model once and for every batch",
        ),
    }
    rows = []
    for code, (attempt, mend) in attempts.items():
        try:
            said = f"no error: {type(attempt()).__name__}"
        except Exception as error:
            said = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        rows.append({"code": code, "said": said, "mend": mend})
    return rows


def memory() -> dict[str, Any]:
    """Bytes that PyTorch keeps for the backward pass of a ResNet-18 at 32 x 32."""
    import torch
    from torchvision.models import resnet18

    torch.manual_seed(SEED)
    model = resnet18(weights=None, num_classes=10)
    # The stem for small images.
    model.conv1 = torch.nn.Conv2d(3, 64, 3, padding=1, bias=False)
    model.maxpool = torch.nn.Identity()
    parameters = sum(p.numel() * p.element_size() for p in model.parameters())
    of_parameters = {p.untyped_storage().data_ptr() for p in model.parameters()}

    def kept(batch: int, grad: bool) -> int:
        storages: dict[int, int] = {}

        def note(tensor: Any) -> Any:
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in of_parameters:
                storages[storage.data_ptr()] = storage.nbytes()
            return tensor

        x = torch.randn(batch, 3, 32, 32)
        hooks = torch.autograd.graph.saved_tensors_hooks(note, lambda t: t)
        with hooks, torch.set_grad_enabled(grad):
            loss = torch.nn.functional.cross_entropy(
                model(x), torch.zeros(batch, dtype=torch.long)
            )
        del loss
        return sum(storages.values())

    return {
        "network": "ResNet-18, 3 x 32 x 32 images, 10 classes, 32 bits",
        "parameter_bytes": parameters,
        "kept_bytes": {str(n): kept(n, grad=True) for n in (1, 8, 32, 128)},
        "kept_bytes_no_grad": {str(n): kept(n, grad=False) for n in (1, 8, 32, 128)},
    }


if __name__ == "__main__":
    sys.exit(main())
