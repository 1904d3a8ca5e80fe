"""Training the reference solution: recorded runs, and accuracy thresholds.

The reference lives in ``solutions/<lab>/<lab>.py``; which runs are recorded and which
networks a threshold is calibrated on, in ``solutions/<lab>/runs.py``. Neither nbgrader
nor jupytext is needed, so that a training machine can do with NumPy (and PyTorch).
"""

import contextlib
import io
import json
import math
import re
import runpy
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from labkit import data
from labkit.history import Run, device_name, versions
from labkit.release import kit_root, labs

_MARKER = re.compile(r"^# %%(?P<head>.*)$", re.MULTILINE)
_NBGRADER = re.compile(r"nbgrader=(\{[^{}]*\})")


MAX_FAIL_CHANCE = 1e-4
"""Largest chance that a run of a correct solution misses the bound."""

_HEAD = """\
# Accuracy thresholds, measured: written by `labkit calibrate`, not by hand.
#
# bound: held-out accuracy that earns all points; steps: [accuracy, points].
# fail_chance: that one more run of the weakest correct network falls below the bound,
#   by Student's t with its spread (std), or with that pooled over all correct networks
#   where that is wider, and the pooled one's degrees of freedom: for a network that
#   varies more than the others by its nature, rather than by chance, it is higher.
#   Grading trains a second time where the first run misses the bound.
# not_distinguished: wrong networks that the bound lets pass on this data set.
# correct, wrong: accuracies of the seeded runs of each network; unsettled: of networks
#   that train well on some seeds only, and for which nothing is promised.
"""


class TrainingError(RuntimeError):
    """A run cannot be made; the message says what to do."""


def reference(lab: str, root: Path | None = None) -> dict[str, Any]:
    """Run the reference solution's setup and solution cells; return its names.

    Parameters
    ----------
    lab : str
        Such as ``lab1_mlp``.
    root : Path, optional
        The checkout; `labkit.release.kit_root` by default.

    Returns
    -------
    dict
        The reference's namespace: ``Linear``, ``train_one_epoch`` …

    Raises
    ------
    TrainingError
        If there is no such lab here.

    Notes
    -----
    Test cells, experiments and pictures do not run, and what they alone need (Pillow,
    matplotlib, torchvision, tqdm) may be absent.
    """
    source = _folder(lab, root) / f"{lab}.py"
    text = source.read_text(encoding="utf-8")
    names: dict[str, Any] = {"__name__": lab, "__file__": str(source)}
    markers = list(_MARKER.finditer(text))
    ends = [marker.start() for marker in markers[1:]] + [len(text)]
    for marker, end in zip(markers, ends, strict=True):
        if not _needed(marker["head"]):
            continue
        # Blank lines before the cell keep the line numbers of tracebacks right.
        lines = "\n" * text.count("\n", 0, marker.start())
        cell = compile(lines + text[marker.start() : end], str(source), "exec")
        with contextlib.redirect_stdout(io.StringIO()), _without_pictures():
            exec(cell, names)
    return names


_PICTURES = ("PIL", "matplotlib", "torchvision", "tqdm")


@contextlib.contextmanager
def _without_pictures() -> Iterator[None]:
    """Let stand-ins be imported where a package for pictures is absent."""
    finder = _AbsentFinder()
    sys.meta_path.append(finder)  # the last one: it is asked when nobody else knows
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _AbsentFinder(MetaPathFinder, Loader):
    def find_spec(self, name: str, *_: Any) -> ModuleSpec | None:
        if name.partition(".")[0] in _PICTURES:
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


class _Absent(ModuleType):
    """Has classes of every name."""

    def __getattr__(self, name: str) -> Any:
        return _absent(name)


class _AbsentClass(type):
    def __getattr__(cls, name: str) -> Any:
        return _absent(name)


def _absent(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    # A call hands back its first argument, as the loop of a progress bar needs.
    members = {"__new__": lambda cls, *args, **_: (*args, None)[0]}
    return _AbsentClass(name, (), members)


def train(
    lab: str,
    dataset: str | None = None,
    device: str | None = None,
    only: Sequence[str] = (),
    force: bool = False,
    root: Path | None = None,
) -> list[Path]:
    """Train the lab's runs that are not recorded yet, with progress bars.

    Parameters
    ----------
    lab : str
    dataset : str, optional
        The lab's `labkit.data.default_dataset` by default.
    device : str, optional
        Such as ``cuda``. A lab in PyTorch takes the GPU where there is one; a lab in
        NumPy knows ``cpu`` alone.
    only : sequence of str
        Names of runs; all of the lab's runs by default.
    force : bool
        Repeat what is recorded already.
    root : Path, optional
        The checkout; results go to its ``book/results``.

    Returns
    -------
    list of Path
        The files of the runs asked for, one each, written or found.

    Raises
    ------
    TrainingError
        If the lab, a run or the device is unknown.
    """
    folder = _folder(lab, root)
    recipe = runpy.run_path(str(folder / "runs.py"))
    on = _device(lab, recipe, device)
    dataset = dataset or recipe.get("default_dataset", data.default_dataset)()
    runs = recipe["runs"](dataset, **on)
    if unknown := set(only) - set(runs):
        raise TrainingError(
            f"{lab} has no run named {', '.join(sorted(unknown))}; "
            f"known are {', '.join(runs)}"
        )
    parts = reference(lab, root)
    paths = []
    for name in only or runs:
        path = result_path(lab, name, dataset, folder.parent.parent)
        paths.append(path)
        if path.exists() and not force:
            print(f"{name}: recorded in {path.name}")
            continue
        settings = dict(runs[name])
        seed = settings.pop("seed", 0)
        run = Run(lab, name, dataset, device_name(**on), seed, settings)
        run.history, run.result = recipe["execute"](
            parts, name, dataset, settings, seed, **on
        )
        run.command = f"labkit train {lab} --dataset {dataset} --only {name}"
        if on:
            run.command += f" --device {on['device']}"
        run.versions = versions(("labkit", "numpy", *(["torch"] if on else [])))
        run.save(path)
        print(f"{name}: {run.history}")
    return paths


def pretrain(
    lab: str,
    dataset: str | None = None,
    device: str | None = None,
    only: Sequence[str] = (),
    root: Path | None = None,
) -> list[Path]:
    """Train the networks that a lab takes as pretrained; write weights and records.

    Parameters
    ----------
    lab : str
    dataset, device
        As in `train`.
    only : sequence of str
        Names of networks; the lab's usual ones by default.
    root : Path, optional
        The checkout.

    Returns
    -------
    list of Path
        Files in the safetensors format.

    Raises
    ------
    TrainingError
        If the lab has nothing to pretrain, or the device is unknown.
    """
    recipe = runpy.run_path(str(_folder(lab, root) / "runs.py"))
    if "pretrain" not in recipe:
        raise TrainingError(
            f"{lab} has no networks to pretrain. Leave --pretrain out to record its "
            "runs."
        )
    on = _device(lab, recipe, device)
    dataset = dataset or recipe["default_dataset"]()
    found = recipe["pretrain"](reference(lab, root), dataset, only=only, **on)
    for name, made in found.items():
        run = Run(
            lab, name, made["dataset"], device_name(**on), 0, made["settings"],
            made["history"], {"train_seconds": made["seconds"]},
        )  # fmt: skip
        run.command = f"labkit train {lab} --pretrain --dataset {run.dataset} "
        run.command += f"--only {name} --device {on['device']}"
        run.versions = versions(("labkit", "numpy", "torch"))
        path = result_path(lab, name, run.dataset, _folder(lab, root).parent.parent)
        run.save(path)
    return [Path(made["path"]) for made in found.values()]


def calibrate(
    lab: str,
    datasets: Sequence[str] = (),
    device: str | None = None,
    seeds: int | None = None,
    root: Path | None = None,
) -> Path:
    """Measure the lab's accuracy thresholds; write its ``thresholds.toml``.

    Correct and wrong networks (``NETWORKS`` in the lab's ``runs.py``) are trained by
    the function that grades; unsettled ones too, only to be shown. The bound for full
    marks lies so far below the weakest correct network's mean that one more run of it
    falls short with a chance of at most 1e-4, by Student's t with that network's spread
    or the one pooled over all correct networks, whichever is wider, with the degrees of
    freedom of the pooled one: those of one network's few runs would leave no bound. So
    for a network that by its nature varies more than the others the chance is higher
    (1e-3 to 1e-2 where it varies three times as much); grading trains it again where it
    misses the bound, which squares that. What was measured before an interruption is
    kept.

    Parameters
    ----------
    lab : str
    datasets : sequence of str
        All that are here and that the lab calibrates on by default. The rows of other
        data sets and tiers stay as they are.
    device : str, optional
        ``cuda`` measures the tier ``gpu``, anything else the tier ``cpu``.
    seeds : int, optional
        Runs of each network; the lab's own number by default.
    root : Path, optional
        The checkout; `labkit.release.kit_root` by default.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    TrainingError
        If the lab has no such tier or data set, or the runs allow no bound.
    """
    folder = _folder(lab, root)
    recipe = runpy.run_path(str(folder / "runs.py"))
    on = _device(lab, recipe, device or "cpu")
    tier = "gpu" if on.get("device") == "cuda" else "cpu"
    rows = recipe["GPU_CALIBRATION" if tier == "gpu" else "CALIBRATION"]
    if unknown := set(datasets) - set(rows):
        raise TrainingError(
            f"{lab} is not calibrated on {', '.join(sorted(unknown))} ({tier}); "
            f"known are {', '.join(rows)}"
        )
    parts = reference(lab, root)
    path = folder / "thresholds.toml"
    for dataset in datasets or filter(data.available, rows):
        limits = rows[dataset] | ({"seeds": seeds} if seeds else {})
        measured = _measure(recipe, parts, dataset, limits, path, on)
        row = {
            "dataset": dataset,
            "tier": tier,
            **limits,
            **threshold(
                measured["correct"], measured["wrong"], recipe.get("POINTS", 12)
            ),
            "device": device_name(**on),
            "command": " ".join(
                ["labkit calibrate", lab, *(["--device cuda"] if tier == "gpu" else [])]
            ),
            **measured,
        }
        text = path.read_text("utf-8") if path.exists() else ""
        kept = tomllib.loads(text).get("threshold", ())
        known = {(old["dataset"], old["tier"]): old for old in kept}
        known[dataset, tier] = row
        head = _HEAD + recipe.get("THRESHOLDS_NOTE", "")
        ordered = (known[key] for key in sorted(known))
        path.write_text(head + "".join(map(_toml, ordered)), encoding="utf-8")
        _partial(path, dataset).unlink()
    return path


def _measure(
    recipe: Mapping[str, Any],
    parts: dict[str, Any],
    dataset: str,
    limits: Mapping[str, Any],
    path: Path,
    on: dict[str, str],
) -> dict[str, dict[str, list[float]]]:
    """Return the accuracies of each network's seeded runs, by kind and name."""
    partial = _partial(path, dataset)
    text = partial.read_text("utf-8") if partial.exists() else "{}"
    done: dict[str, float] = json.loads(text)
    scale = {k: v for k, v in limits.items() if k not in ("seeds", "wrong_seeds")}
    measured: dict[str, dict[str, list[float]]] = {}
    for kind, networks in recipe["NETWORKS"][dataset].items():
        measured[kind] = {}
        count = limits["seeds"]
        if kind != "correct":
            count = min(count, limits.get("wrong_seeds", count))
        for name, change in networks.items():
            for seed in range(count):
                key = json.dumps([dataset, on, scale, change, seed])
                if key not in done:
                    rng = np.random.default_rng(seed)
                    accuracy = recipe["calibration_accuracy"](
                        parts, dataset, change, rng, **on
                    )
                    done[key] = round(accuracy, 4)
                    partial.write_text(json.dumps(done), encoding="utf-8")
                measured[kind].setdefault(name, []).append(done[key])
            print(f"{dataset}, {kind}, {name}: {measured[kind][name]}", flush=True)
    return measured


def _partial(path: Path, dataset: str) -> Path:
    return path.with_name(f"{path.stem}-{dataset}.partial")


def _device(lab: str, recipe: Mapping[str, Any], device: str | None) -> dict[str, str]:
    """Return the keyword argument that a lab's functions take; none in NumPy labs."""
    known = recipe.get("DEVICES", ("cpu",))
    if device not in (None, *known):
        raise TrainingError(
            f"{lab} trains on {' or '.join(known)}; got device {device!r}. "
            "Leave --device out."
        )
    if len(known) == 1:
        return {}
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        raise TrainingError("PyTorch finds no GPU here. Leave --device out.")
    return {"device": device or ("cuda" if torch.cuda.is_available() else "cpu")}


def threshold(
    correct: Mapping[str, Sequence[float]],
    wrong: Mapping[str, Sequence[float]],
    points: int = 12,
) -> dict[str, Any]:
    """Choose the bound for full marks, and the steps below it.

    Parameters
    ----------
    correct, wrong : mapping of str to sequence of float
        Accuracies of the seeded runs of each network; the correct ones have equally
        many, at least two.
    points : int
        For full marks; below, a quarter, a half and three quarters of them.

    Returns
    -------
    dict
        ``bound``, ``steps`` (pairs of accuracy and points), ``fail_chance`` of the
        weakest correct network, and what was measured to get there.

    Raises
    ------
    TrainingError
        If the correct networks vary so much that no wrong one could be rejected.
    """
    from scipy.stats import t  # type: ignore[import-untyped]

    table = np.array(list(correct.values()))
    variants, runs = table.shape
    freedom = variants * (runs - 1)
    variance = table.var(axis=1, ddof=1)
    # A few runs may look alike by chance: none is taken for steadier than the average.
    spreads = np.sqrt(np.maximum(variance, variance.mean()))
    # One more run, against a mean that is itself known from a few.
    scales = np.maximum(spreads, 1e-3) * (1 + 1 / runs) ** 0.5
    means = table.mean(axis=1)
    bounds = means - t.isf(MAX_FAIL_CHANCE, freedom) * scales
    weakest = int(bounds.argmin())
    bound, spread = _down(float(bounds[weakest])), float(spreads[weakest])
    rejected = {
        name: max(values) for name, values in wrong.items() if max(values) < bound
    }
    if not rejected:
        raise TrainingError(
            f"the bound would be {bound:.1%}, which rejects no wrong network: the "
            f"correct ones spread by {spread:.1%} from seed to seed. Leave out "
            f"settings that diverge; the runs were {dict(correct)}."
        )
    strongest = max(rejected, key=lambda name: rejected[name])
    shares = ((0.5, 0.25), (0.8, 0.5), (0.95, 0.75), (1.0, 1))
    return {
        "bound": bound,
        "steps": [
            [_down(share * bound), int(p) if (p := points * part) % 1 == 0 else p]
            for share, part in shares
        ],
        "fail_chance": float(
            f"{t.sf((means[weakest] - bound) / scales[weakest], freedom):.1g}"
        ),
        "correct_runs": table.size,
        "mean": round(float(table.mean()), 4),
        "std": round(spread, 4),
        "min": float(table.min()),
        "weakest_correct": list(correct)[weakest],
        "weakest_correct_mean": round(float(means[weakest]), 4),
        "strongest_rejected": strongest,
        "strongest_rejected_accuracy": rejected[strongest],
        "not_distinguished": [name for name in wrong if name not in rejected],
    }


def result_path(lab: str, name: str, dataset: str, root: Path) -> Path:
    """Where a run is recorded: ``book/results/lab1_<name>_<dataset>.json``."""
    kept = data.file_name(dataset)
    return root / "book" / "results" / f"{lab.split('_')[0]}_{name}_{kept}.json"


def _folder(lab: str, root: Path | None) -> Path:
    root = root or kit_root()
    if lab not in labs(root):
        known = ", ".join(labs(root))
        raise TrainingError(f"no lab named {lab!r} in {root}; known are {known}")
    return root / "solutions" / lab


def _down(accuracy: float) -> float:
    """Round down to half a percent."""
    return math.floor(accuracy * 200 + 1e-9) / 200


def _toml(row: Mapping[str, Any]) -> str:
    """Write a row; JSON's strings, numbers and lists are TOML's too."""
    plain = {key: value for key, value in row.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in row.items() if isinstance(value, dict)}
    lines = ["", "[[threshold]]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in plain.items()]
    for key, table in tables.items():
        lines += ["", f"[threshold.{key}]"]
        lines += [f"{json.dumps(k)} = {json.dumps(v)}" for k, v in table.items()]
    return "\n".join(lines) + "\n"


def _needed(head: str) -> bool:
    """Whether a cell is a solution or a setup cell, from its marker."""
    found = _NBGRADER.search(head)
    if found is None or "[markdown]" in head:
        return False
    meta = json.loads(found[1])
    return bool(meta["solution"] or (meta["locked"] and not meta["grade"]))
