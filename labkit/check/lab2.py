"""Checks of Lab 2: ResNet-18 on color images.

Every check draws fresh inputs from ``rng`` (by default, other ones at every call), and
works on the student's object itself as on a proxy of it (see `labkit.check.student`).
A network is judged by what it computes with given weights, against torchvision's; a
loop by the weights and numbers that it leaves, on a network whose training is computed
here without it.
"""

import contextlib
import copy
import functools
import math
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from labkit.check import probes
from labkit.check.image_training import train as train
from labkit.check.misconceptions import same
from labkit.check.report import CheckFailed, passed
from labkit.check.student import (
    StudentError,
    array,
    attempt,
    call,
    compare,
    failed,
    make,
    make_or_fail,
    number,
    pair,
    replaced,
)

FORBIDDEN = {
    "torchvision.models": "you build the network yourself.",
    "timm": "you build the network yourself.",
}
"""Modules that submissions must do without, and why."""

PRELOAD = (
    *("torch", "torchvision", "torchvision.transforms.v2", "torch.optim"),
    "labkit.check.probes",
)
"""What the sandbox imports, or calls, once for all submissions."""

Array = NDArray[Any]
Rng = np.random.Generator | None
Shape = tuple[int, ...]
Values = dict[str, Array]

PARAMETERS = 11_173_962
"""Of ResNet18 with ten classes and a width of 64."""


# --- data -----------------------------------------------------------------------------


def channel_stats_mean(channel_stats: Any, rng: Rng = None) -> None:
    """Check the means of `channel_stats`."""
    _channel_stats(channel_stats, np.random.default_rng(rng), 0)


def channel_stats_std(channel_stats: Any, rng: Rng = None) -> None:
    """Check the standard deviations of `channel_stats`."""
    _channel_stats(channel_stats, np.random.default_rng(rng), 1)


def _channel_stats(channel_stats: Any, rng: np.random.Generator, part: int) -> None:
    question, name = "channel-stats", ("mean", "std")[part]
    shapes = ((2, 3, 2, 3), (7, 4, 5, 3), (40, 8, 8, 3), (1, 2, 4, 3), (3, 3, 3, 3))
    for shape in (*shapes, (12_000, 1, 1, 3)):
        # Images of different brightness and contrast, and the channels too.
        low = rng.integers(0, 120, (shape[0], 1, 1, 3))
        span = rng.integers(40, 135, (shape[0], 1, 1, 3))
        images = (low + rng.random(shape) * span).astype(np.uint8)
        what = f"channel_stats of images {shape}"
        found = call(question, what, channel_stats, images)
        mean, std = pair(what, found, "mean, std")
        pooled = np.reshape(images / 255, (-1, 3))
        expected = (pooled.mean(axis=0), pooled.std(axis=0))[part]
        try:
            compare(
                f"{question}.{name}", f"{what}: {name}", (mean, std)[part], expected,
                rtol=1e-4, pixels=pooled, images=images / 255,
                other=(mean, std)[1 - part],
            )  # fmt: skip
        except CheckFailed as error:
            if error.hint is not None:
                raise
            again = call(question, what, channel_stats, images // 2)
            if same(list(again)[part], (mean, std)[part]):
                raise failed(
                    error.title, error.details, "statistics-not-of-argument"
                ) from None
            raise
    passed(f"channel_stats, {name}", f"Images {', '.join(map(str, shapes))}.")


class _View(NamedTuple):
    """A transformed picture, traced back.

    Attributes
    ----------
    scale : str
        How its numbers were made of pixels; ``normalized`` is right.
    flipped : bool
    shift : tuple of int
        How far the picture moved down and to the right.
    hidden : ndarray, shape (32, 32), bool
        Where something else is to be seen than the picture.
    inside : ndarray, shape (32, 32), bool
        Where the moved picture lies.
    """

    scale: str
    flipped: bool
    shift: tuple[int, int]
    hidden: NDArray[np.bool_]
    inside: NDArray[np.bool_]


def _picture(rng: np.random.Generator) -> Array:
    """A picture whose red says the row, and whose green the column."""
    rows, columns = np.mgrid[:32, :32]
    third = rng.integers(0, 256, (32, 32))
    return np.stack([8 * rows, 8 * columns, third], axis=2).astype(np.uint8)


def _scales(mean: Array, std: Array) -> dict[str, Callable[[Array], Array]]:
    """Ways back from a transform's numbers (3, ...) to pixels from 0 to 255."""
    m, s = mean.reshape(3, 1, 1), std.reshape(3, 1, 1)
    half = np.full((3, 1, 1), 0.5)
    imagenet = (
        np.array([[[0.485]], [[0.456]], [[0.406]]]),
        np.array([[[0.229]], [[0.224]], [[0.225]]]),
    )
    return {
        "normalized": lambda y: (y * s + m) * 255,
        "not-normalized": lambda y: y * 255,
        "not-scaled-to-one": lambda y: y * s + m,
        "pixels-kept": lambda y: y,
        "std-forgotten": lambda y: (y + m) * 255,
        "mean-forgotten": lambda y: y * s * 255,
        "mean-and-std-swapped": lambda y: (y * m + s) * 255,
        "variance-not-std": lambda y: (y * s**2 + m) * 255,
        "constants-not-arguments": lambda y: (y * half + half) * 255,
        "normalized-alike": lambda y: (y * std.mean() + mean.mean()) * 255,
        "normalized-reversed": lambda y: (y * s[::-1] + m[::-1]) * 255,
        "normalized-by-imagenet": lambda y: (y * imagenet[1] + imagenet[0]) * 255,
        "normalized-twice": lambda y: ((y * s + m) * s + m) * 255,
    }


def _linear(pixels: Array, y: Array) -> Callable[[Array], Array] | None:
    """The way back from numbers that are any linear function of each channel."""
    ways = []
    for channel, shown in zip(pixels.reshape(-1, 3).T, y.reshape(3, -1), strict=True):
        if not np.ptp(shown):
            return None
        ways.append(np.polyfit(shown, channel.astype(float), 1))
        if np.abs(np.polyval(ways[-1], shown) - channel).max() > 0.5:
            return None
    slope, start = np.transpose(ways)[:, :, None, None]
    return lambda y: y * slope + start


def _traced(pixels: Array, outputs: list[Array], scales: Any) -> list[_View | None]:
    """Find out how a picture became each of the outputs (3, 32, 32)."""
    views: list[_View | None] = []
    for y in outputs:
        if len(views) >= 12 and not any(views):
            views.append(None)  # nor will the others be found
            continue
        views.append(_traced_one(pixels, y, scales))
        if view := views[-1]:  # most likely the next one's too
            scales = {view.scale: scales[view.scale], **scales}
    return views


def _traced_one(pixels: Array, y: Array, scales: dict[str, Any]) -> _View | None:
    rows, columns = np.mgrid[:32, :32]
    best, most = None, 200  # so many pixels show it for sure
    for scale, back in scales.items():
        given = back(y)
        row = np.clip(given[0] / 8, -99, 99).round().astype(int)
        column = np.clip(given[1] / 8, -99, 99).round().astype(int)
        down = _mode(rows - row)
        for flipped in (False, True):
            # Mirrored, the column shown is 31 minus the one that lies here.
            right = _mode(columns - (31 - column if flipped else column))
            from_row, from_column = rows - down, columns - right
            inside = (from_row >= 0) & (from_row < 32)
            inside &= (from_column >= 0) & (from_column < 32)
            source = pixels[:, ::-1] if flipped else pixels
            shown = source[from_row.clip(0, 31), from_column.clip(0, 31)]
            differ = np.abs(given - shown.transpose(2, 0, 1)).max(axis=0) > 0.5
            hidden = differ & inside
            if (seen := int((inside & ~hidden).sum())) > most:
                best = _View(scale, flipped, (down, right), hidden, inside)
                most = seen
        if most > 400:
            break  # no other scale could show as much
    return best


def _mode(values: Array) -> int:
    """The most frequent of some whole numbers, which lie near each other."""
    least = values.min()
    return int(np.bincount((values - least).ravel()).argmax() + least)


class _Views(NamedTuple):
    """What a pair of transforms made of pictures.

    Attributes
    ----------
    train, test : list of _View or None
        The outputs, traced back where they can be.
    same_test : bool
        Whether ``test`` always puts out the same.
    normalized : dict of str to list of bool
        Of each output of ``train`` and ``test``, whether most of its numbers are those
        of some pixels, normalized: so it is where a picture is turned or scaled, too.
    """

    train: list[_View | None]
    test: list[_View | None]
    same_test: bool
    normalized: dict[str, list[bool]]


def _views(
    make_transforms: Any, rng: np.random.Generator, erasing: bool, times: int = 96
) -> _Views:
    """Run both transforms on a picture many times."""
    question = "transforms"
    what = f"make_transforms(mean, std{', erasing=True' if erasing else ''})"
    mean, std = rng.uniform(0.3, 0.7, 3), rng.uniform(0.15, 0.35, 3)
    args = (mean, std, True) if erasing else (mean, std)
    found = call(question, what, make_transforms, *args)
    train, test = pair(what, found, "train, test")
    pixels, scales = _picture(rng), _scales(mean, std)
    picture = make(make_transforms, "picture", pixels)
    outputs: dict[str, list[Array]] = {}
    for name, transform, runs in (("test", test, 12), ("train", train, times)):
        made = make_or_fail(
            question, f"{name} of a picture", make_transforms,
            "repeat", transform, picture, runs,
        )  # fmt: skip
        outputs[name] = [
            array(question, f"{name} of a picture", y, (3, 32, 32)) for y in made
        ]
        kinds = {str(y.dtype) for y in made}
        if not all("float" in kind for kind in kinds):
            raise failed(
                f"{name} of a picture has the type {', '.join(sorted(kinds))}, "
                "expected floats.",
                "",
                "not-scaled-to-one",
            )
    plain = outputs["test"][0]
    if not _traced_one(pixels, plain, scales) and (back := _linear(pixels, plain)):
        scales["of-its-own"] = back
    given = {
        name: [scales["normalized"](y) for y in each] for name, each in outputs.items()
    }
    return _Views(
        _traced(pixels, outputs["train"], scales),
        _traced(pixels, outputs["test"], scales),
        all(np.array_equal(y, plain) for y in outputs["test"]),
        {
            name: [bool((np.abs(y - y.round()) < 0.02).mean() > 0.5) for y in each]
            for name, each in given.items()
        },
    )


def transforms_normalize(make_transforms: Any, rng: Rng = None) -> None:
    """Check that both transforms normalize, and that ``test`` does nothing else."""
    rng = np.random.default_rng(rng)
    for _ in range(2):
        views = _views(make_transforms, rng, erasing=False, times=24)
        for name, found in (("test", views.test), ("train", views.train)):
            for scale in {view.scale for view in found if view} - {"normalized"}:
                hint: str | None = scale
                if scale == "of-its-own":
                    constant = _is_constant(make_transforms, rng)
                    hint = "constants-not-arguments" if constant else None
                raise failed(
                    f"{name}: the numbers are not (pixel / 255 - mean) / std.",
                    "",
                    hint,
                )
            # Where the picture lies is another question.
            told = [*map(operator.or_, map(bool, found), views.normalized[name])]
            if sum(told) < len(told) / 2:
                raise failed(
                    f"{name}: the picture is not found in what comes out.",
                    "Expected (pixel / 255 - mean) / std, channel by channel.",
                )
        _plain(views)
    passed("make_transforms", "Both normalize; test changes nothing else.")


def _is_constant(make_transforms: Any, rng: np.random.Generator) -> bool:
    """Whether ``test`` puts out the same, whatever mean and std come in."""
    question, what = "transforms", "make_transforms(mean, std)"
    picture = make(make_transforms, "picture", _picture(rng))
    found = []
    for mean in (0.3, 0.7):
        args = (np.full(3, mean), np.full(3, mean / 2))
        _, test = pair(
            what, call(question, what, make_transforms, *args), "train, test"
        )
        (y,) = make_or_fail(question, what, make_transforms, "repeat", test, picture, 1)
        found.append(array(question, what, y, (3, 32, 32)))
    return same(found[0], found[1])


def _plain(views: _Views, erasing: str = "") -> None:
    """See that ``test`` leaves the picture where it is."""
    if not views.same_test or any(
        not view or view.flipped or any(view.shift) or view.hidden.any()
        for view in views.test
    ):
        raise failed(
            f"test{erasing} augments: the same picture comes out "
            f"{'changed' if views.same_test else 'differently each time'}.",
            "",
            "test-augmented",
        )


def transforms_crop(make_transforms: Any, rng: Rng = None) -> None:
    """Check that ``train`` moves pictures by up to 4 pixels, and shows nothing else."""
    rng = np.random.default_rng(rng)
    # A shift that is drawn once is none at all once in 81 times: look again. What moves
    # by 4 but seldom has other chances, too.
    for _ in range(5):
        found = _followed(_views(make_transforms, rng, erasing=False))
        shifts = np.array([view.shift for view in found])
        reach = np.abs(shifts).max(axis=0)
        # Mirrored after it was moved, a picture has moved the other way.
        is_one = len({(view.flipped, view.shift) for view in found}) <= 2
        if reach.min() >= 4 or (is_one and reach.any()):
            break
    told = (
        f"In {len(found)} calls it moved by up to {reach[0]} rows, {reach[1]} columns."
    )
    if not reach.any():
        raise failed("train does not move the picture.", told, "crop-missing")
    if is_one:
        raise failed(
            f"train moves every picture by {found[0].shift}.", "", "shift-drawn-once"
        )
    if reach.max() > 4:
        raise failed("train moves the picture by more than 4.", told, "crop-padding")
    if reach.min() < 4:
        raise failed(
            "train does not move the picture by up to 4 in rows and in columns.",
            told,
            "crop-padding",
        )
    if (np.abs(shifts[:, 0]) == np.abs(shifts[:, 1])).all():
        raise failed(
            "train moves the picture by as many rows as columns, always.",
            told,
            "shift-for-both",
        )
    for axis, name in enumerate(("up and down", "left and right")):
        if shifts[:, axis].min() > -3 or shifts[:, axis].max() < 3:
            raise failed(f"train does not move the picture {name}.", told)
    passed("make_transforms", told)


def _followed(views: _Views) -> list[_View]:
    """See that each output of ``train`` is the picture, moved and mirrored."""
    found = [view for view in views.train if view]
    lost = len(views.train) - len(found)
    if lost:
        raise failed(
            f"train: in {lost} of {len(views.train)} outputs the picture is not found.",
            "It should be moved by up to 4 pixels, mirrored or not, and normalized.",
            "picture-distorted",
        )
    return found


def transforms_flip(make_transforms: Any, rng: Rng = None) -> None:
    """Check that ``train`` mirrors some pictures, left and right."""
    rng = np.random.default_rng(rng)
    found = _followed(_views(make_transforms, rng, erasing=False))
    share = sum(view.flipped for view in found) / len(found)
    told = f"It mirrored {share:.0%} of {len(found)} pictures."
    if share in (0, 1):
        name = "flip-missing" if share == 0 else "flip-always"
        again = [_views(make_transforms, rng, False, times=1) for _ in range(16)]
        if any(_followed(views)[0].flipped != found[0].flipped for views in again):
            name = "flip-drawn-once"
        raise failed(
            f"train mirrors {'no' if share == 0 else 'every'} picture.", told, name
        )
    if not 0.25 < share < 0.75:  # a fair coin strays so far once in a million
        raise failed("train does not mirror every second picture.", told, "flip-share")
    passed("make_transforms", told)


def transforms_erasing(make_transforms: Any, rng: Rng = None) -> None:
    """Check that ``train`` erases rectangles where asked, and there alone."""
    rng = np.random.default_rng(rng)
    outputs = _views(make_transforms, rng, erasing=False).train
    plain = [view for view in outputs if view]
    torn = [view for view in plain if view.hidden.any()]
    if torn and all(_share_of_box(view) > 0.9 for view in torn):
        raise failed("train erases although erasing is False.", "", "erasing-not-asked")
    if torn or len(plain) < len(outputs) / 10:
        raise failed(
            "train: nothing is to be erased, and yet the picture is not found whole.",
            f"Of {len(outputs)} outputs, {len(plain) - len(torn)} show all of it.",
            "picture-distorted",
        )
    found: list[_View] = []
    for _ in range(4):
        views = _views(make_transforms, rng, erasing=True)
        _plain(views, " with erasing=True")
        found += [view for view in views.train if view] or _followed(views)
        erased = [view for view in found if view.hidden.any()]
        if erased:
            break
    else:
        raise failed(
            "train erases nothing although erasing is True.",
            f"In {len(found)} calls the whole picture was to be seen.",
            "erasing-missing",
        )
    if any(_share_of_box(view) < 0.3 for view in erased):
        raise failed("train does not erase a rectangle, but scattered pixels.")
    if _is_one_place(erased):
        raise failed(
            "train erases the same rectangle in every picture.",
            "",
            "erasing-drawn-once",
        )
    if lost := _lost_by_erasing(plain, found):
        raise failed(
            f"train with erasing=True does not {lost} the pictures any more.",
            "",
            "erasing-instead",
        )
    passed("make_transforms", f"Erased in {len(erased)} of {len(found)} calls.")


def _share_of_box(view: _View) -> float:
    """How much of the smallest rectangle around what is hidden is hidden."""
    rows, columns = np.nonzero(view.hidden)
    box = view.inside[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return float(view.hidden.sum() / box.sum())


def _is_one_place(erased: list[_View]) -> bool:
    """Whether each picture has lost all of a place, as far as the place is in it."""
    place = np.any([view.hidden for view in erased], axis=0)
    shown = [(place & view.inside & ~view.hidden).sum() for view in erased]
    # What stands there may look like the picture by chance, in a pixel or two.
    return len(erased) >= 8 and max(shown) <= 0.05 * place.sum()


def _lost_by_erasing(plain: list[_View], erasing: list[_View]) -> str | None:
    """Tell what a transform that erases does no longer, of what it does without."""
    if len(erasing) < 24:  # fewer may be alike by chance
        return None
    both = (plain, erasing)
    moves = [len({view.shift for view in views}) for views in both]
    mirrored = [sum(view.flipped for view in views) / len(views) for views in both]
    scales = [{view.scale for view in views} for views in both]
    # Mirrored after it was moved, a picture that is always moved alike has two places.
    if moves[0] > 2 >= moves[1]:
        return "move"
    if 0.25 < mirrored[0] < 0.75 and mirrored[1] in (0, 1):
        return "mirror"
    return "normalize" if scales[0] == {"normalized"} != scales[1] else None


# --- the block ------------------------------------------------------------------------


class _Part(NamedTuple):
    """A module that ran in a student's network."""

    kind: str
    own: dict[str, str]
    shapes: dict[str, Shape]
    settings: dict[str, Any]
    after: int
    came: Array | None
    went: Array | None

    @property
    def is_conv(self) -> bool:
        return len(self.shapes.get("weight", ())) == 4

    @property
    def is_norm(self) -> bool:
        keeps = "running_mean" in self.shapes
        keeps |= self.settings.get("track_running_stats") is False
        return keeps and len(self.shapes.get("weight", ())) == 1

    @property
    def is_linear(self) -> bool:
        return len(self.shapes.get("weight", ())) == 2

    @property
    def kernel(self) -> int:
        return self.shapes["weight"][2]

    def __str__(self) -> str:
        shape = self.shapes.get("weight", ())
        if self.is_conv:
            out, into, height, width = shape
            bias = " with bias" if "bias" in self.shapes else ""
            stride = self.settings.get("stride", 1)
            stride = stride[0] if isinstance(stride, tuple) and stride else stride
            strided = f" stride {stride}" if stride != 1 else ""
            return f"{self.kind} {into}->{out} {height}x{width}{strided}{bias}"
        return f"{self.kind} {'x'.join(map(str, shape))}"


def _trace(
    question: str, what: str, model: Any, x: Array, training: bool, values: bool = False
) -> tuple[list[_Part], Any]:
    """Run a student's module; return what ran in it, and the output."""
    calls, output = make_or_fail(
        question, what, model, "trace", model, x, training, values
    )
    parts = []
    for entry in calls:
        came, went = entry.get("came"), entry.get("went")
        parts.append(
            _Part(
                str(entry["kind"]),
                dict(entry["own"]),
                {str(k): tuple(map(int, s)) for k, s in entry["shapes"].items()},
                dict(entry["settings"]),
                int(entry["after"]),
                None if came is None else np.asarray(came, dtype=float),
                None if went is None else np.asarray(went, dtype=float),
            )
        )
    return parts, output


def _norm_of(parts: list[_Part], conv: _Part) -> _Part | None:
    """The batch norm that got a convolution's output.

    Or the one that runs next and gets no layer's: what is in between, a copy or a ReLU,
    is judged by the numbers.
    """
    here = parts.index(conv)
    found = [p for p in parts if p.is_norm and p.after == here]
    found += [p for p in parts[here + 1 : here + 2] if p.is_norm and p.after < 0]
    return found[0] if found else None


def _listed(parts: list[_Part]) -> str:
    return "It runs: " + ("; ".join(map(str, parts)) or "no layer at all") + "."


def _drawn(parts: list[_Part], rng: np.random.Generator) -> Values:
    """Random weights and running statistics, by their names in the model."""
    values: Values = {}
    for part in parts:
        for key, shape in part.shapes.items():
            name = part.own[key]
            if not name or key == "num_batches_tracked":
                continue
            draw = rng.standard_normal(shape)
            if key == "running_var":
                draw = rng.uniform(0.5, 2, shape)
            elif key == "weight" and len(shape) > 1:
                draw *= math.sqrt(2 / math.prod(shape[1:]))
            elif key == "weight":
                draw = rng.uniform(1, 5, shape)  # so that some outputs are large
            else:
                draw *= 0.3
            values[name] = draw
    return values


def _copied(into: nn.Module, part: _Part, values: Values) -> None:
    """Give a module of the reference a student's module's weights."""
    with torch.no_grad():
        for key, tensor in (*into.named_parameters(), *into.named_buffers()):
            name = part.own.get(key)
            if name in values:
                tensor.copy_(torch.from_numpy(values[name]))
    eps = part.settings.get("eps")
    if hasattr(into, "eps") and isinstance(eps, float) and 0 < eps < 0.01:
        into.eps = eps


class _Roles(NamedTuple):
    """Which of the modules that ran is which part of a block."""

    main: list[tuple[_Part, _Part]]
    shortcut: list[tuple[_Part, _Part]]


def _roles(what: str, parts: list[_Part], projects: bool) -> _Roles:
    """Tell the parts of a block; see that none is missing or too many."""
    convs = [p for p in parts if p.is_conv]
    names = [name for p in parts for name in p.own.values()]
    told = _listed(parts)
    if "" in names:
        raise failed(
            f"{what}: parameters() does not find every layer.", told, "layers-hidden"
        )
    if len(set(names)) < len(names):
        kind = "batch-norm-shared" if any(p.is_norm for p in parts) else None
        raise failed(f"{what} runs one layer twice.", told, kind)
    if any("bias" in p.shapes for p in convs):
        raise failed(f"{what}: a convolution has a bias.", told, "convolution-bias")
    main = [p for p in convs if p.kernel == 3]
    side = [p for p in convs if p.kernel == 1]
    if len(main) + len(side) < len(convs):
        raise failed(f"{what}: a convolution is neither 3x3 nor 1x1.", told)
    if len(main) == 3 and not side and projects:
        raise failed(f"{what}: the shortcut's convolution is 3x3, expected 1x1.", told)
    if len(main) != 2:
        raise failed(f"{what}: {len(main)} convolutions are 3x3, expected 2.", told)
    if side and not projects:
        raise failed(
            f"{what}: there is a 1x1 convolution, although the shape stays.",
            told,
            "shortcut-not-identity",
        )
    if projects and not side:
        raise failed(
            f"{what}: there is no 1x1 convolution, although the shape changes.",
            told,
            "shortcut-missing",
        )
    if len(side) > 1:
        raise failed(f"{what}: {len(side)} convolutions are 1x1, expected 1.", told)
    pairs = []
    for conv in (*main, *side):
        norm = _norm_of(parts, conv)
        if norm is None:
            name = (
                "shortcut-without-batch-norm" if conv in side else "batch-norm-missing"
            )
            if sum(p.is_norm for p in parts) == len(convs):
                name = "batch-norm-misplaced"
            raise failed(f"{what}: no batch norm follows the {conv}.", told, name)
        pairs.append((conv, norm))
    others = [p for p in parts if not any(p in pair for pair in pairs)]
    if others:
        raise failed(f"{what} runs layers that do not belong there.", told)
    return _Roles(pairs[:2], pairs[2:])


def _reference_block(sizes: tuple[int, int, int], roles: _Roles, values: Values) -> Any:
    """torchvision's block with the student's weights."""
    from torchvision.models.resnet import BasicBlock

    into, out, stride = sizes
    downsample = None
    if roles.shortcut:
        convolution = nn.Conv2d(into, out, 1, stride, bias=False)
        downsample = nn.Sequential(convolution, nn.BatchNorm2d(out))
    reference = BasicBlock(into, out, stride, downsample).double()
    first, second = roles.main
    for name, part in zip(("conv1", "bn1"), first, strict=True):
        _copied(getattr(reference, name), part, values)
    for name, part in zip(("conv2", "bn2"), second, strict=True):
        _copied(getattr(reference, name), part, values)
    for two in roles.shortcut:
        for into_part, part in zip(reference.downsample, two, strict=True):
            _copied(into_part, part, values)
    return reference


def _block(
    BasicBlock: Any, sizes: tuple[int, int, int], rng: np.random.Generator
) -> tuple[str, Any, Array]:
    """Make a student's block and an input for it."""
    into, out, stride = sizes
    what = f"BasicBlock({into}, {out}, stride={stride})"
    args = (into, out) if stride == 1 else (into, out, stride)
    block = call("basic-block", what, BasicBlock, *args)
    if block is None:
        raise failed(f"{what} gives None.", "", "nothing-returned")
    make_or_fail("basic-block", what, block, "load", block, {})
    return what, block, rng.standard_normal((4, into, 8, 6))


def _run(question: str, what: str, model: Any, x: Array, training: bool) -> Array:
    """Output of a student's module, finite, whatever its shape."""
    output = make_or_fail(question, f"{what}.forward", model, "run", model, x, training)
    if output is None:
        raise failed(f"{what}.forward returns None.", "", "nothing-returned")
    try:
        shape = tuple(output.shape)
    except (AttributeError, TypeError, StudentError):
        raise failed(f"{what}.forward does not return a tensor.") from None
    return array(question, f"{what}.forward", output, shape)


def _mode_name(training: bool) -> str:
    return "train" if training else "eval"


def basic_block_identity(BasicBlock: Any, rng: Rng = None) -> None:
    """Check a block that keeps the shape, in both modes, at random weights."""
    rng = np.random.default_rng(rng)
    for channels in (5, 3):
        _whole_block(BasicBlock, (channels, channels, 1), rng)
    passed("BasicBlock, shape kept", "In train and in eval mode, at random weights.")


def _whole_block(
    BasicBlock: Any, sizes: tuple[int, int, int], rng: np.random.Generator
) -> None:
    """Compare a block with torchvision's at the same random weights."""
    question = "basic-block"
    what, block, x = _block(BasicBlock, sizes, rng)
    parts, _ = _trace(question, f"{what}.forward", block, x, True)
    projects = sizes[2] != 1 or sizes[0] != sizes[1]
    roles = _roles(what, parts, projects)
    for training in (False, True):
        values = _drawn(parts, rng)
        make_or_fail(question, what, block, "load", block, values)
        reference = _reference_block(sizes, roles, values)
        actual = _run(question, what, block, x, training)
        reference.train(training)
        with torch.no_grad():  # in a copy: in train mode, running statistics move
            expected = copy.deepcopy(reference)(torch.from_numpy(x)).numpy()
        # What is looked at only where the block is wrong is computed only then.
        mistakes = functools.cache(
            functools.partial(_block_mistakes, reference, torch.from_numpy(x))
        )
        compare(
            f"{question}.forward", f"{what}.forward in {_mode_name(training)} mode",
            actual, expected, rtol=1e-5, note=_listed(parts), mistakes=mistakes,
            other_mode=functools.partial(_other_mode, reference, x, training),
            training=training,
        )  # fmt: skip


def _other_mode(reference: Any, x: Array, training: bool) -> Array:
    with torch.no_grad():
        found: Array = reference.train(not training)(torch.from_numpy(x)).numpy()
    reference.train(training)
    return found


def _block_mistakes(block: Any, x: Any) -> dict[str, Array]:
    """What well-known wrong blocks of the same weights would give, by their names."""
    block = copy.deepcopy(block)
    relu = block.relu.__class__()
    side = block.downsample or (lambda x: x)

    def made(first: Any, second: Any, last: Any) -> Any:
        with contextlib.suppress(RuntimeError), torch.no_grad():
            return last(block.bn2, second(first(x)), side(x)).numpy()
        return None

    one, two = block.conv1, block.conv2
    straight = {
        "plain": lambda x: relu(block.bn1(one(x))),
        "bent-before-norm": lambda x: block.bn1(relu(one(x))),
        "unbent": lambda x: block.bn1(one(x)),
        "unnormalized": lambda x: relu(one(x)),
    }
    ends = {
        "relu-before-sum": lambda norm, y, s: relu(norm(y)) + s,
        "relu-before-sum/too": lambda norm, y, s: relu(relu(norm(y)) + s),
        "relu-missing-after-sum": lambda norm, y, s: norm(y) + s,
        "shortcut-missing": lambda norm, y, s: relu(norm(y)),
        "batch-norm-after-sum": lambda norm, y, s: relu(norm(y + s)),
        "shortcut-subtracted": lambda norm, y, s: relu(norm(y) - s),
        "shortcut-multiplied": lambda norm, y, s: relu(norm(y) * s),
        "": lambda norm, y, s: relu(norm(y) + s),
    }
    found = {
        name: made(straight["plain"], two, end) for name, end in ends.items() if name
    }
    for name, key in (
        ("relu-missing-inside", "unbent"),
        ("relu-before-batch-norm", "bent-before-norm"),
        ("batch-norm-missing", "unnormalized"),
    ):
        found[name] = made(straight[key], two, ends[""])
    if one.stride != (1, 1):
        late = _strided_late(block)
        found["stride-on-second-convolution"] = made(late[0], late[1], ends[""])
    return {name: y for name, y in found.items() if y is not None}


def _strided_late(block: Any) -> tuple[Any, Any]:
    """The two convolutions with the stride on the second one."""
    conv = nn.functional.conv2d
    return (
        lambda x: block.relu(block.bn1(conv(x, block.conv1.weight, padding=1))),
        lambda x: conv(x, block.conv2.weight, stride=block.conv1.stride, padding=1),
    )


PROJECTIONS = ((3, 5, 2), (4, 4, 2), (5, 3, 1))


def basic_block_projection(BasicBlock: Any, rng: Rng = None) -> None:
    """Check a block that changes the shape: its shortcut, and where the stride is.

    The shortcut is judged by itself, with the rest of the block at 0.
    """
    rng = np.random.default_rng(rng)
    question = "basic-block"
    for sizes in PROJECTIONS:
        what, block, x = _block(BasicBlock, sizes, rng)
        parts, _ = _trace(question, f"{what}.forward", block, x, True)
        _shortcut(what, block, sizes, parts, x, rng)
    try:
        for channels in (5, 3):
            _whole_block(BasicBlock, (channels, channels, 1), rng)
    except CheckFailed:
        pass  # that is another question
    else:
        for sizes in PROJECTIONS:
            _whole_block(BasicBlock, sizes, rng)
    shown = ", ".join(str(sizes) for sizes in PROJECTIONS)
    passed("BasicBlock, shape changed", f"(in, out, stride): {shown}.")


def _shortcut(
    what: str,
    block: Any,
    sizes: tuple[int, int, int],
    parts: list[_Part],
    x: Array,
    rng: np.random.Generator,
) -> None:
    """Compare a block's output with its shortcut's, while all else in it is 0."""
    question = "basic-block"
    told = _listed(parts)
    side = [p for p in parts if p.is_conv and p.kernel == 1]
    if not side:
        wide = sum(p.is_conv and p.after == -1 for p in parts) > 1
        raise failed(
            f"{what}: there is no 1x1 convolution, although the shape changes.",
            told,
            None if wide else "shortcut-missing",
        )
    conv = side[0]
    if "bias" in conv.shapes:
        raise failed(
            f"{what}: the shortcut's convolution has a bias.", told, "convolution-bias"
        )
    norm = _norm_of(parts, conv)
    if norm is None:
        raise failed(
            f"{what}: no batch norm follows the shortcut's convolution.",
            told,
            "shortcut-without-batch-norm",
        )
    for training in (False, True):
        values = _drawn(parts, rng)
        mine = {*conv.own.values(), *norm.own.values()}
        for part in parts:
            for key, name in part.own.items():
                if name in values and name not in mine and key != "running_var":
                    values[name] = np.zeros_like(values[name])
        reference = nn.Sequential(
            nn.Conv2d(sizes[0], sizes[1], 1, sizes[2], bias=False),
            nn.BatchNorm2d(sizes[1]),
            nn.ReLU(),
        ).double()
        for into, part in zip(reference[:2], (conv, norm), strict=True):
            _copied(into, part, values)
        make_or_fail(question, what, block, "load", block, values)
        actual = _run(question, what, block, x, training)
        with torch.no_grad():
            expected = reference.train(training)(torch.from_numpy(x)).numpy()
        compare(
            f"{question}.shortcut",
            f"{what}: the shortcut in {_mode_name(training)} mode",
            np.maximum(actual, 0), expected,
            note=told,
            other_mode=functools.partial(_other_mode, reference, x, training),
            training=training,
        )  # fmt: skip


def basic_block_gradient(BasicBlock: Any, rng: Rng = None) -> None:
    """Check that the gradients are those of the block's own output.

    The block's output is not judged here, nor is its shape.
    """
    rng = np.random.default_rng(rng)
    for sizes in ((4, 4, 1), (3, 5, 2)):
        what, block, x = _block(BasicBlock, sizes, rng)
        parts, _ = _trace("basic-block", f"{what}.forward", block, x, True)
        if not any(part.is_conv for part in parts):
            raise failed(f"{what} runs no convolution.", _listed(parts))
        values = _drawn(parts, rng)
        make_or_fail("basic-block", what, block, "load", block, values)
        ran = [name for part in parts for name in part.own.values()]
        _gradients("basic-block", what, block, x, rng, ran)
    passed("BasicBlock, gradient", "It reaches every parameter, and the input.")


def _gradients(
    question: str,
    what: str,
    model: Any,
    x: Array,
    rng: np.random.Generator,
    ran: Sequence[str] = (),
) -> None:
    """Compare all gradients along one random direction with central differences.

    In eval mode: what is random in train mode, if anything, has no derivative. Of the
    parameters that `ran`, if they are known, some may have run in the place of others:
    that is another question.
    """
    y = _run(question, what, model, x, False)
    dy = rng.standard_normal(y.shape)
    found, dx = make_or_fail(
        f"{question}.gradient",
        f"{what}, backward",
        model,
        "backward",
        model,
        x,
        dy,
        False,
    )
    before = {k: np.asarray(v) for k, v in make(model, "state", model).items()}
    gradients: Values = {}
    for name, gradient in {"x": dx, **found}.items():
        if gradient is None or not np.any(gradient):
            idle = bool(ran) and name not in ("x", *ran)
            if idle and len(set(ran)) < len(ran):
                continue
            raise failed(
                f"{what}: no gradient reaches {'the input' if name == 'x' else name}.",
                "",
                "layers-unused" if idle else "graph-cut",
            )
        shape = x.shape if name == "x" else before[name].shape
        gradients[name] = array(question, f"the gradient at {name}", gradient, shape)
    directions = {name: rng.standard_normal(g.shape) for name, g in gradients.items()}
    wanted = sum(float((g * directions[name]).sum()) for name, g in gradients.items())

    def at(step: float) -> float:
        moved = {
            name: before[name] + step * direction
            for name, direction in directions.items()
            if name != "x"
        }
        make(model, "load", model, moved)
        there = _run(question, what, model, x + step * directions["x"], False)
        return float((there * dy).sum())

    here = float((y * dy).sum())
    tries: list[float] = []
    for h in (1e-5, 1e-6, 1e-7):
        up, down = at(h), at(-h)
        # A kink of a ReLU may lie within a step, on one side.
        tries += [(up - down) / (2 * h), (up - here) / h, (here - down) / h]
        if any(same(wanted, t, rtol=1e-3) for t in tries):
            break
    else:
        raise failed(
            f"{what}: the gradients do not belong to the output.",
            f"Along a random direction the output changes by {tries[3]:.6g}; the "
            f"gradients say {wanted:.6g}.",
            "graph-cut",
        )


# --- the network ----------------------------------------------------------------------


class _Net(NamedTuple):
    """A student's network, run once.

    Attributes
    ----------
    model : object
    parts : list of _Part
        What ran in it, with values.
    blocks : list of _Part
        Those of them that took the place of the student's block.
    x : ndarray, shape (2, 3, 32, 32)
        What it ran on.
    values : dict of str to ndarray
        The weights that it ran with.
    output : object
    training : bool
    """

    model: Any
    parts: list[_Part]
    blocks: list[_Part]
    x: Array
    values: Values
    output: Any
    training: bool

    def told(self) -> str:
        """What ran, for a message."""
        lines = []
        for part in self.parts:
            if part in self.blocks:
                into, out, stride = part.settings["sizes"]
                lines.append(f"block {into}->{out} stride {stride}")
            else:
                lines.append(str(part))
        return "It runs: " + "; ".join(lines) + "."


def _nets(
    ResNet18: Any, rng: np.random.Generator, *args: int, modes: tuple[bool, ...]
) -> Iterator[_Net]:
    """Run a student's network, with another block in place of the student's own."""
    question = "resnet18"
    what = f"ResNet18({', '.join(map(str, args))})"
    block = make(ResNet18, "block")
    with replaced(ResNet18, {"BasicBlock": block}):
        model = call(question, what, ResNet18, *args)
        if model is None:
            raise failed(f"{what} gives None.", "", "nothing-returned")
        make_or_fail(question, what, model, "load", model, {})
        for training in modes:
            x = rng.standard_normal((2, 3, 32, 32))
            parts, _ = _trace(question, f"{what}.forward", model, x, training)
            blocks = [p for p in parts if p.kind == "StandInBlock"]
            values = _drawn([p for p in parts if p not in blocks], rng)
            make(model, "load", model, values)
            mixings = {_number(p): _mixing(p, rng) for p in blocks}
            make_or_fail(question, what, model, "mix", block, mixings)
            parts, output = _trace(
                question, f"{what}.forward", model, x, training, values=True
            )
            blocks = [p for p in parts if p.kind == "StandInBlock"]
            for part in blocks:
                _computed(part, mixings.get(_number(part)))
            yield _Net(model, parts, blocks, x, values, output, training)


def _number(block: _Part) -> int:
    return int(block.settings["number"])


def _mixing(block: _Part, rng: np.random.Generator) -> Array:
    into, out, _ = map(int, block.settings["sizes"])
    return np.asarray(rng.standard_normal((out, into)) / math.sqrt(into))


def _computed(block: _Part, mixing: Array | None) -> None:
    """See that a block computed what is told of it, so that it cannot be made up."""
    came, went, stride = block.came, block.went, int(block.settings["sizes"][2])
    if came is not None and mixing is not None and np.ptp(came, axis=(0, 2, 3)).any():
        strided = came[:, :, ::stride, ::stride]
        mixed = np.einsum("oc,nchw->nohw", mixing, strided, optimize=True)
        if same(went, np.abs(mixed)):
            return
    raise failed(f"ResNet18: the {block} did not run as it is written.")


def _judged(
    ResNet18: Any,
    rng: Rng,
    judge: Callable[[_Net], None],
    *args: int,
    modes: tuple[bool, ...] = (False, True),
    gradients: bool = False,
    single: bool = False,
) -> None:
    """Judge a network by its parts; where that fails, accept it as a whole.

    Its blocks are another question, so stand-ins take their place. A student may build
    the network without `BasicBlock`, or give it other arguments: then all of it counts,
    its `gradients` and its answer to a `single` image where these are asked for.
    """
    rng = np.random.default_rng(rng)
    used = False
    try:
        for net in _nets(ResNet18, rng, *args, modes=modes):
            if not net.blocks:
                raise failed("ResNet18 runs no BasicBlock.", net.told())
            used = True
            if net.output is None:
                raise failed("ResNet18.forward returns None.", "", "nothing-returned")
            judge(net)
    except CheckFailed as error:
        if error.unwritten:
            raise
        try:
            classes, width = args or (10, 4)
            _whole_network(ResNet18, rng, classes, width, gradients, single)
            _count_defaults(ResNet18)
        except CheckFailed as other:
            raise (error if used else other) from None


def _whole_network(
    ResNet18: Any,
    rng: np.random.Generator,
    classes: int,
    width: int,
    gradients: bool,
    single: bool,
) -> None:
    """Compare a network, blocks and all, with torchvision's at the same weights."""
    question, what = "resnet18", f"ResNet18({classes}, {width})"
    model = call(question, what, ResNet18, classes, width)
    make_or_fail(question, what, model, "load", model, {})
    x = rng.standard_normal((3, 3, 32, 32))
    for training in (False, True):
        parts, _ = _trace(question, f"{what}.forward", model, x, training)
        values = _drawn(parts, rng)
        make_or_fail(question, what, model, "load", model, values)
        reference = _reference_network(parts, values, classes, width)
        actual = _run(question, what, model, x, training)
        with torch.no_grad():
            expected = reference.train(training)(torch.from_numpy(x)).numpy()
        mode = f"{what}.forward in {_mode_name(training)} mode"
        compare(question, mode, actual, expected, note=_listed(parts))
    total = sum(math.prod(shape) for shape in make(model, "shapes", model).values())
    wanted = sum(p.numel() for p in reference.parameters())
    if total != wanted:
        raise failed(f"{what} has {total:,} parameters, expected {wanted:,}.")
    if gradients:
        _gradients(question, what, model, x, rng)
    if single:
        _judge_single(model, x, classes)


def _count_defaults(ResNet18: Any) -> None:
    """Count a network's parameters where neither classes nor width is given."""
    model = call("resnet18", "ResNet18()", ResNet18)
    shapes = make_or_fail("resnet18", "ResNet18()", model, "shapes", model)
    total = sum(math.prod(shape) for shape in shapes.values())
    if total != PARAMETERS:
        raise failed(f"ResNet18() has {total:,} parameters, expected {PARAMETERS:,}.")


def _reference_network(
    parts: list[_Part], values: Values, classes: int, width: int
) -> Any:
    """torchvision's ResNet-18, with another stem and width, and these weights."""
    from torchvision.models import resnet

    with torch.device("meta"):
        net = resnet.ResNet(resnet.BasicBlock, [2, 2, 2, 2])
    net.inplanes = width
    net.conv1, net.maxpool = nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.Identity()
    net.bn1, net.fc = nn.BatchNorm2d(width), nn.Linear(8 * width, classes)
    for stage, stride in enumerate((1, 2, 2, 2)):
        layer = net._make_layer(resnet.BasicBlock, width << stage, 2, stride)
        setattr(net, f"layer{stage + 1}", layer)
    net.double()
    # In the order in which they run; each shortcut's in an order of their own.
    convs = [p for p in parts if p.is_conv]
    wanted: list[tuple[Any, Any, bool]] = [(net.conv1, net.bn1, False)]
    for layer in (net.layer1, net.layer2, net.layer3, net.layer4):
        for block in layer:
            wanted += [(block.conv1, block.bn1, False), (block.conv2, block.bn2, False)]
            if block.downsample:
                wanted.append((*block.downsample, True))
    linear = [p for p in parts if p.is_linear]
    names = [name for part in parts for name in part.own.values()]
    if len(set(names)) < len(names):
        raise failed("ResNet18 runs a layer twice.", _listed(parts))
    for side in (False, True):
        mine = [p for p in convs if (p.kernel == 1) is side]
        theirs = [(conv, norm) for conv, norm, is_side in wanted if is_side is side]
        if len(mine) != len(theirs) or len(linear) != 1:
            raise failed(
                "ResNet18 does not have the layers of a ResNet-18.", _listed(parts)
            )
        for part, (conv, norm) in zip(mine, theirs, strict=True):
            own = _norm_of(parts, part)
            if own is None or part.shapes["weight"] != tuple(conv.weight.shape):
                raise failed(
                    f"ResNet18 has a wrong layer, or no batch norm after it: {part}.",
                    _listed(parts),
                )
            _copied(conv, part, values)
            _copied(norm, own, values)
    if linear[0].shapes["weight"] != tuple(net.fc.weight.shape):
        raise failed("ResNet18 has a wrong linear layer.", _listed(parts))
    _copied(net.fc, linear[0], values)
    return net


def resnet18_stem(ResNet18: Any, rng: Rng = None) -> None:
    """Check what comes before the first block."""

    def judge(net: _Net) -> None:
        before = net.parts[: net.parts.index(net.blocks[0])]
        mode = f"in {_mode_name(net.training)} mode"
        if not before or not before[0].is_conv:
            raise failed("ResNet18 does not begin with a convolution.", net.told())
        conv = before[0]
        came = net.blocks[0].came
        assert came is not None
        if not same(conv.came, net.x):
            raise failed("ResNet18 changes the images before the stem.", net.told())
        if conv.kernel != 3 or came.shape[2] != 32:
            raise failed(
                f"ResNet18: the stem is a {conv}, and of 32 x 32 positions "
                f"{came.shape[2]} x {came.shape[3]} are left.",
                net.told(),
                "stem-too-coarse",
            )
        if "bias" in conv.shapes:
            raise failed(
                "ResNet18: the stem's convolution has a bias.",
                net.told(),
                "convolution-bias",
            )
        norm = _norm_of(net.parts, conv)
        if norm is None or norm not in before:
            raise failed(
                "ResNet18: no batch norm follows the stem's convolution.",
                net.told(),
                "batch-norm-missing",
            )
        if len(before) > 2:
            raise failed("ResNet18: the stem has layers too many.", net.told())
        width = conv.shapes["weight"][0]
        stem = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
        ).double()
        for into, part in zip(stem, (conv, norm), strict=False):
            _copied(into, part, net.values)
        assert conv.came is not None
        with torch.no_grad():
            x = torch.from_numpy(conv.came)
            expected = stem.train(net.training)(x).numpy()
            unbent = stem[:2](x).numpy()
            bent_first = stem[1](stem[2](stem[0](x))).numpy()
        compare(
            "resnet18.stem", f"ResNet18: the stem's output {mode}", came, expected,
            unbent=unbent, others={"relu-before-batch-norm": bent_first},
        )  # fmt: skip

    _judged(ResNet18, rng, judge)
    passed("ResNet18, stem", "A 3x3 convolution, batch norm and ReLU.")


_STAGES = tuple(
    sizes
    for number in range(4)
    for sizes in (
        (max(1, 1 << number >> 1), 1 << number, 2 if number else 1),
        (1 << number, 1 << number, 1),
    )
)
"""Sizes of the blocks, in units of the width."""


def resnet18_stages(ResNet18: Any, rng: Rng = None) -> None:
    """Check the sizes of the eight blocks, and that they run one after the other."""

    def judge(net: _Net) -> None:
        sizes = [tuple(map(int, part.settings["sizes"])) for part in net.blocks]
        width = sizes[0][0]
        wanted = [(a * width, b * width, stride) for a, b, stride in _STAGES]
        if sizes != wanted:
            raise failed(
                "ResNet18: the blocks are not those of a ResNet-18.",
                "Expected (in_channels, out_channels, stride): "
                f"{', '.join(map(str, wanted))}.\n"
                f"It runs {', '.join(map(str, sizes))}.",
                _stage_mistake(sizes, wanted),
            )
        names = [name for part in net.blocks for name in part.own.values() if name]
        if len(set(names)) < len(names):
            raise failed(
                "ResNet18: a block runs twice, expected eight different ones.",
                net.told(),
                "block-reused",
            )
        for i in range(1, 8):
            came, went = net.blocks[i].came, net.blocks[i - 1].went
            if not same(came, went):
                raise failed(
                    f"ResNet18: block {i + 1} does not get what block {i} gives.",
                    net.told(),
                )

    _judged(ResNet18, rng, judge, modes=(True,))
    passed("ResNet18, stages", "Four stages of two blocks.")


def _stage_mistake(sizes: list[Any], wanted: list[Any]) -> str | None:
    strides = [stride for _, _, stride in sizes]
    outs = [out for _, out, _ in sizes]
    if outs == [out for _, out, _ in wanted]:
        if set(strides) == {1}:
            return "strides-missing"
        if strides == [1, 1, 2, 2, 2, 2, 2, 2]:
            return "stride-in-both-blocks"
        return "strides-wrong"
    if len(sizes) != len(wanted):
        return "blocks-per-stage"
    return "widths-wrong"


def resnet18_head(ResNet18: Any, rng: Rng = None) -> None:
    """Check what comes after the last block."""

    def judge(net: _Net) -> None:
        after = net.parts[net.parts.index(net.blocks[-1]) + 1 :]
        features = net.blocks[-1].went
        assert features is not None
        pooled = features.mean(axis=(2, 3))
        if len(after) != 1:
            raise failed(
                "ResNet18: after the blocks comes one linear layer, and no other layer "
                "with parameters.",
                net.told(),
            )
        weight = net.values.get(after[0].own["weight"])
        if weight is None:
            raise failed(
                "ResNet18: parameters() does not find the last layer.",
                net.told(),
                "layers-hidden",
            )
        weight = weight.reshape(len(weight), -1)
        bias = net.values.get(after[0].own.get("bias", ""), np.zeros(len(weight)))
        heads = {
            "": pooled,
            "max-pool-head": features.max(axis=(2, 3)),
            "sum-pool-head": features.sum(axis=(2, 3)),
            "first-position-only": features[:, :, 0, 0],
        }
        if weight.shape[1] != pooled.shape[1]:
            raise failed(
                f"ResNet18: the linear layer takes {weight.shape[1]} features; the "
                f"average over all positions gives {pooled.shape[1]}.",
                net.told(),
                "pool-missing",
            )
        logits = {name: f @ weight.T + bias for name, f in heads.items()}
        compare(
            "resnet18.head",
            f"ResNet18: the logits in {_mode_name(net.training)} mode",
            net.output, logits[""], others=logits,
        )  # fmt: skip
        if not net.training:
            _judge_single(net.model, net.x, len(weight))

    _judged(ResNet18, rng, judge, single=True)
    passed("ResNet18, head", "Average over all positions, then linear.")


def _judge_single(model: Any, x: Array, classes: int) -> None:
    """See that a batch of one image gives a batch of one row of logits."""
    shape = _run("resnet18", "ResNet18", model, x[:1], False).shape
    if shape != (1, classes):
        raise failed(
            f"ResNet18 puts out {shape} for one image, expected {(1, classes)}.",
            "",
            "batch-axis-dropped",
        )


def resnet18_sizes(ResNet18: Any, rng: Rng = None) -> None:
    """Check that width and num_classes are honoured, and their defaults."""
    cases: tuple[tuple[tuple[int, ...], int, int], ...] = (
        ((7, 6), 7, 6),
        ((12, 8), 12, 8),
        ((), 10, 64),
    )
    for args, classes, width in cases:

        def judge(
            net: _Net, args: Any = args, classes: int = classes, width: int = width
        ) -> None:
            what = f"ResNet18({', '.join(map(str, args))})"
            sizes = [part.settings["sizes"] for part in net.blocks]
            found, widest = int(sizes[0][0]), max(int(out) for _, out, _ in sizes)
            if found != width:
                raise failed(
                    f"{what}: the first block gets {found} channels, expected {width}.",
                    net.told(),
                    "width-ignored" if args else "defaults-wrong",
                )
            if width != 64 and widest == 512:  # which at 64 it should be
                raise failed(
                    f"{what}: the widest block has 512 channels, expected {8 * width}.",
                    net.told(),
                    "width-ignored",
                )
            shape = tuple(net.output.shape)
            if shape != (2, classes):
                name = "classes-ignored" if args else "defaults-wrong"
                raise failed(
                    f"{what} puts out {shape} for 2 images, expected {(2, classes)}.",
                    net.told(),
                    name if shape[:1] == (2,) else None,
                )

        _judged(ResNet18, rng, judge, *args, modes=(False,))
    passed("ResNet18, sizes", "num_classes and width, and their defaults.")


def resnet18_parameters(ResNet18: Any, rng: Rng = None) -> None:
    """Check that all parameters are found and used, and that there are no others."""
    question = "resnet18"

    def judge(net: _Net) -> None:
        told = net.told()
        if any(not name for part in net.parts for name in part.own.values()):
            raise failed(
                "ResNet18: parameters() does not find every layer that runs.",
                told,
                "layers-hidden",
            )
        shapes = make(net.model, "shapes", net.model)
        ran = {name for part in net.parts for name in part.own.values()}
        if idle := sorted(set(shapes) - ran):
            raise failed(
                f"ResNet18 has parameters that never take part: {', '.join(idle[:6])}.",
                told,
                "layers-unused",
            )
        dy = np.ones((2, *tuple(net.output.shape)[1:]))
        x = np.random.default_rng(rng).standard_normal((2, 3, 32, 32))
        found, _ = make_or_fail(
            f"{question}.gradient", "ResNet18, backward",
            net.model, "backward", net.model, x, dy, True,
        )  # fmt: skip
        for name, gradient in found.items():
            if gradient is None:
                raise failed(
                    f"ResNet18: no gradient reaches {name}.", told, "graph-cut"
                )
        _count(net, shapes, told)

    _judged(ResNet18, rng, judge, modes=(True,), gradients=True)
    passed("ResNet18, parameters", f"All of the {PARAMETERS:,} are found and used.")


def _count(net: _Net, shapes: dict[str, Shape], told: str) -> None:
    """Count the parameters, with real blocks for the stand-ins."""
    inside = {name for part in net.blocks for name in part.own.values()}
    total = sum(math.prod(s) for name, s in shapes.items() if name not in inside)
    for part in net.blocks:
        into, out, stride = map(int, part.settings["sizes"])
        total += 9 * into * out + 9 * out * out + 4 * out
        total += into * out + 2 * out if stride != 1 or into != out else 0
    stem, *_, linear = net.parts
    width = int(net.blocks[0].settings["sizes"][0])
    sizes = [tuple(map(int, part.settings["sizes"])) for part in net.blocks]
    others_right = (
        stem.shapes.get("weight") == (64, 3, 3, 3)
        and "bias" not in stem.shapes
        and _norm_of(net.parts, stem) is not None
        and linear.shapes.get("weight") == (10, 512)
        and sizes == [(a * width, b * width, stride) for a, b, stride in _STAGES]
    )
    if others_right and total != PARAMETERS:
        raise failed(
            f"ResNet18 has {total:,} parameters, expected {PARAMETERS:,}.", told
        )


# --- the optimizer --------------------------------------------------------------------


def _scheduled(
    make_optimizer: Any, epochs: int, rng: np.random.Generator
) -> tuple[Array, Values, Values, Values]:
    """Step a student's optimizer and scheduler; return rates and weights."""
    question, what = "optimizer", f"make_optimizer(model, {epochs})"
    model = make(make_optimizer, "small_network")
    before = make(model, "state", model)
    found = call(question, what, make_optimizer, model, epochs)
    optimizer, scheduler = pair(what, found, "optimizer, scheduler")
    if scheduler is None:
        raise failed(f"{what}: the scheduler is None.", "", "schedule-constant")
    shapes = make(model, "shapes", model)
    step = {k: np.asarray(rng.choice([-1.0, 1.0], s)) for k, s in shapes.items()}
    rates = make_or_fail(
        question, f"{what}, stepped once an epoch",
        model, "schedule", model, optimizer, scheduler, epochs, step,
    )  # fmt: skip
    return np.array(rates, dtype=float), before, make(model, "state", model), step


def optimizer_parameters(make_optimizer: Any, rng: Rng = None) -> None:
    """Check that the optimizer moves all parameters, and downhill."""
    rng = np.random.default_rng(rng)
    _, before, after, step = _scheduled(make_optimizer, 10, rng)
    for name, gradient in step.items():
        move = after[name].astype(float) - before[name]
        along = float((move * gradient).sum())
        if not move.any():
            raise failed(
                f"make_optimizer: the optimizer does not move the model's {name}.",
                "It was stepped 10 times with a gradient at every parameter.",
                "optimizer-misses-parameters",
            )
        if along >= 0:
            raise failed(
                f"make_optimizer: the optimizer moves the model's {name} uphill.",
                "",
                "ascent",
            )
    passed("make_optimizer", "It moves every parameter.")


def optimizer_schedule(make_optimizer: Any, rng: Rng = None) -> None:
    """Check that the rate falls to a tenth or less by the last epoch."""
    rng = np.random.default_rng(rng)
    lengths = (10, 11, 17, 30, 50)
    for epochs in lengths:
        rates, *_ = _scheduled(make_optimizer, epochs, rng)
        odd = ~(np.isfinite(rates) & (rates >= 0)).all(axis=0) | ~rates.any(axis=0)
        if odd.any():
            raise failed(
                f"make_optimizer(model, {epochs}): a learning rate is no positive "
                "number.",
                f"The rates are {_told_rates(rates[:, odd.argmax()])}.",
            )
        shares = rates[-1] / rates.max(axis=0)
        if (shares > 0.1 * (1 + 1e-6)).any():
            late = int(shares.argmax())
            group = rates[:, late]
            name = _schedule_mistake(group)
            if name == "schedule-constant":
                longer, *_ = _scheduled(make_optimizer, 200, rng)
                if np.ptp(longer[:, late]):
                    name = "schedule-late"
            raise failed(
                f"make_optimizer(model, {epochs}): in the last epoch the learning rate "
                f"is {group[-1]:.4g}, more than a tenth of {group.max():.4g}.",
                f"Epoch by epoch: {_told_rates(group)}.",
                name,
            )
    passed("make_optimizer", f"The rate falls, for epochs {lengths}.")


def _schedule_mistake(rates: Array) -> str:
    """Name the mistake that ends with so high a rate."""
    if (rates == rates[0]).all():
        return "schedule-constant"
    if (np.diff(rates) >= 0).all():
        return "schedule-rises"
    if rates[-1] > 2 * rates.min():
        return "schedule-rises-again"
    # Made for as many steps as there are batches, it has hardly begun.
    return "schedule-by-step" if rates.min() > 0.999 * rates[0] else "schedule-too-slow"


def _told_rates(rates: Array) -> str:
    shown = [f"{rate:.3g}" for rate in rates]
    if len(shown) > 12:
        shown = [*shown[:6], "...", *shown[-5:]]
    return ", ".join(shown)


# --- the loops ------------------------------------------------------------------------

# Of an odd number, the share that is right is never the share that is wrong.
BATCH_SIZES = ((24, 24, 24), (20, 9, 16), (32, 5), (1,) * 9)
LR = 1.0


class _Batch(NamedTuple):
    x: Array
    targets: Array


class _Training:
    """An epoch on a `probes.Network`, computed beforehand.

    Parameters
    ----------
    sizes : tuple of int
        Of the batches.
    rng : numpy.random.Generator
    lr : float
        With 0, the weights stay.
    tells : bool
        Whether the logits tell in which mode the network runs, and if with a graph.

    Attributes
    ----------
    batches : list of _Batch
    weight, wanted : ndarray, shape (12, 10) and (10, 10), float32
        First weights of the network, and the criterion's wanted logits.
    weights : list of ndarray
        Before each step, and after the last one.
    losses, right : list of ndarray, shape (N,)
        Of each batch's samples, from before the step.
    shifts : ndarray, shape (2, 2, 10), float32
        Of the network; zeros unless it `tells`. The rest is computed without them.
    """

    def __init__(
        self,
        sizes: Shape,
        rng: np.random.Generator,
        lr: float = LR,
        tells: bool = False,
    ) -> None:
        self.sizes, self.lr = sizes, lr
        self.total = sum(sizes)
        self.weight = (0.3 * rng.standard_normal((12, 10))).astype(np.float32)
        self.wanted = (0.3 * rng.standard_normal((10, 10))).astype(np.float32)
        self.shifts = np.zeros((2, 2, 10), np.float32)
        if tells:
            self.shifts = (0.3 * rng.standard_normal((2, 2, 10))).astype(np.float32)
        self.batches: list[_Batch] = []
        self.weights = [self.weight.astype(float)]
        self.losses: list[Array] = []
        self.right: list[Array] = []
        shares = np.repeat(rng.choice([0.3, 0.6, 0.8], len(sizes)), sizes)
        right = rng.random(self.total) < shares
        right[rng.permutation(self.total)[:2]] = True, False  # neither none nor all
        for size in sizes:
            start = sum(len(batch.targets) for batch in self.batches)
            numbers = range(start, start + size)
            x = _samples(numbers, self.weights[-1:], rng, self.shifts)
            best = (x.reshape(size, -1) @ self.weights[-1]).argmax(axis=1)
            other = (best + rng.integers(1, 10, size)) % 10
            targets = np.where(right[start : start + size], best, other)
            self.batches.append(_Batch(x, targets))
            losses, hits, slope = self.measured(self.weights[-1], len(self.losses))
            self.losses.append(losses)
            self.right.append(hits)
            self.weights.append(self.weights[-1] - lr * slope)

    def measured(self, weight: Array, batch: int) -> tuple[Array, Array, Array]:
        """Losses, correctness and gradient of a batch at some weights."""
        x, targets = self.batches[batch]
        return probes.measure(weight, x, targets, self.wanted)

    def metrics(self, shares: Array | None = None) -> Array:
        """Mean loss and accuracy; `shares` weigh the batches, instead of sizes."""
        weights = np.array(self.sizes) / self.total if shares is None else shares
        means = [[p.mean() for p in part] for part in (self.losses, self.right)]
        return np.array(means) @ weights

    @property
    def told(self) -> str:
        return f"The batch sizes were {self.sizes}."


def _samples(
    numbers: Any, weights: list[Array], rng: np.random.Generator, shifts: Array
) -> Array:
    """Images (N, 3, 2, 2) that know their number, and whose largest logit is clear."""
    x = (0.2 * rng.standard_normal((len(numbers), 3, 2, 2))).astype(np.float32)
    x[:, 0, 0, 0] = np.array(list(numbers)) / 256

    def clear(row: Array) -> bool:
        logits = [row.ravel() @ w + shifts for w in weights]
        return all((np.diff(np.sort(z)[..., -2:]) > 1e-3).all() for z in logits)

    for row in x:
        while not clear(row):
            row.ravel()[1:] = 0.2 * rng.standard_normal(11)
    return x


class _Ran(NamedTuple):
    """What a loop returned and left behind.

    Attributes
    ----------
    after : ndarray, shape (3, 10)
        What the network says of the first batch's first images afterwards.
    """

    training: _Training
    result: Any
    state: Values
    gradients: dict[str, Any]
    noted: list[str]
    modes: list[bool]
    after: Array
    frozen: list[str]

    @property
    def seen(self) -> Array:
        """Which samples the network ran on, in whatever mode, (N,)."""
        trained, tested = self.state["watch.trained"], self.state["watch.tested"]
        seen: Array = np.asarray(trained) | np.asarray(tested)
        return seen


def _loop(
    what: str,
    function: Any,
    training: _Training,
    *,
    elsewhere: bool = False,
    mode: bool | None = None,
    gradient: Array | None = None,
) -> _Ran:
    """Run a student's loop on a network whose training is known.

    Parameters
    ----------
    what : {'train_one_epoch', 'evaluate'}
    function : callable
    training : _Training
    elsewhere : bool
        Whether the batches must be moved to the device.
    mode : bool, optional
        Of the network when the loop is entered: train or eval.
    gradient : ndarray, optional
        What the network has in ``.grad`` when the loop is entered.
    """
    model = make(function, "network", training.weight, training.total, training.shifts)
    pairs = [(batch.x, batch.targets) for batch in training.batches]
    loader = make(function, "loader", pairs, elsewhere)
    criterion = make(function, "criterion", training.wanted)
    optimizer = make(function, "sgd", model, training.lr)
    if mode is not None:
        make(function, "mode", model, mode)
    if gradient is not None:
        make(function, "set_gradients", model, {"weight": gradient})
    args = [model, loader, criterion]
    args += [optimizer] if what == "train_one_epoch" else []
    question = f"loop.{what}"
    try:
        # By another name than the notebook's own DEVICE has.
        device = "cpu:0" if elsewhere else "cpu"
        result = call(question, what, function, *args, device)
    except CheckFailed as error:
        if error.unwritten:
            raise
        details = f"{error.details}\n{training.told}"
        raise CheckFailed(error.title, details, error.hint) from None
    try:
        noted = [str(entry) for entry in attempt(getattr, optimizer, "noted")]
    except StudentError:
        noted = []
    return _Ran(
        training,
        result,
        make(function, "state", model),
        make(function, "gradients", model),
        noted,
        make(function, "is_training", model),
        make(function, "as_it_is", model, training.batches[0].x[:3]),
        [] if gradient is None else make(function, "frozen", model),
    )


def _weight(ran: _Ran) -> Array:
    return array("loop", "the model's weight", ran.state["weight"], (12, 10))


def train_one_epoch_updates(train_one_epoch: Any, rng: Rng = None) -> None:
    """Check the weights after an epoch: one step a batch, each by its own gradient."""
    rng = np.random.default_rng(rng)
    for sizes in BATCH_SIZES:
        ran = _loop("train_one_epoch", train_one_epoch, _Training(sizes, rng))
        actual, expected = _weight(ran), ran.training.weights[-1]
        if not same(actual, expected, rtol=1e-4):
            raise failed(
                "train_one_epoch leaves wrong weights.",
                f"After one step a batch with that batch's gradient, the weights would "
                f"differ by up to {np.abs(actual - expected).max():.3g}. "
                f"{ran.training.told}",
                _update_mistake(ran, actual),
            )
        if not _stepped(ran):
            raise failed(
                "train_one_epoch never steps the optimizer that comes in.",
                "The weights are right; with momentum, say, they would not be.",
                "optimizer-not-used",
            )
    passed("train_one_epoch", f"One step a batch; batch sizes {_told(BATCH_SIZES)}.")


def _told(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(map(str, shapes))


def _stepped(ran: _Ran) -> bool:
    """Whether the optimizer that came in was ever stepped."""
    return any(entry.startswith("step") for entry in ran.noted)


def _update_mistake(ran: _Ran, actual: Array) -> str | None:
    """Name the mistake that would leave these weights."""
    if same(actual, ran.training.weight):
        if not _stepped(ran):
            return "no-step"
        came = "gradient" in ran.noted
        return "zero-grad-before-step" if came else "loss-backward-missing"
    if not _stepped(ran):
        return "optimizer-not-used"
    for name, weight in _wrong_weights(ran.training).items():
        if same(actual, weight, rtol=1e-4):
            return name.partition("/")[0]
    return None


def _wrong_weights(training: _Training) -> dict[str, Array]:
    """What weights well-known wrong loops leave, by the mistake's name and kind."""
    first, lr = training.weight.astype(float), training.lr
    batches = range(len(training.batches))

    def slope(weight: Array, i: int) -> Array:
        return training.measured(weight, i)[2]

    def looped(step: Callable[[Array, int, list[Array]], Array], over: Any) -> Array:
        weight, gradients = first, list[Array]()
        for i in over:
            gradients.append(slope(weight, i))
            weight = weight - lr * step(weight, i, gradients)
        return weight

    def softmaxed(weight: Array, i: int, _: list[Array]) -> Array:
        x, targets = training.batches[i]
        flat = x.reshape(len(x), -1).astype(float)
        probs = np.exp(flat @ weight)
        probs /= probs.sum(axis=1, keepdims=True)
        d = probs - training.wanted[targets]
        d = probs * (d - (d * probs).sum(axis=1, keepdims=True))
        return np.asarray(flat.T @ d / len(x))

    def lagged(weight: Array, i: int, gradients: list[Array]) -> Array:
        return gradients[-2] if len(gradients) > 1 else np.zeros_like(weight)

    def late(weight: Array, i: int, gradients: list[Array]) -> Array:
        return np.sum(gradients[:-1], axis=0) if i else np.zeros_like(weight)

    def seldom(weight: Array, i: int, gradients: list[Array]) -> Array:
        return np.asarray(np.sum(gradients[-2:], axis=0) * (i % 2))

    sizes, last = training.sizes, len(batches) - 1
    total = training.total
    return {
        "zero-grad-missing": looped(lambda w, i, g: np.sum(g, axis=0), batches),
        "step-before-backward": looped(lagged, batches),
        "return-in-loop": looped(lambda w, i, g: g[-1], batches[:1]),
        "last-batch-skipped": looped(lambda w, i, g: g[-1], batches[:-1]),
        "step-twice": looped(lambda w, i, g: 2 * g[-1], batches),
        "step-once-per-epoch": first - lr * sum(slope(first, i) for i in batches),
        "step-once-by-last-batch": first - lr * slope(first, last),
        "loss-times-n": looped(lambda w, i, g: sizes[i] * g[-1], batches),
        "loss-divided-again": looped(lambda w, i, g: g[-1] / sizes[i], batches),
        "loss-divided-by-batches": looped(lambda w, i, g: g[-1] / len(sizes), batches),
        "loss-divided-by-batches/share": looped(
            lambda w, i, g: g[-1] * sizes[i] / total, batches
        ),
        "softmax-before-loss": looped(softmaxed, batches),
        "step-before-backward/late": looped(late, batches),
        "step-every-second-batch": looped(seldom, batches),
        "step-every-second-batch/mean": looped(lambda *a: seldom(*a) / 2, batches),
    }


def train_one_epoch_metrics(train_one_epoch: Any, rng: Rng = None) -> None:
    """Check mean loss and accuracy: per sample, and from before the step.

    Where the weights are wrong, which is another question, only runs count whose
    optimizer has a rate of 0.
    """
    rng = np.random.default_rng(rng)
    runs = []
    for lr in (0.0, LR):
        for sizes in BATCH_SIZES:
            ran = _loop("train_one_epoch", train_one_epoch, _Training(sizes, rng, lr))
            if same(_weight(ran), ran.training.weights[-1], rtol=1e-4):
                runs.append(ran)
    if not runs:  # a single batch is measured before anything can have changed
        training = _Training((8,), rng, 0.0)
        runs.append(_loop("train_one_epoch", train_one_epoch, training))
    _judge_metrics("train_one_epoch", runs)
    passed("train_one_epoch", f"Loss, accuracy; batch sizes {_told(BATCH_SIZES)}.")


def evaluate_metrics(evaluate: Any, rng: Rng = None) -> None:
    """Check mean loss and accuracy per sample."""
    rng = np.random.default_rng(rng)
    _judge_metrics(
        "evaluate",
        [
            _loop("evaluate", evaluate, _Training(sizes, rng, 0.0))
            for sizes in BATCH_SIZES
        ],
    )
    passed("evaluate", f"Loss, accuracy; batch sizes {_told(BATCH_SIZES)}.")


_RIGHT_FOR_ONE = {
    "mean-over-batches",
    "divided-by-batches",
    "metrics-after-step",
    "rounded",
}
"""Mistakes of accuracy that may not show where each batch is one sample."""


def _judge_metrics(what: str, runs: list[_Ran]) -> None:
    failures: dict[int, list[tuple[_Training, Array]]] = {0: [], 1: []}
    for ran in runs:
        actual = _pair(what, ran)
        for i in failures:
            if not same(actual[i], ran.training.metrics()[i], rtol=2e-4):
                failures[i].append((ran.training, actual))
    for i, name in enumerate(("mean_loss", "accuracy")):
        if not failures[i]:
            continue
        training, actual = failures[i][0]
        known = _metric_mistakes(training, actual, i)
        for other in failures[i][1:]:  # one run may fit a mistake by chance
            known = [n for n in known if n in _metric_mistakes(*other, i)]
        if not known and all(t.lr for t, _ in failures[i]):
            known.append("metrics-after-step")
        if i == 1 and all(max(t.sizes) > 1 for t, _ in failures[1]):
            known = [n for n in known if n in _RIGHT_FOR_ONE]
            known = known or ["accuracy-batch-size-one"]
        raise failed(
            f"{what}: {name} is wrong.",
            f"Expected {training.metrics()[i]:.6g}, got {actual[i]:.6g}. "
            f"{training.told}",
            known[0] if known else None,
        )


def _pair(what: str, ran: _Ran) -> Array:
    """Return a loop's (mean_loss, accuracy) as numbers, (2,)."""
    told = ran.training.told
    loss, accuracy = pair(what, ran.result, "mean_loss, accuracy", told)
    seen = ran.seen
    if not seen.all():
        name = None
        if (
            seen[: ran.training.sizes[0]].all()
            and not seen[ran.training.sizes[0] :].any()
        ):
            name = "return-in-loop"
        elif seen[: -ran.training.sizes[-1]].all():
            name = "last-batch-skipped"
        raise failed(f"{what} does not run the model on every batch.", told, name)
    named = ((loss, "mean_loss"), (accuracy, "accuracy"))
    question = f"loop.{what}"
    return np.array([number(question, f"{what}: {n}", v) for v, n in named])


def _metric_mistakes(training: _Training, actual: Array, i: int) -> list[str]:
    """Names of the mistakes that give this mean loss (i = 0) or accuracy (1)."""
    total, sizes = training.total, np.array(training.sizes)
    batches = len(sizes)
    expected, value = training.metrics(), actual[i]

    def is_(other: float) -> bool:
        return same(value, other, rtol=2e-4)

    def weighed(*shares: float) -> float:
        return float(training.metrics(np.array(shares))[i])

    even = weighed(*[1 / batches] * batches)
    last = weighed(*[0.0] * (batches - 1), 1.0)
    after = [
        [part.mean() for part in training.measured(training.weights[k + 1], k)[:2]]
        for k in range(batches)
    ]
    axis_0 = error = 0.0
    for k, batch in enumerate(training.batches):
        logits = batch.x.reshape(len(batch.x), -1) @ training.weights[k]
        probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        error += 0.5 * float(((probs - training.wanted[batch.targets]) ** 2).sum())
        columns = logits.argmax(axis=0)
        if len(columns) == len(batch.targets):
            axis_0 += float((columns == batch.targets).sum())
    candidates = (
        ("results-swapped", same(actual, expected[::-1], 2e-4)),
        (
            "metrics-after-step",
            training.lr > 0 and is_((sizes / total) @ after @ np.eye(2)[i]),
        ),
        ("accuracy-in-percent", i == 1 and is_(100 * expected[1])),
        ("error-rate", i == 1 and is_(1 - expected[1])),
        ("mean-over-batches", is_(even)),
        ("not-divided", is_(expected[i] * total)),
        ("divided-by-batches", is_(expected[i] * total / batches)),
        ("loss-not-times-n", i == 0 and is_(even * batches / total)),
        ("loss-not-times-n", i == 0 and is_(even * batches)),
        ("last-batch-only", is_(last) or is_(last * sizes[-1] / total)),
        ("softmax-before-loss", i == 0 and is_(error / total)),
        ("accuracy-wrong-axis", i == 1 and bool(axis_0) and is_(axis_0 / total)),
        ("integer-division", value == math.floor(expected[i])),
        ("rounded", any(value == round(expected[i], digits) for digits in range(1, 5))),
    )
    return [name for name, holds in candidates if holds]


def train_one_epoch_mode(train_one_epoch: Any, rng: Rng = None) -> None:
    """Check that every sample is seen in train mode, whatever the mode before."""
    rng = np.random.default_rng(rng)
    for mode in (False, True):
        training = _Training((6, 6, 4), rng)
        ran = _loop("train_one_epoch", train_one_epoch, training, mode=mode)
        _judge_seen("train_one_epoch", ran, "trained", "tested", mode)
    _judge_told(
        "train_one_epoch", train_one_epoch, rng, lambda m, _: m, "train-mode-missing"
    )
    passed("train_one_epoch", "In train mode, whatever the mode before.")


def _judge_seen(what: str, ran: _Ran, right: str, wrong: str, mode: bool) -> None:
    """See in which mode the samples ran."""
    good, bad = (np.asarray(ran.state[f"watch.{name}"]) for name in (right, wrong))
    entered = f"It was called with a model in {_mode_name(mode)} mode."
    if bad.any():
        other = _mode_name(wrong == "trained")
        name = "eval-mode-missing"
        if wrong == "tested":
            name = "train-mode-left" if good.any() else "train-mode-missing"
        raise failed(
            f"{what}: {int(bad.sum())} of {bad.size} samples ran in {other} mode.",
            entered,
            name,
        )
    if not good.any():
        raise failed(f"{what} does not run the model.", entered)


def _judge_told(
    what: str,
    function: Any,
    rng: np.random.Generator,
    right: Callable[[bool, bool], bool],
    mistake: str = "",
    **entered: Any,
) -> None:
    """See by the numbers that a loop ran the network as it should.

    What is noted beside the student's code costs points but earns none, for the student
    could write it. Here the network's logits tell how it ran. Of one batch, with a rate
    of 0, almost every wrong loop still returns the right loss or accuracy; one of them
    must be right in every run.

    Parameters
    ----------
    what, function
        As in `_loop`.
    rng : numpy.random.Generator
    right : callable
        Whether the network may be in this mode (train or not), with or without a graph.
    mistake : str
        Name of the misconception where it ran otherwise.
    **entered
        More arguments of `_loop`.
    """
    proven = {"loss", "accuracy"}
    for i in range(4):
        training = _Training((96,), rng, 0.0, tells=True)
        if what == "train_one_epoch":
            training.batches *= 2  # to leave the last one out is another mistake
        ran = _loop(what, function, training, mode=bool(i % 2), **entered)
        fits = _fitting(ran)
        proven &= {kind for kind, *how in fits if right(*how)}
        if proven:
            continue
        if not fits:
            raise failed(
                f"{what}: nothing shows how it ran the model.",
                "Of one batch, a right loss or accuracy would: mend these first.",
                "nothing-returned" if ran.result is None else None,
            )
        _, trained, graph = min(fits)
        raise failed(
            f"{what}: loss and accuracy are those of a model in {_mode_name(trained)} "
            f"mode {'with' if graph else 'without'} a graph.",
            "",
            mistake,
        )


def _fitting(ran: _Ran) -> set[tuple[str, bool, bool]]:
    """Find what fits a batch: which number, in train mode or not, graph or not."""
    training = ran.training
    numbers = _two_numbers(ran.result)
    numbers += [
        value / training.total / len(training.batches) for value in numbers
    ]  # of sums
    found = set()
    values = np.zeros((2, 2, 2))
    for mode, graph in np.ndindex(2, 2):
        shift = training.shifts[mode, graph]
        losses, hits, _ = probes.measure(
            training.weight, *training.batches[0], training.wanted, shift
        )
        values[mode, graph] = losses.mean(), hits.mean()
    # Of two batches, each may have run in a mode of its own: not all in train mode.
    mixed = [values.mean(axis=0)] if len(training.batches) == 2 else []
    for mode, each in zip((False, True, False), (*values, *mixed), strict=False):
        for graph, i in np.ndindex(2, 2):
            # Two digits are enough, in four runs.
            if any(abs(number - each[graph, i]) < 0.0051 for number in numbers):
                found.add((("loss", "accuracy")[i], mode, bool(graph)))
    return found


def _two_numbers(result: Any) -> list[float]:
    """The numbers among the first two things returned: with more, one could guess."""
    try:
        parts = attempt(tuple, result)[:2]
    except (StudentError, ValueError, TypeError):
        parts = (result,)
    found = []
    for part in parts:
        with contextlib.suppress(CheckFailed):
            found.append(number("loop", "a number", part))
    return found


def train_one_epoch_device(train_one_epoch: Any, rng: Rng = None) -> None:
    """Check that batches are moved to the device."""
    _moved("train_one_epoch", train_one_epoch, np.random.default_rng(rng))


def evaluate_device(evaluate: Any, rng: Rng = None) -> None:
    """Check that batches are moved to the device."""
    _moved("evaluate", evaluate, np.random.default_rng(rng))


def _moved(what: str, function: Any, rng: np.random.Generator) -> None:
    training = _Training((6, 6, 4), rng)
    ran = _loop(what, function, training, elsewhere=True)
    if not ran.seen.any():
        raise failed(f"{what} does not run the model.", training.told)
    _judge_told(what, function, rng, lambda *_: True, elsewhere=True)
    passed(what, "Batches are moved to the device.")


def evaluate_mode(evaluate: Any, rng: Rng = None) -> None:
    """Check that every sample is seen in eval mode, and that the mode is restored."""
    rng = np.random.default_rng(rng)
    for mode in (False, True):
        training = _Training((6, 6, 4), rng, tells=True)
        ran = _loop("evaluate", evaluate, training, mode=mode)
        _judge_seen("evaluate", ran, "tested", "trained", mode)
        x = training.batches[0].x[:3].reshape(3, -1).astype(float)
        expected = x @ _weight(ran) + training.shifts[int(mode), 0]
        restored = same(array("loop", "logits", ran.after, (3, 10)), expected, 1e-4)
        if not restored or any(found is not mode for found in ran.modes):
            raise failed(
                f"evaluate leaves a model that was in {_mode_name(mode)} mode in "
                f"{_mode_name(not mode)} mode.",
                "",
                "mode-not-restored",
            )
    _judge_told("evaluate", evaluate, rng, lambda m, _: not m, "eval-mode-missing")
    passed("evaluate", "In eval mode; the mode is restored.")


def evaluate_unchanged(evaluate: Any, rng: Rng = None) -> None:
    """Check that no graph is made, and that weights and gradients stay as they are."""
    rng = np.random.default_rng(rng)
    training = _Training((6, 6, 4), rng)
    gradient = rng.standard_normal((12, 10))
    make(evaluate, "enable_gradients")  # a call before may have left them off
    ran = _loop("evaluate", evaluate, training, gradient=gradient)
    if not make(evaluate, "enable_gradients"):
        raise failed(
            "evaluate leaves gradients switched off for all that follows.",
            "",
            "gradients-left-off",
        )
    kept = ran.gradients["weight"]
    if kept is None or not same(kept, gradient):
        raise failed(
            "evaluate changes the model's gradients.", "", "evaluate-changes-model"
        )
    if not same(_weight(ran), training.weight):
        raise failed(
            "evaluate changes the model's weights.", "", "evaluate-changes-model"
        )
    if ran.frozen:
        raise failed(
            f"evaluate leaves {', '.join(ran.frozen)} with requires_grad = False.",
            "",
            "left-frozen",
        )
    graphs = np.asarray(ran.state["watch.with_graph"])
    if graphs.any():
        raise failed(
            f"evaluate records a graph for {graphs.sum()} of {graphs.size} samples.",
            "",
            "no-grad-missing",
        )
    if not ran.seen.any():
        raise failed("evaluate does not run the model.")
    _judge_told("evaluate", evaluate, rng, lambda _, g: not g, "no-grad-missing")
    passed("evaluate", "No gradients, nothing changed.")


# --- all epochs -----------------------------------------------------------------------


class _Fit:
    """Several epochs on a `probes.Network`, computed beforehand.

    The validation images and their classes are chosen so that each is told right after
    one epoch alone, and so that the epochs have the accuracies that are asked for.

    Parameters
    ----------
    rng : numpy.random.Generator
    counts : tuple of int
        How many validation images are right after each epoch.
    factors : list of float
        What each epoch's learning rate is multiplied with.
    lr : float

    Attributes
    ----------
    after : list of ndarray, shape (12, 10)
        The weights after each epoch.
    latest : list of float
        What the network's buffer holds after each epoch.
    numbers : ndarray, shape (epochs, 4)
        Training loss and accuracy, validation loss and accuracy.
    measured_again : ndarray, shape (epochs, 2)
        Loss and accuracy on the training images after each epoch.
    before : ndarray, shape (epochs, 2)
        Validation loss and accuracy before each epoch.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        counts: tuple[int, ...],
        factors: list[float],
        lr: float,
    ) -> None:
        self.factors, self.lr, self.epochs = factors, lr, len(counts)
        self.weight = (0.3 * rng.standard_normal((12, 10))).astype(np.float32)
        self.wanted = (0.3 * rng.standard_normal((10, 10))).astype(np.float32)
        self.train = []
        for start, size in ((0, 9), (9, 9), (18, 5)):
            x = _samples(range(start, start + size), [], rng, np.zeros(10))
            self.train.append((x, rng.integers(10, size=size)))
        self.total = 64
        self.margin = math.inf
        self.after, self.latest, numbers = self.replay(factors)
        if self.margin < 5e-4 or np.abs(self.after).max() > 5:
            raise _Unfit  # rounding could decide what is right
        self.measured_again = np.array([_scored(w, self) for w in self.after])
        self.numbers = np.hstack([numbers, np.full_like(numbers, np.nan)])
        self._rng, self._counts = rng, counts

    def replay(self, factors: list[float]) -> tuple[list[Array], list[float], Array]:
        """Weights after each epoch at these rates, a buffer's values, and metrics."""
        weight, after, latest, numbers = self.weight.astype(float), [], [], []
        for factor in factors[: self.epochs]:
            found = []
            for x, targets in self.train:
                losses, right, slope = probes.measure(weight, x, targets, self.wanted)
                found.append((losses, right))
                latest_value = float(weight[0, 0])
                order = np.sort(x.reshape(len(x), -1) @ weight, axis=1)
                self.margin = min(self.margin, float(np.diff(order[:, -2:]).min()))
                weight = weight - self.lr * factor * slope
            after.append(weight)
            latest.append(latest_value)
            means = [np.concatenate(part).mean() for part in zip(*found, strict=True)]
            numbers.append(means)
        return after, latest, np.array(numbers)

    def validate(self) -> None:
        """Choose the validation images; compute their numbers."""
        pool = (0.2 * self._rng.standard_normal((4000, 3, 2, 2))).astype(np.float32)
        flat = pool.reshape(4000, -1)
        weights = [*self.after, self.weight.astype(float)]
        logits = np.stack([flat @ weight for weight in weights])
        order = np.sort(logits, axis=2)
        clear = (order[..., -1] - order[..., -2] > 2e-3).all(axis=0)
        told = logits.argmax(axis=2)
        images, targets = [], []
        for epoch, count in enumerate(self._counts):
            alone = (told == told[epoch]).sum(axis=0) == 1
            found = np.flatnonzero(alone & clear)[:count]
            if len(found) < count:
                raise _Unfit
            images.append(pool[found])
            targets.append(told[epoch, found])
        x, t = np.concatenate(images), np.concatenate(targets)
        mixed = self._rng.permutation(len(t))
        x, t = x[mixed], t[mixed]
        self.valid = [(x[:4], t[:4]), (x[4:], t[4:])]
        losses = [probes.measure(weight, x, t, self.wanted)[:2] for weight in weights]
        means = np.array([[part.mean() for part in pair] for pair in losses])
        self.numbers[:, 2:] = means[:-1]
        self.before = np.vstack([means[-1:], means[:-2]])


def _scored(weight: Array, example: _Fit) -> list[float]:
    """Loss and accuracy on the training images."""
    parts = [probes.measure(weight, *pair, example.wanted) for pair in example.train]
    losses, right, _ = zip(*parts, strict=True)
    return [float(np.concatenate(found).mean()) for found in (losses, right)]


class _Unfit(Exception):
    """These random numbers do not make a good example."""


def _fit_example(
    rng: np.random.Generator, suits: Callable[[_Fit], bool], **settings: Any
) -> _Fit:
    """Draw an example of several epochs that suits, before and after its validation."""
    for _ in range(20_000):
        with contextlib.suppress(_Unfit):
            example = _Fit(rng, **settings)
            if suits(example):
                example.validate()
                if suits(example):
                    return example
    raise RuntimeError("no example found")  # pragma: no cover


class _Fitted(NamedTuple):
    """What `fit` returned and left behind."""

    history: Any
    weight: Array
    latest: float


def _fit(fit: Any, example: _Fit, scheduled: str, stand_ins: bool = True) -> _Fitted:
    """Run a student's `fit`, with stand-ins for the loops that it calls."""
    shifts = np.zeros((2, 2, 10), np.float32)
    model = make(fit, "network", example.weight, example.total, shifts)
    train = make(fit, "loader", example.train)
    valid = make(fit, "loader", example.valid)
    criterion = make(fit, "criterion", example.wanted)
    optimizer = make(fit, "sgd", model, example.lr)
    scheduler = None
    if scheduled:
        scheduler = make(fit, "scheduler", optimizer, example.factors)
    args = (model, train, valid, criterion, optimizer, scheduler, example.epochs, "cpu")
    with contextlib.ExitStack() as stack:
        if stand_ins:
            stack.enter_context(replaced(fit, make(fit, "epochs_without_graph")))
        history = call("fit", "fit", fit, *args)
    state = make(fit, "state", model)
    weight = array("fit", "the model's weight", state["weight"], (12, 10))
    return _Fitted(history, weight, float(state["watch.latest"]))


def _either(judge: Callable[[bool], None]) -> None:
    """Judge with stand-ins for the student's loops, or else with the student's own."""
    try:
        judge(True)
    except CheckFailed as error:
        if error.unwritten:
            raise
        try:
            judge(False)
        except CheckFailed:
            raise error from None


_BEST, _AGAIN = 2, 4
_RESTLESS: dict[str, Any] = {
    "counts": (1, 1, 3, 1, 3, 1),
    "factors": [1.0] * 6,
    "lr": 12.0,
}


_PATIENT = {**_RESTLESS, "counts": (2, *[1] * 7), "factors": [1.0] * 8}


def _best_is_no_other(example: _Fit) -> bool:
    """Whether only the validation accuracy tells which epoch is to be kept.

    The training accuracy is highest in one of the first two epochs, the validation
    loss lowest in the other one.
    """
    train_loss, train_accuracy, valid_loss, _ = example.numbers.T
    highest = np.flatnonzero(train_accuracy == train_accuracy.max()).tolist()
    if (
        highest not in ([0], [1])
        or int(example.measured_again[:, 1].argmax()) != highest[0]
    ):
        return False
    if int(train_loss.argmin()) in (_BEST, _AGAIN):
        return False
    return (
        bool(np.isnan(valid_loss).any()) or int(valid_loss.argmin()) == 1 - highest[0]
    )


def fit_history(fit: Any, rng: Rng = None) -> None:
    """Check the numbers of every epoch."""
    rng = np.random.default_rng(rng)

    def judge(stand_ins: bool) -> None:
        example = _fit_example(rng, lambda _: True, **_RESTLESS)
        numbers = example.numbers
        fitted = _fit(fit, example, "constant", stand_ins)
        names = ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy")
        told = f"There were {example.epochs} epochs."
        if fitted.history is None:
            raise failed("fit returns None.", told, "nothing-returned")
        lists = [_history_list(fitted.history, name, told) for name in names]
        for name, values in zip(names, lists, strict=True):
            if len(values) != example.epochs:
                raise failed(
                    f"fit: history.{name} has {len(values)} entries, expected "
                    f"{example.epochs}.",
                    told,
                )
        for i, name in enumerate(names):
            compare(
                "fit.history", f"fit: history.{name}", lists[i], numbers[:, i],
                rtol=2e-4, numbers=numbers, i=i, before=example.before,
                measured_again=example.measured_again,
            )  # fmt: skip
        # Again, and for long after the best epoch.
        example = _fit_example(rng, lambda _: True, **_PATIENT)
        history = _fit(fit, example, "constant", stand_ins).history
        entries = len(_history_list(history, names[0], told))
        if entries != example.epochs:
            raise failed(
                f"fit: in a second call, history.{names[0]} has {entries} entries, "
                f"expected {example.epochs}.",
                "Validation accuracy was highest in the first epoch.",
                "early-stopping" if entries < example.epochs else "history-kept",
            )

    _either(judge)
    passed("fit", "The history has every epoch.")


def _history_list(history: Any, name: str, told: str) -> list[Any]:
    try:
        values = [*attempt(getattr, history, name)]
        return [number("fit", f"fit: history.{name}", value) for value in values]
    except (StudentError, TypeError) as error:
        raise failed(
            f"fit does not return a History with a list {name}.",
            f"{error}\n{told}",
            "history-missing",
        ) from None


def fit_best(fit: Any, rng: Rng = None) -> None:
    """Check that the model ends with the weights of the earliest best epoch."""
    rng = np.random.default_rng(rng)

    def judge(stand_ins: bool) -> None:
        example = _fit_example(rng, _best_is_no_other, **_RESTLESS)
        numbers = example.numbers
        fitted = _fit(fit, example, "constant", stand_ins)
        best = _BEST
        told = "Validation accuracy by epoch: " + ", ".join(
            f"{accuracy:.1%}" for accuracy in numbers[:, 3]
        )
        told += f". Epoch {best + 1} is the first of the best."
        if not same(fitted.weight, example.after[best], rtol=1e-3):
            kept = _kept(fitted, example)
            name = _best_mistake(kept, example)
            if name in ("best-by-training", "best-by-loss"):
                # Where these two epochs have changed places, is it the other one?
                other = _fit_example(rng, _unlike(example), **_RESTLESS)
                again = _kept(_fit(fit, other, "constant", stand_ins), other)
                if again == kept:
                    name = "first-epoch-kept" if kept == 0 else "kept-before-epoch"
            ends = "of no epoch" if kept is None else f"those of epoch {kept + 1}"
            raise failed(
                f"fit: the model ends with other weights than the best: {ends}.",
                told,
                name,
            )
        if not same(fitted.latest, example.latest[best], rtol=1e-3):
            raise failed(
                "fit: the model ends with the best weights, but with other buffers.",
                told,
                "buffers-not-restored",
            )

    _either(judge)
    passed("fit", "The model ends with the earliest best weights.")


def _unlike(example: _Fit) -> Callable[[_Fit], bool]:
    """Make a test for examples with the most tempting epochs in another order."""
    tempting = example.numbers[:, 1].argmax()
    return lambda other: (
        _best_is_no_other(other) and other.numbers[:, 1].argmax() != tempting
    )


def _kept(fitted: _Fitted, example: _Fit) -> int | None:
    """Which epoch's weights the model ends with, if any's."""
    for epoch, weight in enumerate(example.after):
        if same(fitted.weight, weight, rtol=1e-3):
            return epoch
    return None


def _best_mistake(epoch: int | None, example: _Fit) -> str | None:
    """Name the mistake that keeps this epoch."""
    _, train_accuracy, valid_loss, _ = example.numbers.T
    if epoch == example.epochs - 1:
        return "best-not-restored"
    for name, found in (
        ("latest-best", _AGAIN),
        ("validated-before-training", _BEST + 1),
        ("best-by-training", int(train_accuracy.argmax())),
        ("best-by-training", int(example.measured_again[:, 1].argmax())),
        ("best-by-loss", int(valid_loss.argmin())),
    ):
        if epoch == found:
            return name
    return None


_STEADY: dict[str, Any] = {
    "counts": (2, 1, 3, 4),
    # Four of them in another order or at another pace have another sum: small steps
    # lead where their sum leads.
    "factors": [1.0, 0.3, 0.8, 0.5, 0.2, 0.9, 0.1, 0.4],
    "lr": 2.0,
}


def _last_is_best(example: _Fit) -> bool:
    """Whether every number says that the last epoch is the best one."""
    train_loss, train_accuracy, valid_loss, _ = example.numbers.T
    rising = [-train_loss, train_accuracy, example.measured_again[:, 1]]
    if not np.isnan(valid_loss).any():
        rising.append(-valid_loss)
    return all((values[-1] > values[:-1]).all() for values in rising)


def fit_scheduler(fit: Any, rng: Rng = None) -> None:
    """Check that the scheduler is stepped once after every epoch, and may be None.

    The last epoch is the best one in every respect, so that its weights remain.
    """
    rng = np.random.default_rng(rng)

    def judge(stand_ins: bool) -> None:
        example = _fit_example(rng, _last_is_best, **_STEADY)
        fitted = _fit(fit, example, "stepped", stand_ins)
        factors = example.factors
        if not _trained_so(fitted, example):
            raise failed(
                "fit: the epochs did not use the scheduler's rates.",
                "Expected the rates "
                + ", ".join(f"{example.lr * f:g}" for f in factors[: example.epochs])
                + ", one for each epoch.",
                _scheduler_mistake(fitted.history, example),
            )
        _judge_rates(fitted.history, example)
        settings = {**_STEADY, "factors": [1.0] * 8, "lr": 0.8}
        plain = _fit_example(rng, _last_is_best, **settings)
        fitted = _fit(fit, plain, "", stand_ins)
        if not _trained_so(fitted, plain):
            raise failed("fit: without a scheduler, the rate must stay as it is.")

    _either(judge)
    passed("fit", "The scheduler is stepped once an epoch, and may be None.")


def _trained_so(fitted: _Fitted, example: _Fit) -> bool:
    """Whether the epochs used their rates, by the weights or by the training losses.

    Which epoch's weights are kept is another question.
    """
    if same(fitted.weight, example.after[-1], rtol=1e-3):
        return True
    losses = _numbers(fitted.history, "train_loss")
    return same(losses, example.numbers[:, 0], rtol=1e-3)


def _numbers(history: Any, name: str) -> list[float]:
    """A list of numbers in a student's history; empty where there is none."""
    try:
        return [float(value) for value in attempt(getattr, history, name)]
    except (StudentError, TypeError, ValueError):
        return []


def _scheduler_mistake(history: Any, example: _Fit) -> str | None:
    """Name the mistake that gives these training losses."""
    factors = example.factors
    losses = _numbers(history, "train_loss")
    for name, others in (
        ("scheduler-not-stepped", [factors[0]] * example.epochs),
        ("scheduler-before-epoch", factors[1:]),
        ("scheduler-twice", factors[::2]),
        ("scheduler-only-when-better", [factors[0], factors[1], *factors[1:]]),
        ("scheduler-only-when-better", [factors[0], *[factors[1]] * example.epochs]),
        ("scheduler-given-number", [factors[0], *factors]),
        ("scheduler-given-number", [factors[0], *factors[-1:] * example.epochs]),
    ):
        if same(losses, example.replay(others)[2][:, 0], rtol=1e-3):
            return name
    return None


def _judge_rates(history: Any, example: _Fit) -> None:
    """See that recorded rates, if there are any, are those that were used."""
    rates = _numbers(history, "lr")
    used = [example.lr * factor for factor in example.factors[: example.epochs]]
    if len(rates) == len(used) and not same(rates, used, rtol=1e-4):
        raise failed(
            "fit: history.lr does not hold the rates that the epochs used.",
            f"Expected {', '.join(f'{r:g}' for r in used)}; "
            f"it holds {', '.join(f'{r:g}' for r in rates)}.",
            "rate-of-next-epoch",
        )
