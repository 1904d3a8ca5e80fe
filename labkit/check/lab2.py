"""Checks of Lab 2: ResNet-18 on color images.

Every check draws fresh inputs from ``rng`` (by default, other ones at every call), and
works on the student's object itself as on a proxy of it (see `labkit.check.student`).
A network is judged by what it computes with given weights, against torchvision's; a
loop by the weights and numbers that it leaves, on a network whose training is computed
here without it.
"""

import contextlib
import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from labkit.check import probes
from labkit.check.misconceptions import find, hint, same
from labkit.check.report import CheckFailed, passed
from labkit.check.student import (
    StudentError,
    array,
    attempt,
    call,
    compare,
    failure,
    make,
    number,
    replaced,
)

FORBIDDEN = {
    "torchvision.models": "you build the network yourself.",
    "timm": "you build the network yourself.",
}
"""Modules that submissions must do without, and why."""

PRELOAD = ("torch", "torchvision", "torchvision.transforms.v2", "labkit.check.probes")
"""What the sandbox imports once for all submissions."""

Array = NDArray[Any]
Rng = np.random.Generator | None
Shape = tuple[int, ...]
Values = dict[str, Array]

PARAMETERS = 11_173_962
"""Of ResNet18 with ten classes and a width of 64."""


def _rng(rng: Rng) -> np.random.Generator:
    return np.random.default_rng() if rng is None else rng


def _failed(title: str, details: str = "", name: str | None = None) -> CheckFailed:
    return CheckFailed(title, details, hint(name) if name else None)


def _made(question: str, what: str, near: Any, name: str, *args: Any) -> Any:
    """Call a helper that runs student code; its exceptions become verdicts."""
    try:
        return make(near, name, *args)
    except StudentError as error:
        raise failure(question, what, error) from None


# --- data -----------------------------------------------------------------------------


def channel_stats_mean(channel_stats: Any, rng: Rng = None) -> None:
    """Check the means of `channel_stats`."""
    _channel_stats(channel_stats, _rng(rng), 0)


def channel_stats_std(channel_stats: Any, rng: Rng = None) -> None:
    """Check the standard deviations of `channel_stats`."""
    _channel_stats(channel_stats, _rng(rng), 1)


def _channel_stats(channel_stats: Any, rng: np.random.Generator, part: int) -> None:
    question, name = "channel-stats", ("mean", "std")[part]
    shapes = ((2, 3, 2, 3), (7, 4, 5, 3), (40, 8, 8, 3), (1, 2, 4, 3), (3, 3, 3, 3))
    for shape in shapes:
        # Images of different brightness and contrast, and the channels too.
        low = rng.integers(0, 120, (shape[0], 1, 1, 3))
        span = rng.integers(40, 135, (shape[0], 1, 1, 3))
        images = (low + rng.random(shape) * span).astype(np.uint8)
        what = f"channel_stats of images {shape}"
        pair = call(question, what, channel_stats, images)
        try:
            mean, std = attempt(tuple, pair)
        except (StudentError, ValueError, TypeError):
            raise _failed(
                f"{what} does not return a pair (mean, std).",
                "",
                "nothing-returned" if pair is None else None,
            ) from None
        pixels = images.reshape(-1, 3) / 255
        expected = (pixels.mean(axis=0), pixels.std(axis=0))[part]
        compare(
            f"{question}.{name}", f"{what}: {name}", (mean, std)[part], expected,
            rtol=1e-4, pixels=pixels, images=images / 255,
            other=(mean, std)[1 - part],
        )  # fmt: skip
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
    """A picture whose every pixel says where it is: in red its row, in green its column."""
    rows, columns = np.mgrid[:32, :32]
    third = rng.integers(0, 256, (32, 32))
    return np.stack([8 * rows, 8 * columns, third], axis=2).astype(np.uint8)


def _scales(mean: Array, std: Array) -> dict[str, Callable[[Array], Array]]:
    """Ways back from a transform's numbers (3, ...) to pixels from 0 to 255."""
    m, s = mean.reshape(3, 1, 1), std.reshape(3, 1, 1)
    half = np.full((3, 1, 1), 0.5)
    imagenet = np.array([[[0.485]], [[0.456]], [[0.406]]]), np.array(
        [[[0.229]], [[0.224]], [[0.225]]]
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
        "normalized-by-imagenet": lambda y: (y * imagenet[1] + imagenet[0]) * 255,
        "normalized-twice": lambda y: ((y * s + m) * s + m) * 255,
    }


def _traced(pixels: Array, y: Array, scales: dict[str, Any]) -> _View | None:
    """Find out how a picture became y (3, 32, 32); None if it did not."""
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
        if best and best.scale == "normalized":
            break  # by far the most frequent case
    return best


def _mode(values: Array) -> int:
    found, counts = np.unique(values, return_counts=True)
    return int(found[counts.argmax()])


class _Views(NamedTuple):
    """What a pair of transforms made of pictures."""

    train: list[_View | None]
    test: list[_View | None]
    same_test: bool


def _views(make_transforms: Any, rng: np.random.Generator, erasing: bool) -> _Views:
    """Run both transforms on a picture many times."""
    question = "transforms"
    what = f"make_transforms(mean, std{', erasing=True' if erasing else ''})"
    mean, std = rng.uniform(0.3, 0.7, 3), rng.uniform(0.15, 0.35, 3)
    args = (mean, std, True) if erasing else (mean, std)
    pair = call(question, what, make_transforms, *args)
    try:
        train, test = attempt(tuple, pair)
    except (StudentError, ValueError, TypeError):
        raise _failed(
            f"{what} does not return a pair (train, test).",
            "",
            "nothing-returned" if pair is None else None,
        ) from None
    pixels, scales = _picture(rng), _scales(mean, std)
    picture = make(make_transforms, "picture", pixels)
    outputs = {}
    for name, transform, times in (("test", test, 12), ("train", train, 96)):
        made = _made(
            question, f"{name} of a picture", make_transforms,
            "repeat", transform, picture, times,
        )  # fmt: skip
        outputs[name] = [
            array(question, f"{name} of a picture", y, (3, 32, 32)) for y in made
        ]
        kinds = {str(y.dtype) for y in made}
        if not all("float" in kind for kind in kinds):
            raise _failed(
                f"{name} of a picture has the type {', '.join(sorted(kinds))}, "
                "expected floats.",
                "",
                "not-scaled-to-one",
            )
    return _Views(
        [_traced(pixels, y, scales) for y in outputs["train"]],
        [_traced(pixels, y, scales) for y in outputs["test"]],
        all(np.array_equal(y, outputs["test"][0]) for y in outputs["test"]),
    )


def transforms_normalize(make_transforms: Any, rng: Rng = None) -> None:
    """Check that both transforms normalize, and that ``test`` does nothing else."""
    rng = _rng(rng)
    for _ in range(2):
        views = _views(make_transforms, rng, erasing=False)
        for name, found in (("test", views.test), ("train", views.train)):
            for scale in {view.scale for view in found if view} - {"normalized"}:
                raise _failed(
                    f"{name}: the numbers are not (pixel / 255 - mean) / std.",
                    "",
                    scale,
                )
            if not any(found):
                raise _failed(
                    f"{name}: the picture is not found in what comes out.",
                    "Expected (pixel / 255 - mean) / std, channel by channel.",
                )
        _plain(views)
    passed("make_transforms", "Both normalize; test changes nothing else.")


def _plain(views: _Views, erasing: str = "") -> None:
    """See that ``test`` leaves the picture where it is."""
    if not views.same_test or any(
        not view or view.flipped or any(view.shift) or view.hidden.any()
        for view in views.test
    ):
        raise _failed(
            f"test{erasing} augments: the same picture comes out "
            f"{'changed' if views.same_test else 'differently each time'}.",
            "",
            "test-augmented",
        )


def transforms_crop(make_transforms: Any, rng: Rng = None) -> None:
    """Check that ``train`` moves pictures by up to 4 pixels, and shows nothing else."""
    views = _views(make_transforms, _rng(rng), erasing=False)
    found = _followed(views)
    shifts = np.array([view.shift for view in found])
    reach = np.abs(shifts).max(axis=0)
    told = f"In {len(found)} calls it moved by up to {reach[0]} rows, {reach[1]} columns."
    if not reach.any():
        raise _failed("train does not move the picture.", told, "crop-missing")
    if reach.max() > 4:
        raise _failed("train moves the picture by more than 4.", told, "crop-padding")
    if reach.min() < 3 or reach.max() < 4:
        raise _failed(
            "train does not move the picture by up to 4 in rows and in columns.",
            told,
            "crop-padding",
        )
    for axis, name in enumerate(("up and down", "left and right")):
        if shifts[:, axis].min() > -3 or shifts[:, axis].max() < 3:
            raise _failed(f"train does not move the picture {name}.", told)
    passed("make_transforms", told)


def _followed(views: _Views) -> list[_View]:
    """See that each output of ``train`` is the picture, moved and mirrored."""
    found = [view for view in views.train if view]
    lost = len(views.train) - len(found)
    if lost:
        raise _failed(
            f"train: in {lost} of {len(views.train)} outputs the picture is not found.",
            "It should be moved by up to 4 pixels, mirrored or not, and normalized.",
            "picture-distorted",
        )
    return found


def transforms_flip(make_transforms: Any, rng: Rng = None) -> None:
    """Check that ``train`` mirrors some pictures, left and right."""
    views = _views(make_transforms, _rng(rng), erasing=False)
    found = _followed(views)
    share = sum(view.flipped for view in found) / len(found)
    told = f"It mirrored {share:.0%} of {len(found)} pictures."
    if share in (0, 1):
        name = "flip-missing" if share == 0 else "flip-always"
        raise _failed(
            f"train mirrors {'no' if share == 0 else 'every'} picture.", told, name
        )
    passed("make_transforms", told)


def transforms_erasing(make_transforms: Any, rng: Rng = None) -> None:
    """Check that ``train`` erases rectangles where asked, and there alone."""
    rng = _rng(rng)
    if any(view.hidden.any() for view in _views(make_transforms, rng, False).train if view):
        raise _failed(
            "train erases although erasing is False.", "", "erasing-not-asked"
        )
    found: list[_View] = []
    for _ in range(4):
        views = _views(make_transforms, rng, erasing=True)
        _plain(views, " with erasing=True")
        found += [view for view in views.train if view]
        erased = [view for view in found if view.hidden.any()]
        if erased:
            break
    else:
        raise _failed(
            "train erases nothing although erasing is True.",
            f"In {len(found)} calls the whole picture was to be seen.",
            "erasing-missing",
        )
    for view in erased:
        rows, columns = np.nonzero(view.hidden)
        box = view.inside[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        if view.hidden.sum() < 0.9 * box.sum():
            raise _failed("train does not erase a rectangle, but scattered pixels.")
    passed("make_transforms", f"Erased in {len(erased)} of {len(found)} calls.")


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
        return "running_mean" in self.shapes and len(self.shapes.get("weight", ())) == 1

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
    calls, output = _made(question, what, model, "trace", model, x, training, values)
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
    """The batch norm that got a convolution's output."""
    here = parts.index(conv)
    return next((p for p in parts if p.is_norm and p.after == here), None)


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
                draw = rng.uniform(0.5, 1.5, shape)
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


def _roles(question: str, what: str, parts: list[_Part], projects: bool) -> _Roles:
    """Tell the parts of a block; see that none is missing or too many."""
    convs = [p for p in parts if p.is_conv]
    names = [name for p in parts for name in p.own.values()]
    told = _listed(parts)
    if "" in names:
        raise _failed(
            f"{what}: parameters() does not find every layer.", told, "layers-hidden"
        )
    if len(set(names)) < len(names):
        kind = "batch-norm-shared" if any(p.is_norm for p in parts) else None
        raise _failed(f"{what} runs one layer twice.", told, kind)
    if any("bias" in p.shapes for p in convs):
        raise _failed(
            f"{what}: a convolution has a bias.", told, "convolution-bias"
        )
    main = [p for p in convs if p.kernel == 3]
    side = [p for p in convs if p.kernel == 1]
    if len(main) + len(side) < len(convs):
        raise _failed(f"{what}: a convolution is neither 3x3 nor 1x1.", told)
    if len(main) == 3 and not side and projects:
        raise _failed(
            f"{what}: the shortcut's convolution is 3x3, expected 1x1.", told
        )
    if len(main) != 2:
        raise _failed(f"{what}: {len(main)} convolutions are 3x3, expected 2.", told)
    if side and not projects:
        raise _failed(
            f"{what}: there is a 1x1 convolution, although the shape stays.",
            told,
            "shortcut-not-identity",
        )
    if projects and not side:
        raise _failed(
            f"{what}: there is no 1x1 convolution, although the shape changes.",
            told,
            "shortcut-missing",
        )
    if len(side) > 1:
        raise _failed(f"{what}: {len(side)} convolutions are 1x1, expected 1.", told)
    pairs = []
    for conv in (*main, *side):
        norm = _norm_of(parts, conv)
        if norm is None:
            name = "shortcut-without-batch-norm" if conv in side else "batch-norm-missing"
            if any(p.is_norm for p in parts) and conv not in side:
                name = "batch-norm-misplaced"
            raise _failed(f"{what}: no batch norm follows the {conv}.", told, name)
        pairs.append((conv, norm))
    others = [p for p in parts if not any(p in pair for pair in pairs)]
    if others:
        raise _failed(f"{what} runs layers that do not belong there.", told)
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
    for pair in roles.shortcut:
        for into_part, part in zip(reference.downsample, pair, strict=True):
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
        raise _failed(f"{what} gives None.", "", "nothing-returned")
    _made("basic-block", what, block, "load", block, {})
    return what, block, rng.standard_normal((4, into, 8, 6))


def _run(question: str, what: str, model: Any, x: Array, training: bool) -> Array:
    """Output of a student's module, finite, whatever its shape."""
    output = _made(question, f"{what}.forward", model, "run", model, x, training)
    if output is None:
        raise _failed(f"{what}.forward returns None.", "", "nothing-returned")
    try:
        shape = tuple(output.shape)
    except (AttributeError, TypeError, StudentError):
        raise _failed(f"{what}.forward does not return a tensor.") from None
    return array(question, f"{what}.forward", output, shape)


def _mode_name(training: bool) -> str:
    return "train" if training else "eval"


def basic_block_identity(BasicBlock: Any, rng: Rng = None) -> None:
    """Check a block that keeps the shape, in both modes, at random weights."""
    rng = _rng(rng)
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
    roles = _roles(question, what, parts, projects)
    for training in (False, True):
        values = _drawn(parts, rng)
        _made(question, what, block, "load", block, values)
        reference = _reference_block(sizes, roles, values)
        actual = _run(question, what, block, x, training)
        with torch.no_grad():
            expected = reference.train(training)(torch.from_numpy(x)).numpy()
        mistakes = _block_mistakes(reference, torch.from_numpy(x))
        compare(
            f"{question}.forward", f"{what}.forward in {_mode_name(training)} mode",
            actual, expected, rtol=1e-5, note=_listed(parts), mistakes=mistakes,
            other_mode=_other_mode(reference, x, training),
        )  # fmt: skip


def _other_mode(reference: Any, x: Array, training: bool) -> Array:
    with torch.no_grad():
        found: Array = reference.train(not training)(torch.from_numpy(x)).numpy()
    reference.train(training)
    return found


def _block_mistakes(block: Any, x: Any) -> dict[str, Array]:
    """What well-known wrong blocks of the same weights would give, by their names."""
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
        "relu-missing-after-sum": lambda norm, y, s: norm(y) + s,
        "shortcut-missing": lambda norm, y, s: relu(norm(y)),
        "batch-norm-after-sum": lambda norm, y, s: relu(norm(y + s)),
        "shortcut-subtracted": lambda norm, y, s: relu(norm(y) - s),
        "shortcut-multiplied": lambda norm, y, s: relu(norm(y) * s),
        "": lambda norm, y, s: relu(norm(y) + s),
    }
    found = {name: made(straight["plain"], two, end) for name, end in ends.items() if name}
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
    rng = _rng(rng)
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
        raise _failed(
            f"{what}: there is no 1x1 convolution, although the shape changes.",
            told,
            None if wide else "shortcut-missing",
        )
    conv = side[0]
    if "bias" in conv.shapes:
        raise _failed(
            f"{what}: the shortcut's convolution has a bias.", told, "convolution-bias"
        )
    norm = _norm_of(parts, conv)
    if norm is None:
        raise _failed(
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
        ).double()
        for into, part in zip(reference, (conv, norm), strict=True):
            _copied(into, part, values)
        _made(question, what, block, "load", block, values)
        actual = _run(question, what, block, x, training)
        with torch.no_grad():
            expected = reference.train(training)(torch.from_numpy(x)).numpy()
        compare(
            f"{question}.shortcut",
            f"{what}: the shortcut in {_mode_name(training)} mode",
            np.maximum(actual, 0), np.maximum(expected, 0),
            note=told,
            other_mode=np.maximum(_other_mode(reference, x, training), 0),
        )  # fmt: skip


def basic_block_gradient(BasicBlock: Any, rng: Rng = None) -> None:
    """Check that the gradients are those of the block's own output.

    The block's output is not judged here, nor is its shape.
    """
    rng = _rng(rng)
    for sizes in ((4, 4, 1), (3, 5, 2)):
        what, block, x = _block(BasicBlock, sizes, rng)
        parts, output = _trace("basic-block", f"{what}.forward", block, x, True)
        values = _drawn(parts, rng)
        _made("basic-block", what, block, "load", block, values)
        _gradients("basic-block", what, block, x, rng)
    passed("BasicBlock, gradient", "It reaches every parameter, and the input.")


def _gradients(
    question: str, what: str, model: Any, x: Array, rng: np.random.Generator
) -> None:
    """Compare all gradients along one random direction with central differences."""
    y = _run(question, what, model, x, True)
    dy = rng.standard_normal(y.shape)
    found, dx = _made(
        f"{question}.gradient", f"{what}, backward", model, "backward", model, x, dy, True
    )
    before = {k: np.asarray(v) for k, v in make(model, "state", model).items()}
    gradients: Values = {}
    for name, gradient in {"x": dx, **found}.items():
        if gradient is None or not np.any(gradient):
            raise _failed(
                f"{what}: no gradient reaches "
                f"{'the input' if name == 'x' else name}.",
                "",
                "graph-cut",
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
        there = _run(question, what, model, x + step * directions["x"], True)
        return float((there * dy).sum())

    # A kink of a ReLU may lie within a step.
    tries = [(at(h) - at(-h)) / (2 * h) for h in (1e-5, 1e-6, 1e-7)]
    if not any(same(wanted, t, rtol=1e-3) for t in tries):
        raise _failed(
            f"{what}: the gradients do not belong to the output.",
            f"Along a random direction the output changes by {tries[1]:.6g}; the "
            f"gradients say {wanted:.6g}.",
            "graph-cut",
        )
