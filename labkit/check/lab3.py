"""Checks of Lab 3: transfer learning.

As in Lab 2, every check draws fresh inputs and believes nothing that the student's side
says but numbers. Where the student's code calls torchvision, small networks with other
layers take the place of torchvision's (`labkit.check.probes.SmallNet`), here as in the
sandbox: so a network that is to be built by hand cannot be torchvision's.
"""

import csv
import functools
import io
import math
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from labkit.check import lab2, probes
from labkit.check.lab2 import _Part
from labkit.check.misconceptions import same
from labkit.check.predictions import PredictionsError, score
from labkit.check.report import CheckFailed, passed, told
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
)
from labkit.check.transfer import fine_tune as fine_tune
from labkit.check.transfer import transfer as transfer

FORBIDDEN = {
    "torchvision.models": "the grader has stand-ins for its ResNets and nothing else.",
    "timm": "use torchvision's networks.",
}
"""Modules that submissions must do without, and why."""

PRELOAD = (
    *("torch", "torchvision", "torchvision.transforms.v2", "torch.optim"),
    *("torch._dynamo", "safetensors.torch", "safetensors.numpy"),
    *("labkit.check.probes:stand_in_models",),
)
"""What the sandbox imports, or calls, once for all submissions."""

Array = NDArray[Any]
Rng = np.random.Generator | None
Shape = tuple[int, ...]
Values = dict[str, Array]

PARAMETERS = 11_689_512
"""Of ResNet18 with a thousand classes and a width of 64."""

MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


# --- ResNet-18 ------------------------------------------------------------------------

_CLASSES, _WIDTH = 7, 8


class _Net(NamedTuple):
    """A student's network, run once with drawn weights.

    Attributes
    ----------
    model : object
    parts : list of _Part
        What ran in it, with values.
    convs : list of _Part
        Those that are convolutions, shortcuts' excluded.
    values : dict of str to ndarray
    output : object
    x : ndarray
    training : bool
    fixed : bool
        Whether it takes images of 224 x 224 alone.
    """

    model: Any
    parts: list[_Part]
    convs: list[_Part]
    values: Values
    output: Any
    x: Array
    training: bool
    fixed: bool

    def told(self) -> str:
        """What ran, for a message."""
        return lab2._listed(self.parts)


def _net(ResNet18: Any, rng: np.random.Generator, training: bool) -> _Net:
    """Run a student's network in a mode."""
    question, what = "published-net", f"ResNet18({_CLASSES}, {_WIDTH})"
    make(ResNet18, "enable_gradients")  # a call before may have left them off
    model = call(question, what, ResNet18, _CLASSES, _WIDTH)
    if model is None:
        raise failed(f"{what} gives None.", "", "nothing-returned")
    make_or_fail(question, what, model, "load", model, {})
    found = make_or_fail(question, what, model, "sources", model)
    ready = [s for s in map(str, found) if s.startswith(("torchvision", "timm"))]
    if ready:
        raise failed(
            f"{what} consists of parts from {ready[0]}.", "", "network-ready-made"
        )
    parts, x, fixed = _first_run(question, what, model, rng, training)
    values = lab2._drawn(parts, rng)
    make(model, "load", model, values)
    parts, output = lab2._trace(
        question, f"{what}.forward", model, x, training, values=True
    )
    if output is None:
        raise failed(f"{what}.forward returns None.", "", "nothing-returned")
    convs = [p for p in parts if p.is_conv and p.kernel != 1]
    return _Net(model, parts, convs, values, output, x, training, fixed)


def _first_run(
    question: str, what: str, model: Any, rng: np.random.Generator, training: bool
) -> tuple[list[_Part], Array, bool]:
    """Run a network; in the size of the paper if it takes no other.

    A pool or a linear layer that knows the size is a mistake of the head's alone, and
    layers in a list are one of those that look for parameters.
    """
    what = f"{what}.forward"
    x = rng.standard_normal((2, 3, 64, 64))
    try:
        return lab2._trace(question, what, model, x, training)[0], x, False
    except CheckFailed as error:
        first = error
    large = rng.standard_normal((2, 3, 224, 224))
    for again in (x, large):
        try:
            make(model, "double_hidden", model, again)
            parts, _ = lab2._trace(question, what, model, again, training)
        except (CheckFailed, StudentError):
            continue
        return parts, again, again is large
    raise first


def _nets(ResNet18: Any, rng: Rng) -> list[_Net]:
    rng = np.random.default_rng(rng)
    return [_net(ResNet18, rng, training) for training in (False, True)]


def _run(module: nn.Module, x: Array, training: bool) -> Array:
    with torch.no_grad():
        found: Array = module.train(training)(torch.from_numpy(x)).numpy()
    return found


def resnet18_stem(ResNet18: Any, rng: Rng = None) -> None:
    """Check what comes before the first block."""
    for net in _nets(ResNet18, rng):
        if not net.convs or net.parts[0] is not net.convs[0]:
            raise failed("ResNet18 does not begin with a convolution.", net.told())
        conv = net.convs[0]
        if conv.kernel != 7:
            name = "stem-too-fine" if conv.kernel == 3 else "stem-kernel"
            raise failed(
                f"ResNet18: the stem is a {conv}, expected 7x7.", net.told(), name
            )
        if "bias" in conv.shapes:
            raise failed(
                "ResNet18: the stem's convolution has a bias.",
                net.told(),
                "convolution-bias",
            )
        norm = lab2._norm_of(net.parts, conv)
        if norm is None or len(net.convs) < 2:
            raise failed(
                "ResNet18: no batch norm follows the stem's convolution.",
                net.told(),
                "batch-norm-missing",
            )
        ((_, _, stride),) = _sizes([conv])
        if stride > 2:
            raise failed(
                f"ResNet18: the stem's convolution has stride {stride}, expected 2.",
                net.told(),
                "stem-stride-missing",
            )
        came = net.convs[1].came
        assert came is not None
        width = conv.shapes["weight"][0]
        made = nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width)
        for into, part in zip(made, (conv, norm), strict=True):
            lab2._copied(into.double(), part, net.values)
        stem = nn.Sequential(*made, nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        mode = f"in {lab2._mode_name(net.training)} mode"
        compare(
            "resnet18.stem", f"ResNet18: what the stem gives {mode}",
            came, _run(stem, net.x, net.training), rtol=1e-5, note=net.told(),
            others=_stems(*made, net),
        )  # fmt: skip
    passed("ResNet18, stem", "7x7 convolution, batch norm, ReLU, max pool.")


def _stems(conv: Any, norm: Any, net: _Net) -> dict[str, Array]:
    """What well-known wrong stems give, by their names."""
    relu, pool = nn.ReLU(), nn.MaxPool2d(3, 2, 1)
    straight = nn.Conv2d(*conv.weight.shape[1::-1], 7, 1, 3, bias=False).double()
    straight.weight = conv.weight
    unpadded = nn.Conv2d(*conv.weight.shape[1::-1], 7, 2, 0, bias=False).double()
    unpadded.weight = conv.weight
    chains = {
        "max-pool-missing": (conv, norm, relu),
        "stem-relu-missing": (conv, norm, pool),
        "stem-pool-2": (conv, norm, relu, nn.MaxPool2d(2)),
        "stem-pool-stride": (conv, norm, relu, nn.MaxPool2d(3, 1, 1)),
        "stem-pool-unpadded": (conv, norm, relu, nn.MaxPool2d(3, 2)),
        "stem-average-pool": (conv, norm, relu, nn.AvgPool2d(3, 2, 1)),
        "stem-stride-missing": (straight, norm, relu, pool),
        "stem-padding": (unpadded, norm, relu, pool),
        "relu-before-batch-norm": (conv, relu, norm, pool),
    }
    return {
        name: _run(nn.Sequential(*chain), net.x, net.training)
        for name, chain in chains.items()
    }


_STAGES = (
    *((1, 1, 1), (1, 1, 1), (1, 1, 1), (1, 1, 1)),
    *((1, 2, 2), (2, 2, 1), (2, 2, 1), (2, 2, 1)),
    *((2, 4, 2), (4, 4, 1), (4, 4, 1), (4, 4, 1)),
    *((4, 8, 2), (8, 8, 1), (8, 8, 1), (8, 8, 1)),
)
"""Input and output channels and stride of the 3x3 convolutions, in units of width."""
_SIDES = ((1, 2, 2), (2, 4, 2), (4, 8, 2))


def _sizes(convs: list[_Part]) -> list[Shape]:
    found: list[Shape] = []
    for conv in convs:
        out, into, *_ = conv.shapes["weight"]
        stride = conv.settings.get("stride", 1)
        stride = stride[0] if isinstance(stride, tuple) and stride else stride
        found.append((into, out, int(stride)))
    return found


def _stage_layers(net: _Net) -> tuple[list[_Part], list[_Part]]:
    """See that the blocks have their layers; return main and side convolutions."""
    told = net.told()
    main, side = net.convs[1:], [p for p in net.parts if p.is_conv and p.kernel == 1]
    if any("" in p.own.values() for p in main + side):
        raise failed(
            "ResNet18: parameters() does not find every layer.", told, "layers-hidden"
        )
    if any("bias" in p.shapes for p in main + side):
        count = sum("bias" in p.shapes for p in main + side)
        raise failed(
            f"ResNet18: {count} of the blocks' convolutions have a bias.",
            told,
            "convolution-bias",
        )
    names = [p.own["weight"] for p in net.parts if p.is_conv or p.is_norm]
    if len(set(names)) < len(names):
        raise failed("ResNet18 runs a layer twice.", told, "block-reused")
    wanted: list[Shape] = [(a * _WIDTH, b * _WIDTH, s) for a, b, s in _STAGES]
    sizes = _sizes(main)
    if sizes != wanted:
        raise failed(
            "ResNet18: the blocks' 3x3 convolutions are not those of a ResNet-18.",
            f"Expected (in_channels, out_channels, stride): "
            f"{', '.join(map(str, wanted))}.\n"
            f"It runs {', '.join(map(str, sizes)) or 'none'}.",
            _stage_mistake(sizes, wanted),
        )
    sides = [(a * _WIDTH, b * _WIDTH, stride) for a, b, stride in _SIDES]
    if _sizes(side) != sides:
        name = "shortcut-missing" if not side else None
        if [s[:2] for s in _sizes(side)] == [s[:2] for s in sides]:
            name = "stride-not-in-shortcut"
        if len(side) == 8 or (_WIDTH, _WIDTH, 1) in _sizes(side):
            name = "shortcut-not-identity"
        raise failed(
            "ResNet18: the shortcuts' 1x1 convolutions are not those of a ResNet-18.",
            f"Expected {', '.join(map(str, sides))}.\n"
            f"It runs {', '.join(map(str, _sizes(side))) or 'none'}.",
            name,
        )
    for conv in main + side:
        if lab2._norm_of(net.parts, conv) is None:
            name = "shortcut-without-batch-norm" if conv in side else None
            raise failed(
                f"ResNet18: no batch norm follows the {conv}.",
                told,
                name or "batch-norm-missing",
            )
    return main, side


def _stage_mistake(sizes: list[Shape], wanted: list[Shape]) -> str | None:
    if Counter(sizes) - Counter(wanted) == Counter(
        (a * _WIDTH, b * _WIDTH, stride) for a, b, stride in _SIDES
    ):
        return "shortcut-kernel"
    if sizes == [(a * 64, b * 64, s) for a, b, s in _STAGES]:
        return "width-ignored"
    if [s[:2] for s in sizes] == [s[:2] for s in wanted]:
        if {s[2] for s in sizes} == {1}:
            return "strides-missing"
        late = [1, 1, 1, 1, *[1, 2, 1, 1] * 3]
        if [s[2] for s in sizes] == late:
            return "stride-on-second-convolution"
        return "strides-wrong"
    return "blocks-per-stage" if len(sizes) != len(wanted) else "widths-wrong"


def _blocks(net: _Net) -> tuple[list[Any], Array]:
    """torchvision's blocks with the student's weights, and what the stem gave."""
    from torchvision.models import resnet

    main, side = _stage_layers(net)
    with torch.device("meta"):
        made = resnet.ResNet(resnet.BasicBlock, [2, 2, 2, 2])
    made.inplanes = _WIDTH
    layers = [
        made._make_layer(resnet.BasicBlock, _WIDTH << n, 2, 1 + (n > 0))
        for n in range(4)
    ]
    blocks = [block.double() for layer in layers for block in layer]
    pairs = [(b.conv1, b.bn1) for b in blocks], [(b.conv2, b.bn2) for b in blocks]
    theirs = [pair for two in zip(*pairs, strict=True) for pair in two]
    theirs += [tuple(b.downsample) for b in blocks if b.downsample]
    for part, (conv, norm) in zip([*main, *side], theirs, strict=True):
        own = lab2._norm_of(net.parts, part)
        assert own is not None
        lab2._copied(conv, part, net.values)
        lab2._copied(norm, own, net.values)
    came = main[0].came
    assert came is not None
    if not np.ptp(came, axis=(0, 2, 3)).any():
        raise failed("ResNet18: the same numbers reach the blocks at every place.")
    return blocks, came


def _features(net: _Net) -> Array:
    """What the last block gives, given what the stem gave."""
    blocks, came = _blocks(net)
    return _run(nn.Sequential(*blocks), came, net.training)


_ENDS: dict[str, Any] = {
    "relu-on-shortcut": lambda b, y, s: b.relu(
        b.bn2(b.conv2(b.relu(b.bn1(y)))) + b.relu(s)
    ),
    "relu-before-sum": lambda b, y, s: b.relu(b.bn2(b.conv2(b.relu(b.bn1(y))))) + s,
    "relu-before-sum/too": lambda b, y, s: b.relu(
        b.relu(b.bn2(b.conv2(b.relu(b.bn1(y))))) + s
    ),
    "relu-missing-after-sum": lambda b, y, s: b.bn2(b.conv2(b.relu(b.bn1(y)))) + s,
    "relu-missing-inside": lambda b, y, s: b.relu(b.bn2(b.conv2(b.bn1(y))) + s),
    "relu-before-batch-norm": lambda b, y, s: b.relu(
        b.bn2(b.conv2(b.bn1(b.relu(y)))) + s
    ),
    "shortcut-missing": lambda b, y, s: b.relu(b.bn2(b.conv2(b.relu(b.bn1(y))))),
    "shortcut-subtracted": lambda b, y, s: b.relu(b.bn2(b.conv2(b.relu(b.bn1(y)))) - s),
}
"""Well-known wrong blocks: from the first convolution's output and the shortcut's."""


def _wrong_stages(net: _Net) -> dict[str, Array]:
    """What reaches the linear layer after blocks with a known mistake."""
    blocks, came = _blocks(net)
    found = {}
    for name, end in _ENDS.items():
        x = torch.from_numpy(came)
        with torch.no_grad():
            for block in blocks:
                side = block.downsample or (lambda x: x)
                x = end(block.train(net.training), block.conv1(x), side(x))
        found[name] = x.numpy().mean(axis=(2, 3))
    return found


def _pooled(features: Array) -> dict[str, Array]:
    """What may reach the linear layer, by the mistake's name; "" is right."""
    average = features.mean(axis=(2, 3))
    return {
        "": average,
        "max-pool-head": features.max(axis=(2, 3)),
        "sum-pool-head": features.sum(axis=(2, 3)),
        "first-position-only": features[:, :, 0, 0],
        "pool-missing": features.reshape(len(features), -1),
        "features-normalized": average / np.linalg.norm(average, axis=1)[:, None],
    }


def _into_linear(net: _Net) -> Array:
    """What the linear layer gets for each image, (N, features).

    Where it gets several rows an image, their mean, which comes to the same if the
    logits are averaged.
    """
    linear = next((p for p in net.parts if p.is_linear), net.parts[-1])
    came, images = linear.came, len(net.x)
    assert came is not None
    if linear.is_linear and came.size % (images * came.shape[-1]) == 0:
        return np.asarray(came.reshape(images, -1, came.shape[-1]).mean(axis=1))
    return came.reshape(len(came), -1)


def _is_right_at_one_position(net: _Net) -> bool:
    """Whether the blocks are right on images so small that one position is left.

    There all pools agree, so that what goes wrong elsewhere alone is the head's.
    """
    ends = slice(0, 32), slice(32, 64)
    x = np.concatenate([net.x[:, :, down, right] for down in ends for right in ends])
    try:
        parts, output = lab2._trace(
            "published-net", "ResNet18", net.model, x, net.training, values=True
        )
        convs = [p for p in parts if p.is_conv and p.kernel != 1]
        small = net._replace(parts=parts, convs=convs, output=output, x=x)
        known = _pooled(_features(small))
    except CheckFailed:
        return False
    return any(same(_into_linear(small), pooled, 1e-5) for pooled in known.values())


def _is_dropped(came: Array, pooled: Array) -> bool:
    """Whether some numbers are zero and the others larger by one factor."""
    if came.shape != pooled.shape:
        return False
    kept = (came != 0) & (pooled != 0)
    if kept.all() or not kept.any():
        return False
    factor = np.median(came[kept] / pooled[kept])
    return bool(factor > 1.01 and same(came[kept], factor * pooled[kept], 1e-5))


def _judge_depth(net: _Net) -> None:
    """See that there are blocks: a head on a stand-in of the grader's earns nothing.

    How many there are is the stages' question: one in each will do here.
    """
    wanted = 1 + len(_STAGES)
    if len(net.convs) <= wanted // 2:
        raise failed(
            f"ResNet18 runs {len(net.convs)} convolutions, expected {wanted}, "
            "shortcuts not counted.",
            net.told(),
        )


def _linear(net: _Net) -> _Part:
    linear = [p for p in net.parts if p.is_linear]
    if len(linear) != 1 or net.parts[-1] is not linear[0]:
        raise failed(
            "ResNet18: after the blocks comes one linear layer, and no other layer "
            "with parameters.",
            net.told(),
            "head-of-several-layers" if len(linear) > 1 else None,
        )
    return linear[0]


def resnet18_stages(ResNet18: Any, rng: Rng = None) -> None:
    """Check the blocks, given what the stem gave, by what reaches the linear layer."""
    for net in _nets(ResNet18, rng):
        features, flat = _features(net), _into_linear(net)
        if any(same(flat, pooled, 1e-5) for pooled in _pooled(features).values()):
            continue
        if _is_dropped(flat, _pooled(features)[""]) or _is_right_at_one_position(net):
            continue  # that is another question
        mode = f"in {lab2._mode_name(net.training)} mode"
        compare(
            "resnet18.stages", f"ResNet18: the average of what the blocks give {mode}",
            flat, _pooled(features)[""], rtol=1e-5, note=net.told(),
            others=_wrong_stages(net),
        )  # fmt: skip
    passed("ResNet18, stages", "Four stages of two blocks, at random weights.")


def resnet18_head(ResNet18: Any, rng: Rng = None) -> None:
    """Check what comes after the last block."""
    for net in _nets(ResNet18, rng):
        linear = _linear(net)
        _judge_depth(net)
        try:
            known = _pooled(_features(net))
        except CheckFailed:
            known = {}  # that is another question
        flat = _into_linear(net)
        if known and not same(flat, known[""], 1e-5):
            if _is_dropped(flat, known[""]):
                known["dropout-added"] = flat
            found = [name for name, each in known.items() if same(flat, each, 1e-5)]
            if found or _is_right_at_one_position(net):
                raise failed(
                    "ResNet18: the linear layer does not get the average over all "
                    "positions.",
                    net.told(),
                    found[0] if found else "pool-not-average",
                )
        weight = net.values.get(linear.own["weight"])
        if weight is None:
            raise failed(
                "ResNet18: parameters() does not find the last layer.",
                net.told(),
                "layers-hidden",
            )
        if net.fixed:
            raise failed(
                "ResNet18 takes images of 224 x 224, but not of 64 x 64.",
                net.told(),
                "pool-fixed",
            )
        if "bias" not in linear.shapes:
            raise failed(
                "ResNet18: the last layer has no bias.", net.told(), "head-without-bias"
            )
        if len(weight) != _CLASSES:
            raise failed(
                f"ResNet18({_CLASSES}, {_WIDTH}) has {len(weight)} logits.",
                net.told(),
                "classes-ignored",
            )
        logits = flat @ weight.T + net.values[linear.own["bias"]]
        compare(
            "resnet18.head",
            f"ResNet18: the logits in {lab2._mode_name(net.training)} mode",
            net.output, logits, others={},
        )  # fmt: skip
        if not net.training:
            lab2._judge_single(net.model, net.x, _CLASSES)
            _judge_larger(net)
    passed("ResNet18, head", "Average over all positions, then linear.")


def _judge_larger(net: _Net) -> None:
    """See that the network takes images that are twice as large."""
    larger = np.ones((1, 3, *(2 * side for side in net.x.shape[2:])))
    try:
        shape = tuple(make(net.model, "run", net.model, larger, False).shape)
        told = f"Those give {shape}."
    except StudentError as error:
        shape, told = (), str(error)
    if shape != (1, _CLASSES):
        raise failed(
            "ResNet18 takes images of 64 x 64, but not of 128 x 128.",
            told,
            "pool-of-one-size",
        )


def resnet18_parameters(ResNet18: Any, rng: Rng = None) -> None:
    """Check the defaults, and that all parameters are found, used and trained."""
    question = "published-net"
    net = _net(ResNet18, np.random.default_rng(rng), True)
    _judge_depth(net)
    told = net.told()
    shapes = make(net.model, "shapes", net.model)
    ran = {name for part in net.parts for name in part.own.values()}
    if "" in ran:
        raise failed(
            "ResNet18: parameters() does not find every layer.", told, "layers-hidden"
        )
    if idle := sorted(set(shapes) - ran):
        raise failed(
            f"ResNet18 has parameters that never take part: {', '.join(idle[:6])}.",
            told,
            "layers-unused",
        )
    dy = np.random.default_rng(rng).standard_normal(np.shape(net.output))
    found, _ = make_or_fail(
        f"{question}.gradient", "ResNet18, backward",
        net.model, "backward", net.model, net.x, dy, True,
    )  # fmt: skip
    for name, gradient in found.items():
        if gradient is None:
            raise failed(f"ResNet18: no gradient reaches {name}.", told, "graph-cut")
    _, shapes = make_or_fail(
        question, "ResNet18()", ResNet18, "on_meta", ResNet18, (1, *net.x.shape[1:])
    )
    default = [tuple(s) for s in shapes.values()]
    if (64, 3) not in [s[:2] for s in default if len(s) == 4]:
        raise failed("ResNet18() is not 64 wide.", "", "width-ignored")
    if 1000 not in [s[0] for s in default if len(s) == 2]:
        raise failed("ResNet18() has not 1000 classes.", "", "classes-not-1000")
    total = sum(math.prod(s) for s in default)
    convs = sorted(s for s in default if len(s) == 4)
    if total != PARAMETERS and convs == _published_convolutions():
        biases = sum(len(s) == 1 for s in default)
        if biases == 41:  # 20 batch norms have two each, the linear layer one
            raise failed(f"ResNet18() has {total:,} parameters, not {PARAMETERS:,}.")
    passed("ResNet18, parameters", f"All of the {PARAMETERS:,} are found and used.")


def _published_convolutions() -> list[Shape]:
    main = [(64 * b, 64 * a, 3, 3) for a, b, _ in _STAGES]
    side = [(64 * b, 64 * a, 1, 1) for a, b, _ in _SIDES]
    return sorted([(64, 3, 7, 7), *main, *side])


# --- what it costs --------------------------------------------------------------------

_KEYS = ("stage", "output_size", "blocks", "parameters", "macs")
_ROWS = ("conv1", "conv2_x", "conv3_x", "conv4_x", "conv5_x", "fc")


class _Described(NamedTuple):
    """A network, the student's table of it, and what is right."""

    rows: list[dict[str, Any]]
    wanted: dict[str, list[Any]]
    others: dict[str, dict[str, list[Any]]]
    before: Values
    after: Values
    modes: list[bool]
    training: bool
    hooks: int
    gradients: bool
    told: str
    model: Any
    mine: Any


def _described(describe: Any, rng: Rng, keys: tuple[str, ...] = ()) -> list[_Described]:
    """Let a student describe networks with torchvision's names.

    Of the rows, these keys are read: the others, and how the stages are called, are
    other questions.
    """
    rng, found = np.random.default_rng(rng), []
    for size, training in ((64, True), (48, False), (40, True)):
        blocks = rng.permutation([1, 2, 3, int(rng.integers(1, 4))])
        layers = [int(2 * n) for n in blocks]
        width, classes = int(rng.integers(3, 9)), int(rng.integers(2, 30))
        mine = probes.torchvision_like(layers, width, classes)
        model = make(describe, "torchvision_like", layers, width, classes)
        make(describe, "mode", model, training)
        make(describe, "enable_gradients")  # a call before may have left them off
        before = make(model, "state", model)
        hooks = int(make(model, "hooks", model))
        question, what = "architecture-table", f"describe(model, {size})"
        rows = _rows(what, call(question, what, describe, model, size))
        gradients = bool(make(describe, "enable_gradients"))
        if keys:
            rows = _of_stages(what, rows, exactly="blocks" in keys)
            rows = [{key: _entry(what, row, key) for key in keys} for row in rows]
        wanted, others = _costs(mine, size)
        told = f"The network had {wanted['blocks'][1:5]} blocks, width {width}, "
        found.append(
            _Described(
                rows, wanted, others, before, make(model, "state", model),
                make(model, "is_training", model), training,
                int(make(model, "hooks", model)) - hooks, gradients,
                told + f"{classes} classes.", model, mine,
            )
        )  # fmt: skip
    return found


def _rows(what: str, table: Any) -> list[dict[str, Any]]:
    """See that a student's table is one: a list of dicts."""
    try:
        rows = [
            {str(key): row[key] for key in attempt(list, row)}
            for row in attempt(list, table)
        ]
    except (StudentError, TypeError, ValueError, KeyError, IndexError) as error:
        raise failed(
            f"{what} does not return a list of dicts with the keys {', '.join(_KEYS)}.",
            str(error),
            "nothing-returned" if table is None else "table-not-of-dicts",
        ) from None
    if not rows:
        raise failed(f"{what} returns a table without rows.", "", "row-missing")
    return rows


def _of_stages(
    what: str, rows: list[dict[str, Any]], exactly: bool
) -> list[dict[str, Any]]:
    """The rows of the six stages, in order.

    They must have the stages' names only where `exactly`: elsewhere six rows will do.
    """
    stages = [str(row.get("stage", "nothing")) for row in rows]
    if stages == list(_ROWS):
        return rows
    missing = [stage for stage in _ROWS if stage not in stages]
    if not exactly and not missing:
        return [rows[stages.index(stage)] for stage in _ROWS]
    if not exactly and len(rows) == len(_ROWS):
        return rows
    name = "stage-misnamed"
    if len(rows) < len(_ROWS):
        name = "row-missing"
    elif len(rows) > len(_ROWS):
        name = "row-too-many"
    elif not any("stage" in row for row in rows):
        name = "key-misspelled"
    raise failed(
        f"{what}: the stages are not {', '.join(_ROWS)}.",
        f"It has {', '.join(stages)}.",
        name,
    )


def _entry(what: str, row: dict[str, Any], key: str) -> float:
    if key not in row:
        raise failed(
            f"{what}: a row has no {key}.",
            f"Its keys are {', '.join(row)}.",
            "key-misspelled",
        )
    value, name = row[key], None
    if isinstance(value, str):
        name = "number-as-text"
    elif isinstance(value, list | tuple):
        name = "size-is-a-pair" if key == "output_size" else None
    elif value is None and key == "blocks":
        name = "blocks-not-zero"
    elif value is None and key == "output_size" and str(row.get("stage")) == "fc":
        name = "size-of-fc"
    if name:
        raise failed(f"{what}: {key} is {value!r}, expected a number.", "", name)
    return number("architecture-table", f"describe: {key}", value)


def _costs(
    model: Any, size: int
) -> tuple[dict[str, list[Any]], dict[str, dict[str, list[Any]]]]:
    """Compute a network's table, and tables with known mistakes."""
    positions: dict[Any, tuple[int, int]] = {}

    def note(module: Any, came: Any, went: Any) -> None:
        positions[module] = tuple(math.prod(x.shape[2:]) for x in (came[0], went))

    hooks = [m.register_forward_hook(note) for m in model.modules()]
    with torch.no_grad():
        model.eval()(torch.zeros(1, 3, size, size))
    for hook in hooks:
        hook.remove()
    stages = [[model.conv1, model.bn1]]
    stages += [[getattr(model, f"layer{n}")] for n in (1, 2, 3, 4)]
    stages.append([model.fc])

    def summed(kinds: Any, cost: Any) -> list[Any]:
        return [
            sum(
                cost(m)
                for part in parts
                for m in part.modules()
                if isinstance(m, kinds)
            )
            for parts in stages
        ]

    def side(module: Any, end: int = 1) -> int:
        return math.isqrt(positions[module][end])

    def macs(m: Any, end: int = 1) -> int:
        return int(m.weight.numel() * positions[m][end])

    both, conv = (nn.Conv2d, nn.Linear), nn.Conv2d
    right = summed(both, macs)
    gates = {
        m[0]
        for name, m in model.named_modules()
        if name.endswith("downsample") and isinstance(m, nn.Sequential)
    }
    everything = (*both, nn.BatchNorm2d)
    weights = summed(both, lambda m: m.weight.numel())
    shapes = summed(everything, lambda m: sum(p.numel() for p in m.parameters()))
    wanted = {
        "output_size": [side(model.conv1), *(side(s[0]) for s in stages[1:5]), 1],
        "blocks": [0, *(len(s[0]) for s in stages[1:5]), 0],
        "parameters": shapes,
        "macs": right,
    }
    layers = summed(conv, lambda _: 1)
    channels = [model.conv1.out_channels]
    channels += [stage[0][-1].conv1.out_channels for stage in stages[1:5]]
    others = {
        "blocks": {
            "blocks-fixed": [0, 2, 2, 2, 2, 0],
            "blocks-not-zero": [1, *wanted["blocks"][1:5], 1],
            "blocks-are-not-layers": [0, *layers[1:5], 0],
            "blocks-are-not-layers/other": [2 * n for n in wanted["blocks"]],
            "blocks-are-not-layers/third": [
                0,
                *(sum(1 for _ in s[0].modules()) for s in stages[1:5]),
                0,
            ],
        },
        "output_size": {
            "sizes-of-resnet": [112, 56, 28, 14, 7, 1],
            "sizes-of-resnet/other": [*(size >> n for n in range(1, 6)), 1],
            "size-of-fc": [*wanted["output_size"][:5], model.fc.out_features],
            "size-of-fc/other": [*wanted["output_size"][:5], model.fc.in_features],
            "size-of-fc/third": [*wanted["output_size"][:5], 0],
            "size-is-area": [n**2 for n in wanted["output_size"]],
            "size-after-pool": [side(model.maxpool), *wanted["output_size"][1:]],
            "size-is-channels": [*channels, 1],
            "size-is-channels/other": [*channels, model.fc.out_features],
            "size-of-input": [
                side(model.conv1, 0),
                *(side(s[0], 0) for s in stages[1:5]),
                1,
            ],
        },
        "parameters": {
            "batch-norm-not-counted": summed(
                both, lambda m: sum(p.numel() for p in m.parameters())
            ),
            "biases-not-counted": weights,
            "biases-not-counted/other": [*shapes[:5], weights[5]],
            "tensors-counted": summed(everything, lambda m: len([*m.parameters()])),
            **_added(shapes),
            "stage-without-bn1": [model.conv1.weight.numel(), *shapes[1:]],
            "stage-without-bn1/other": [
                model.conv1.weight.numel(),
                shapes[1] + 2 * channels[0],
                *shapes[2:],
            ],
            "buffers-counted": summed(
                everything,
                lambda m: sum(t.numel() for t in m.state_dict().values()),
            ),
        },
        "macs": {
            "macs-doubled": [2 * n for n in right],
            "macs-of-a-batch": [*(2 * n for n in right[:5]), right[5]],
            "macs-of-input-size": summed(both, lambda m: macs(m, 0)),
            "macs-without-positions": weights,
            "macs-without-linear": [*right[:5], 0],
            "macs-without-shortcuts": summed(
                both, lambda m: 0 if m in gates else macs(m)
            ),
            "macs-without-shortcuts/other": summed(
                both, lambda m: 0 if m.weight.shape[2:] == (1, 1) else macs(m)
            ),
            "macs-without-kernel": summed(
                both,
                lambda m: (
                    macs(m) // (math.prod(m.kernel_size) if isinstance(m, conv) else 1)
                ),
            ),
            "macs-with-batch-norm": summed(everything, macs),
            "macs-with-batch-norm/other": summed(
                everything,
                lambda m: sum(p.numel() for p in m.parameters()) * positions[m][1],
            ),
            "macs-with-bias": [*right[:5], right[5] + model.fc.out_features],
            "macs-kernel-once": summed(
                both,
                lambda m: macs(m) // (m.kernel_size[0] if isinstance(m, conv) else 1),
            ),
            "macs-of-one-side": summed(both, lambda m: m.weight.numel() * side(m)),
            "macs-without-channels": summed(
                both, lambda m: macs(m) // m.weight.shape[1]
            ),
            "macs-without-channels/other": summed(
                both, lambda m: macs(m) // m.weight.shape[0]
            ),
            "macs-of-children": [right[0], *[0] * 4, right[5]],
            "macs-of-first-block": [
                right[0],
                *(
                    len(s[0])
                    * sum(macs(m) for m in s[0][0].modules() if type(m) is conv)
                    for s in stages[1:5]
                ),
                right[5],
            ],
            "macs-of-last-layer": [
                [macs(m) for part in parts for m in part.modules() if type(m) in both][
                    -1
                ]
                for parts in stages
            ],
            **_added(right),
        },
    }
    return wanted, others


def _added(right: list[Any]) -> dict[str, list[Any]]:
    """Sums in the place of the stages' own numbers."""
    return {
        "rows-not-reset": [sum(right[: n + 1]) for n in range(len(right))],
        "sum-in-each-row": [sum(right)] * len(right),
    }


def _is_divided(actual: list[float], wanted: list[float]) -> bool:
    """Whether numbers are thousands, millions or billions, perhaps rounded."""
    if not any(actual):
        return False
    return any(
        all(
            abs(a - w / unit) <= min(1.0, w / unit)
            for a, w in zip(actual, wanted, strict=True)
        )
        for unit in (1e3, 1e6, 1e9)
    )


def _column(describe: Any, rng: Rng, keys: tuple[str, ...], title: str) -> None:
    for case in _described(describe, rng, keys):
        for key in keys:
            actual = [row[key] for row in case.rows]
            if actual == case.wanted[key]:
                continue
            mistakes = case.others.get(key, {})
            name = next((n for n, other in mistakes.items() if actual == other), None)
            name = name and name.partition("/")[0]
            if not name and key in ("parameters", "macs"):
                if _is_divided(actual, case.wanted[key]):
                    name = "numbers-divided"
                elif not any(actual):
                    name = "nothing-counted"
            if not name and key in ("output_size", "macs"):
                name = _size_mistake(case, key, actual)
            at = next(i for i in range(6) if actual[i] != case.wanted[key][i])
            got = (f"{n:,.6g}" if n % 1 else f"{n:,.0f}" for n in actual)
            raise failed(
                f"describe: {key} of {_ROWS[at]} is wrong.",
                f"Expected {', '.join(f'{n:,}' for n in case.wanted[key])}; "
                f"got {', '.join(got)}.\n{case.told}",
                name,
            )
    passed("describe", title)


def _size_mistake(case: _Described, key: str, actual: list[float]) -> str | None:
    """See whether numbers are those of another size of image."""
    for size in (224, 64, 32):
        wanted, _ = _costs(case.mine, size)
        if actual == wanted[key]:
            return "image-size-ignored"
    return None


def describe_sizes(describe: Any, rng: Rng = None) -> None:
    """Check the sizes and the blocks of each stage."""
    _column(describe, rng, ("output_size", "blocks"), "Sizes and blocks.")


def describe_parameters(describe: Any, rng: Rng = None) -> None:
    """Check the parameters of each stage."""
    _column(describe, rng, ("parameters",), "Parameters.")


def describe_macs(describe: Any, rng: Rng = None) -> None:
    """Check the multiplications of each stage."""
    _column(describe, rng, ("macs",), "Multiplications.")


def describe_unchanged(describe: Any, rng: Rng = None) -> None:
    """Check that the network is as it was: mode, weights, batch norm's averages."""
    for case in _described(describe, rng):
        if case.before.keys() != case.after.keys():
            raise failed("describe changes the network's layers.", "", "layers-changed")
        changed = [k for k in case.before if not same(case.after[k], case.before[k])]
        if changed:
            raise failed(
                f"describe changes the network's {changed[0]}.",
                f"It came in {lab2._mode_name(case.training)} mode.",
                "model-changed",
            )
        if any(mode is not case.training for mode in case.modes):
            raise failed(
                "describe leaves the network in another mode.",
                f"It came in {lab2._mode_name(case.training)} mode.",
                "mode-not-restored",
            )
        if case.hooks:
            raise failed(
                "describe leaves hooks behind, which run whenever the network does.",
                f"There are {case.hooks} more than before.",
                "hooks-left",
            )
        if not case.gradients:
            raise failed(
                "describe leaves gradients switched off for all that follows.",
                "",
                "gradients-left-off",
            )
        make(case.model, "load", case.model, {})
        x, dy = np.ones((2, 3, 16, 16)), np.ones((2, case.mine.fc.out_features))
        found, _ = make_or_fail(
            "architecture-table", "backward, after describe,",
            case.model, "backward", case.model, x, dy, True,
        )  # fmt: skip
        still = [name for name, gradient in found.items() if gradient is None]
        if still:
            raise failed(
                f"describe leaves {still[0]} frozen.", "", "parameters-left-frozen"
            )
    passed("describe", "The network is as it was.")


# --- transforms -----------------------------------------------------------------------


class _View(NamedTuple):
    """How a picture was placed: angle in degrees, scale, place, residual."""

    angle: float
    flipped: bool
    scale: float
    shift: float
    error: float


_BACK: dict[str, Any] = {
    "": lambda y: y * STD + MEAN,
    "not-normalized": lambda y: y,
    "pixels-kept": lambda y: y / 255,
    "mean-and-std-swapped": lambda y: y * MEAN + STD,
    "std-forgotten": lambda y: y + MEAN,
    "mean-forgotten": lambda y: y * STD,
    "normalized-by-half": lambda y: y * 0.5 + 0.5,
    "normalized-by-cifar": lambda y: (
        y * np.array([0.2470, 0.2435, 0.2616]) + np.array([0.4914, 0.4822, 0.4465])
    ),
    "normalized-twice": lambda y: (y * STD + MEAN) * STD + MEAN,
    "channels-reversed": lambda y: y[..., ::-1] * STD + MEAN,
    "channels-reversed/before": lambda y: (y * STD + MEAN)[..., ::-1],
    "statistics-reversed": lambda y: y * STD[::-1] + MEAN[::-1],
    "statistics-of-pixels": lambda y: (y * STD + MEAN) * 255,
    "std-squared": lambda y: y * STD**2 + MEAN,
    "normalization-inverted": lambda y: (y - MEAN) / STD,
    "not-scaled-to-one": lambda y: (y * STD + MEAN) / 255,
}
"""Ways back from a transform's numbers (..., 3) to pixels in [0, 1]."""


def _pair(make_transforms: Any, size: int) -> tuple[Any, Any]:
    question, what = "transforms", f"make_transforms({size})"
    found = call(question, what, make_transforms, size)
    train, test = pair(what, found, "train, test", "", "pair-missing")
    if isinstance(train, str):  # a dict's keys
        raise failed(
            f"{what} does not return a pair (train, test).",
            f"Its items are {train!r} and {test!r}.",
            "pair-missing",
        )
    return train, test


def _outputs(
    make_transforms: Any, transform: Any, name: str, pixels: Array, times: int
) -> list[Array]:
    """Run a transform on a picture several times; return arrays as they are."""
    picture = make(make_transforms, "picture", pixels)
    what = f"{name} of a picture"
    made = make_or_fail(
        "transforms", what, make_transforms, "repeat", transform, picture, times
    )
    found = []
    for y in made:
        try:
            shape = tuple(y.shape)
        except (AttributeError, TypeError, StudentError):
            raise failed(f"{what} is no tensor.", "", "tensor-missing") from None
        values = array("transforms", what, y, shape)
        single = str(y.dtype).removeprefix("torch.") == "float32"
        found.append(values.astype(np.float32 if single else float))
    return found


def transforms_normalize(make_transforms: Any, rng: Rng = None) -> None:
    """Check what becomes of colors, on pictures of one color each."""
    rng = np.random.default_rng(rng)
    train, test = _pair(make_transforms, 32)
    for name, transform in (("test", test), ("train", train)):
        # Two grays, so that all channels are seen dark and bright.
        colors = np.concatenate([[[30] * 3, [225] * 3], rng.integers(30, 226, (4, 3))])
        middles, exact = [], True
        for color in colors:
            pixels = np.broadcast_to(color.astype(np.uint8), (32, 32, 3)).copy()
            shown = []
            for y in _outputs(make_transforms, transform, name, pixels, 9):
                if y.ndim != 3 or y.shape[0] != 3:
                    raise failed(
                        f"{name} of a picture has the shape {y.shape}, expected "
                        "(3, 32, 32).",
                        "",
                        "channels-last" if y.shape[-1:] == (3,) else None,
                    )
                shown.append(y[:, y.shape[1] // 2, y.shape[2] // 2])
                exact = exact and y.dtype == np.float32
            # What covers the middle now and then is another question.
            middles.append(np.median(shown, axis=0))
        given = colors / 255
        for mistake, back in _BACK.items():
            if same(back(np.array(middles)), given, 0.005):
                if mistake:
                    raise failed(
                        f"{name}: the numbers are not (pixel / 255 - mean) / std with "
                        "ImageNet's mean and std.",
                        "",
                        mistake.partition("/")[0],
                    )
                break
        else:
            wanted = (given[0] - MEAN) / STD
            raise failed(
                f"{name}: the numbers are not (pixel / 255 - mean) / std.",
                f"A picture of the color {colors[0].tolist()} gave "
                f"{np.round(middles[0], 3).tolist()} in its middle, expected "
                f"{np.round(wanted, 3).tolist()}.",
                _normalize_mistake(given, np.array(middles)),
            )
        if not exact:
            raise failed(
                f"{name} of a picture is no tensor of the type float32.",
                "",
                "not-single-precision",
            )
    passed("make_transforms", "Both normalize by ImageNet's statistics.")


def _normalize_mistake(given: Array, found: Array) -> str | None:
    """Name what became of colors; the first two are grays."""
    # Their own mean is gone from all the others. A gray has no deviation to divide by.
    if np.abs(found[2:].mean(axis=1)).max() < 0.01:
        return "statistics-of-picture"
    return "statistics-others" if _is_affine(given, found) else None


def _is_affine(given: Array, found: Array) -> bool:
    """Whether each channel was multiplied by a number and moved by another."""
    for x, y in zip(given.T, found.T, strict=True):
        slope, start = np.polyfit(x, y, 1)
        if abs(slope) < 1e-6 or not same(y, slope * x + start, 0.02):
            return False
    return True


def _way_back(make_transforms: Any, transform: Any, name: str) -> Any:
    """How a transform's numbers become pixels in [0, 1], seen on pictures of one gray.

    None where it does not normalize each channel by two numbers.
    """
    grays, middles = np.repeat([50.0, 120.0, 200.0], 2) / 255, []
    for gray in grays[::2]:
        pixels = np.full((32, 32, 3), round(gray * 255), np.uint8)
        try:
            outputs = _outputs(make_transforms, transform, name, pixels, 2)
        except CheckFailed:
            return None  # a picture's own deviation is 0 here
        for y in outputs:
            if y.ndim != 3 or y.shape[0] != 3:
                return None
            middles.append(y[:, y.shape[1] // 2, y.shape[2] // 2].astype(float))
    found = np.array(middles)
    if not _is_affine(np.repeat(grays[:, None], 3, axis=1), found):
        return None
    slopes, starts = np.polyfit(grays, found, 1)
    return lambda y: (y - starts) / slopes


def transforms_size(make_transforms: Any, rng: Rng = None) -> None:
    """Check the sizes, and that ``test`` shows the picture as it is."""
    rng = np.random.default_rng(rng)
    for size, shape in ((48, (64, 64)), (32, (40, 60)), (72, (50, 36))):
        pair = _pair(make_transforms, size)
        for name, transform in zip(("train", "test"), pair, strict=True):
            pixels = rng.integers(0, 256, (*shape, 3)).astype(np.uint8)
            (y,) = _outputs(make_transforms, transform, name, pixels, 1)
            if y.shape != (3, size, size):
                short = min(y.shape[1:]) == size if y.ndim == 3 else False
                kept = y.shape == (3, *shape)
                name_of = "resize-missing" if kept else None
                if not kept and y.ndim == 3:
                    square = y.shape[1] == y.shape[2]
                    name_of = "image-size-ignored" if square else None
                    name_of = "resize-one-side" if short else name_of
                raise failed(
                    f"make_transforms({size}): {name} of a picture {shape} has the "
                    f"shape {y.shape}, expected {(3, size, size)}.",
                    "",
                    name_of,
                )
        if shape[0] != shape[1]:
            continue
        views = _views(make_transforms, pair[1], "test", size, 8, rng)
        first = views[0]
        if first.error > 0.05:
            raise failed(
                "test: the picture is not found in what comes out.",
                "Expected the whole picture, resized.",
                "picture-lost",
            )
        if any(abs(v.angle - first.angle) > 0.5 or v.flipped for v in views) or (
            abs(first.angle) > 1
        ):
            others = _views(make_transforms, pair[0], "train", size, 8, rng)
            raise failed(
                "test augments: the picture comes out turned or mirrored.",
                "",
                "test-augmented" if _are_augmented(others) else "pair-swapped",
            )
        if abs(first.scale - 1) > 0.03 or first.shift > 0.03:
            raise failed(
                "test does not show the whole picture.",
                f"It is enlarged by {first.scale:.2f}.",
                "picture-cropped",
            )
    passed("make_transforms", "Sizes; test shows the picture as it is.")


def _views(
    make_transforms: Any,
    transform: Any,
    name: str,
    size: int,
    times: int,
    rng: np.random.Generator,
) -> list[_View]:
    """Find out how a picture comes out, by fitting its colors, which are ramps."""
    side = 64
    at = (np.arange(side) + 0.5) / side * 2 - 1
    ramp = np.stack(
        [*np.meshgrid(at, at), np.full((side, side), rng.uniform(0.3, 0.6))], axis=2
    )
    pixels = np.round(127.5 + 95 * ramp).astype(np.uint8)
    outputs = _outputs(make_transforms, transform, name, pixels, times)
    for y in outputs:
        if y.ndim != 3 or y.shape[0] != 3 or y.shape[1] != y.shape[2]:
            raise failed(
                f"{name} of a picture has the shape {y.shape}, expected "
                f"(3, {size}, {size})."
            )
    back = _way_back(make_transforms, transform, name)
    return _fitted(outputs, ramp[0, 0, 2], [back or _own_way_back(ramp[0, 0, 2])])


def _own_way_back(third: float) -> Any:
    """How colors become pixels where a picture is normalized by its own statistics.

    Two colors of the picture tell: that of its middle, and the third channel's.
    """

    def back(colors: Array) -> Any:
        middle, other = colors[:, :2].mean(), np.median(colors[:, 2])
        share = (colors - middle) / (other - middle or 1.0)
        return (127.5 + 95 * third * share) / 255

    return back


def _fitted(outputs: list[Array], third: float, others: list[Any]) -> list[_View]:
    """Fit where the middle of each output (3, side, side) comes from in the picture.

    Normalization is another question. So the third channel, which is the same all over,
    tells how the outputs were normalized, and so does it that their middles, on an
    average, show the picture's. There may be other ways back than the known ones.
    """
    seen = [_middle(y) for y in outputs]
    best: tuple[float, Array, Array] | None = None
    for back in (*_BACK.values(), *others):
        offs, fits = [], []
        for grid, inverse, colors in seen:
            ramps = (back(colors) * 255 - 127.5) / 95
            fits.append(inverse @ ramps[:, :2])
            off = np.sqrt(((grid @ fits[-1] - ramps[:, :2]) ** 2).mean())
            # Bright, the third channel tells well by what it was normalized.
            offs.append(off + abs(float(np.median(ramps[:, 2])) - third))
        found = np.array(fits)
        total = float(np.median(offs) + np.abs(found[:, 2].mean(axis=0)).max())
        if best is None or total < best[0]:
            best = total, np.array(offs), found
    assert best is not None
    return [_viewed(off, found) for off, found in zip(*best[1:], strict=True)]


def _middle(y: Array) -> tuple[Array, Array, Array]:
    """Places in the middle of an output (n, 3), their inverse, and the colors."""
    # Inside of what is seen of a picture that was turned and shrunk to fit.
    disc, grid, inverse = _disc(y.shape[1])
    return grid, inverse, np.moveaxis(y.astype(float), 0, 2)[disc]


@functools.cache
def _disc(side: int) -> tuple[Array, Array, Array]:
    at = (np.arange(side) + 0.5) / side * 2 - 1
    right, down = np.meshgrid(at, at)
    disc = right**2 + down**2 < 0.36
    grid = np.stack([right[disc], down[disc], np.ones(disc.sum())], axis=1)
    return disc, grid, np.linalg.pinv(grid)


def _viewed(error: float, found: Array) -> _View:
    """Angle, scale and place of a fit (3, 2)."""
    matrix = found[:2].T  # from output to picture coordinates
    flipped = bool(np.linalg.det(matrix) < 0)
    if flipped:
        matrix = np.diag([-1.0, 1.0]) @ matrix
    angle = math.degrees(math.atan2(matrix[1, 0] - matrix[0, 1], np.trace(matrix)))
    scale = 1 / max(math.sqrt(abs(np.linalg.det(matrix))), 1e-3)
    return _View(angle, flipped, scale, float(np.abs(found[2]).max()), float(error))


def _are_augmented(views: list[_View]) -> bool:
    return any(abs(view.angle) > 1 or view.flipped for view in views)


def _train_views(
    make_transforms: Any, rng: np.random.Generator, rounds: int
) -> list[_View]:
    """96 views of ``train``, or more; each round may hold some that are not found."""
    train, test = _pair(make_transforms, 48)
    found: list[_View] = []
    for _ in range(rounds):
        views = _views(make_transforms, train, "train", 48, 96, rng)
        if not _are_augmented(views) and _are_augmented(
            _views(make_transforms, test, "test", 48, 8, rng)
        ):
            raise failed("train does not augment, but test does.", "", "pair-swapped")
        kept = [view for view in views if view.error <= 0.08]
        found += kept
        if len(found) >= len(views):
            return found
    raise failed(
        f"train: in {len(views) - len(kept)} of {len(views)} outputs the picture is "
        "not found.",
        "It should be turned, mirrored or not, and normalized.",
        "picture-lost",
    )


def transforms_rotation(make_transforms: Any, rng: Rng = None) -> None:
    """Check that ``train`` turns pictures by up to 20 degrees, and no more."""
    rng = np.random.default_rng(rng)
    # An angle that is drawn once is hardly any once in 20 times: look again.
    for _ in range(4):
        views = _train_views(make_transforms, rng, 1)
        angles = np.array([view.angle for view in views])
        # Upside down is a mirror image turned by 180 degrees: another question.
        angles = np.where(np.abs(angles) > 90, angles - 180 * np.sign(angles), angles)
        reach = np.abs(angles).max()
        if reach >= 1:
            break
    told = f"In {len(views)} calls the picture was turned by up to {reach:.0f} degrees."
    if reach < 1:
        raise failed("train does not turn the picture.", told, "rotation-missing")
    if reach > 21:
        raise failed("train turns the picture too far.", told, "rotation-too-far")
    # A turn to the left before a mirror image is one to the right after it.
    mirrored = np.where([view.flipped for view in views], -angles, angles)
    if np.ptp(angles) < 1 or np.ptp(mirrored) < 1:
        raise failed(
            f"train turns every picture by {angles[0]:.0f} degrees.",
            told,
            "rotation-drawn-once",
        )
    if reach < 15:
        raise failed("train turns the picture too little.", told, "rotation-too-small")
    if any(each.min() > -10 or each.max() < 10 for each in (angles, mirrored)):
        raise failed(
            "train turns the picture to one side only.", told, "rotation-one-sided"
        )
    # Angles that are drawn differ; even whole degrees leave many gaps.
    if (np.diff(np.sort(angles)) > 0.6).sum() < 6:
        raise failed("train turns by the same few angles.", told, "rotation-few-angles")
    # Without interpolation, angles below 1.5 degrees look like none: one in twelve.
    still = (np.abs(angles) < 0.3).mean()
    if still > 0.33:
        raise failed(
            f"train leaves {still:.0%} of the pictures as they are.",
            told,
            "rotation-seldom",
        )
    scales = np.array([view.scale for view in views])
    if np.abs(scales - 1).max() > 0.05 or max(v.shift for v in views) > 0.05:
        raise failed(
            "train does not show the whole picture in its size.",
            f"Its scale was between {scales.min():.2f} and {scales.max():.2f}.",
            "picture-cropped",
        )
    passed("make_transforms", told)


def transforms_flip(make_transforms: Any, rng: Rng = None) -> None:
    """Check that ``train`` mirrors some pictures, left and right."""
    views = _train_views(make_transforms, np.random.default_rng(rng), 4)
    share = sum(view.flipped for view in views) / len(views)
    told = f"It mirrored {share:.0%} of {len(views)} pictures."
    upside = [view for view in views if abs(view.angle) > 90]
    # Turned by any angle, it may be upside down without a mirror: another question.
    turned = any(45 < abs(view.angle) < 135 for view in views)
    if upside and not turned:
        raise failed("train turns pictures upside down.", told, "flip-vertical")
    if share in (0, 1):
        name = "flip-missing" if share == 0 else "flip-always"
        raise failed(
            f"train mirrors {'no' if share == 0 else 'every'} picture.", told, name
        )
    if not 0.25 < share < 0.75:  # a fair coin strays so far once in a million
        raise failed("train does not mirror every second picture.", told, "flip-share")
    passed("make_transforms", told)


# --- the head -------------------------------------------------------------------------

ARCHS = ("resnet18", "resnet50")


def _classifier(
    make_classifier: Any, arch: str, num_classes: int, weights: Any, seed: int
) -> tuple[str, Any, Values]:
    """Make a student's classifier; return what was called, the model and its state."""
    question = "replace-head"
    shown = repr(weights) if not isinstance(weights, dict) else "'weights.safetensors'"
    what = f"make_classifier({arch!r}, {num_classes}, {shown})"
    make(make_classifier, "enable_gradients")  # a call before may have left them off
    model = make_or_fail(
        question, what, make_classifier,
        "classifier", make_classifier, arch, num_classes, weights, seed,
    )  # fmt: skip
    if model is None:
        raise failed(f"{what} returns None.", "", "nothing-returned")
    state = make_or_fail(question, what, model, "state", model)
    return what, model, {str(k): np.asarray(v) for k, v in state.items()}


def _body(state: Values) -> dict[str, Shape]:
    """Shapes of all but the head."""
    return {k: v.shape for k, v in state.items() if not k.startswith("fc.")}


@functools.cache
def _bodies() -> dict[str, dict[str, Shape]]:
    """Shapes of the networks' backbones, by the networks' names."""
    with torch.device("meta"):
        nets = {arch: probes.small_network_of(arch) for arch in probes.SIZES}
    return {
        arch: {
            k: tuple(v.shape)
            for k, v in net.state_dict().items()
            if not k.startswith("fc.")
        }
        for arch, net in nets.items()
    }


def _judge_body(what: str, arch: str, state: Values) -> None:
    """See that a backbone is the one that was asked for."""
    if _body(state) == _bodies()[arch]:
        return
    name = "arch-ignored" if _body(state) in _bodies().values() else None
    if _bodies()[arch].items() < _body(state).items():
        name = "head-not-replaced"
    raise failed(f"{what} is not torchvision's {arch} with another fc.", "", name)


def _judge_head(what: str, state: Values, num_classes: int) -> None:
    wanted = {
        "fc.weight": (num_classes, _features_of(state)),
        "fc.bias": (num_classes,),
    }
    head = {k: v.shape for k, v in state.items() if k.startswith("fc.")}
    if head != wanted:
        sizes = [shape[0] for shape in head.values() if len(shape) == 2]
        name = "head-not-replaced" if sizes == [1000] else None
        if len(head) > 2:
            name = "head-added"
        elif len(head) == 2 and "fc.weight" not in head:
            name = "head-wrapped"
        elif head == {"fc.weight": wanted["fc.weight"]}:
            name = "head-without-bias"
        elif head.get("fc.weight") == wanted["fc.weight"][::-1]:
            name = "head-sizes-swapped"
        elif {k: shape[:1] for k, shape in head.items()} == {
            k: shape[:1] for k, shape in wanted.items()
        }:
            name = "head-size-fixed"
        elif not name and {k: shape[1:] for k, shape in head.items()} == {
            k: shape[1:] for k, shape in wanted.items()
        }:
            name = "classes-ignored"
        raise failed(
            f"{what}: fc has the parameters {head}, expected {wanted}.", "", name
        )


def _features_of(state: Values) -> int:
    return int(state["layer4.1.conv1.weight"].shape[0])


def classifier_head(make_classifier: Any, rng: Rng = None) -> None:
    """Check the new head, for both networks, without weights."""
    rng = np.random.default_rng(rng)
    for arch in ARCHS:
        num_classes, seed = int(rng.integers(2, 30)), int(rng.integers(1 << 30))
        what, model, state = _classifier(make_classifier, arch, num_classes, None, seed)
        _judge_body(what, arch, state)
        _judge_head(what, state, num_classes)
        for name in ("IMAGENET1K_V1", "IMAGENET1K_V2"):
            given = probes.published(arch, name, seed)
            if same(state["conv1.weight"], given["conv1.weight"]):
                raise failed(
                    f"{what} has published weights, although none were asked for.",
                    "",
                    "weights-always",
                )
        _judge_trainable(what, model, num_classes, rng)
    # Whether weights come in is another question; all of it trains with them, too.
    for weights in ("IMAGENET1K_V1", probes.published("resnet18", "file", 0)):
        try:
            what, model, state = _classifier(make_classifier, "resnet18", 5, weights, 0)
            _judge_head(what, state, 5)
        except CheckFailed:
            continue
        _judge_trainable(what, model, 5, rng)
    passed("make_classifier", "A new head, for both networks.")


def _judge_trainable(
    what: str, model: Any, num_classes: int, rng: np.random.Generator
) -> None:
    if not make(model, "enable_gradients"):
        raise failed(
            f"{what} leaves gradients switched off for all that follows.",
            "",
            "gradients-left-off",
        )
    x = rng.standard_normal((4, 3, 32, 32))
    make(model, "load", model, {})
    dy = rng.standard_normal((4, num_classes))
    found, _ = make_or_fail(
        "replace-head", f"{what}, backward", model, "backward", model, x, dy, True
    )
    still = [name for name, gradient in found.items() if gradient is None]
    if still:
        raise failed(f"{what}: no gradient reaches {still[0]}.", "", "frozen-too-early")


def _judge_weights(what: str, state: Values, given: Values) -> None:
    """See that a backbone has the weights that were given, and that its head is new."""
    body = [k for k in given if not k.startswith("fc.") and "num_batches" not in k]
    wrong = [k for k in body if not same(state[k], given[k])]
    if wrong:
        name = None
        if all(same(state[k], given[k], 1e-3) for k in wrong):
            name = "weights-rounded"
        elif len(wrong) == len(body):
            name = "weights-ignored"
        elif all("running" in k for k in wrong):
            name = "buffers-not-loaded"
        raise failed(
            f"{what}: {len(wrong)} of {len(body)} tensors are not the weights'.",
            f"Such as {', '.join(wrong[:4])}.",
            name,
        )
    for key in ("fc.weight", "fc.bias"):
        count = min(len(state[key]), len(given[key]))
        if same(state[key][:count], given[key][:count]):
            raise failed(
                f"{what}: {key} is that of the weights, not a new one.",
                "",
                "head-not-new",
            )


def classifier_file(make_classifier: Any, rng: Rng = None) -> None:
    """Check that weights come from a file, whatever its number of classes."""
    rng = np.random.default_rng(rng)
    for arch in ARCHS:
        for theirs, mine in ((11, 5), (6, 6)):
            values = probes.published(arch, "file", int(rng.integers(1 << 30)))
            values["fc.weight"] = values["fc.weight"][:theirs].copy()
            values["fc.bias"] = values["fc.bias"][:theirs].copy()
            what, _, state = _classifier(make_classifier, arch, mine, values, 0)
            _judge_body(what, arch, state)
            _judge_head(what, state, mine)
            _judge_weights(what, state, values)
    passed("make_classifier", "Weights from a file, with any number of classes.")


def classifier_name(make_classifier: Any, rng: Rng = None) -> None:
    """Check that torchvision's weights come by their name."""
    rng = np.random.default_rng(rng)
    cases = (
        ("resnet18", "IMAGENET1K_V1", int(rng.integers(2, 30))),
        ("resnet50", "IMAGENET1K_V1", int(rng.integers(2, 30))),
        ("resnet50", "IMAGENET1K_V2", int(rng.integers(2, 30))),
        ("resnet18", "IMAGENET1K_V1", 1000),  # the old head would fit
    )
    for arch, name, mine in cases:
        seed = int(rng.integers(1 << 30))
        what, _, state = _classifier(make_classifier, arch, mine, name, seed)
        _judge_body(what, arch, state)
        _judge_head(what, state, mine)
        other = "IMAGENET1K_V1" if name.endswith("2") else "IMAGENET1K_V2"
        found = probes.published(arch, other, seed)["conv1.weight"]
        if same(state["conv1.weight"], found):
            raise failed(f"{what} has the weights {other}.", "", "weights-name-ignored")
        _judge_weights(what, state, probes.published(arch, name, seed))
    passed("make_classifier", "torchvision's weights, by name.")


# --- what trains ----------------------------------------------------------------------


class _Frozen(NamedTuple):
    """States of a network before it was frozen, then, and after a step."""

    given: Values
    before: Values
    after: Values
    expected: Values
    training: bool


def _frozen(freeze_backbone: Any, rng: np.random.Generator) -> list[_Frozen]:
    found = []
    for training in (True, False):
        layers, width, classes = [2, 2, 2, 2], 4, int(rng.integers(3, 9))
        shapes = {
            k: tuple(v.shape)
            for k, v in probes.torchvision_like(layers, width, classes)
            .state_dict()
            .items()
        }
        values = _values(shapes, rng)
        model = make(freeze_backbone, "torchvision_like", layers, width, classes)
        mine = probes.torchvision_like(layers, width, classes)
        for each, place in ((model, freeze_backbone), (mine, None)):
            if place is None:
                probes.load(each, values)
            else:
                make(place, "load", each, values)
        make(model, "mode", model, training)
        make(freeze_backbone, "enable_gradients")  # calls before may leave them off
        call("freeze", "freeze_backbone", freeze_backbone, model)
        make(model, "load", model, {})  # a layer that is new is of single precision
        before = make_or_fail("freeze", "freeze_backbone", model, "state", model)
        x = rng.standard_normal((6, 3, 16, 16))
        dy = rng.standard_normal((6, classes))
        make_or_fail("freeze", "a step of training", model, "walked", model, x, dy, 0.5)
        before = {str(k): np.asarray(v) for k, v in before.items()}
        if all(before[k].shape == v.shape for k, v in values.items() if k in before):
            probes.load(mine, before)
        mine.eval()
        for name, p in mine.named_parameters():
            p.requires_grad = name.startswith("fc.")
        probes.walked(mine, x, dy, 0.5)
        after = make(model, "state", model)
        found.append(
            _Frozen(
                values,
                before,
                {str(k): np.asarray(v) for k, v in after.items()},
                probes.state(mine),
                training,
            )
        )
    return found


def _values(shapes: dict[str, Shape], rng: np.random.Generator) -> Values:
    values = {}
    for name, shape in shapes.items():
        if "num_batches" in name:
            continue
        values[name] = rng.standard_normal(shape) * 0.3
        if "running_var" in name:
            values[name] = rng.uniform(0.5, 2, shape)
        elif len(shape) == 1 and name.endswith("weight"):
            values[name] = rng.uniform(0.5, 1.5, shape)
    return values


def freeze_parameters(freeze_backbone: Any, rng: Rng = None) -> None:
    """Check, by a step of training, that the head alone trains."""
    for case in _frozen(freeze_backbone, np.random.default_rng(rng)):
        names = [k for k in case.given if "running" not in k]
        if not case.before.keys() >= set(names):
            raise failed(
                "freeze_backbone removes parameters from the network.",
                "",
                "head-not-kept",
            )
        other = [k for k in names if not same(case.before[k], case.given[k], 1e-6)]
        if other:
            raise failed(
                f"freeze_backbone changes {other[0]} itself.",
                "It should say what trains from now on, and change no number.",
                "head-not-kept",
            )
        body = [k for k in names if not k.startswith("fc.")]
        moved = [k for k in body if not same(case.after[k], case.before[k], 1e-9)]
        if moved:
            norms = all("bn" in k or "downsample.1" in k for k in moved)
            name = "backbone-not-frozen"
            head = [k for k in names if k.startswith("fc.")]
            if all(same(case.after[k], case.before[k], 1e-9) for k in head):
                name = "wrong-part-frozen"
            elif norms:
                name = "batch-norm-weights-train"
            elif all(k.startswith(("conv1", "bn1", "layer")) for k in moved) and len(
                moved
            ) < len(body):
                name = "backbone-partly-frozen"
            raise failed(
                f"freeze_backbone: {len(moved)} of the backbone's {len(body)} "
                "parameters still train.",
                f"Such as {', '.join(moved[:4])}.",
                name,
            )
        for key in ("fc.weight", "fc.bias"):
            if same(case.after[key], case.before[key], 1e-9):
                raise failed(
                    f"freeze_backbone: {key} does not train.", "", "head-frozen"
                )
    passed("freeze_backbone", "The head alone trains.")


def freeze_batch_norm(freeze_backbone: Any, rng: Rng = None) -> None:
    """Check, by a step of training, that batch norm's averages stay."""
    for case in _frozen(freeze_backbone, np.random.default_rng(rng)):
        running = [k for k in case.given if "running" in k]
        if not all(
            k in case.before and same(case.before[k], case.given[k], 1e-6)
            for k in running
        ):
            raise failed(
                "freeze_backbone changes the batch norms' averages itself.",
                "",
                "averages-not-kept",
            )
        moved = [k for k in running if not same(case.after[k], case.before[k], 1e-9)]
        if moved:
            raise failed(
                f"freeze_backbone: {len(moved)} of {len(running)} running averages "
                "change in training.",
                f"Such as {', '.join(moved[:4])}. The model came in "
                f"{lab2._mode_name(case.training)} mode.",
                "batch-norm-not-frozen",
            )
        step = case.after["fc.weight"] - case.before["fc.weight"]
        wanted = case.expected["fc.weight"] - case.before["fc.weight"]
        if step.any() and not same(step, wanted, 1e-5):
            raise failed(
                "freeze_backbone: the batch norms normalize by the batch, not by their "
                "averages.",
                f"The model came in {lab2._mode_name(case.training)} mode.",
                "batch-norm-not-frozen",
            )
    passed("freeze_backbone", "Batch norm's averages stay.")


def groups(parameter_groups: Any, rng: Rng = None) -> None:
    """Check, by a step, that each parameter is in one group, with its rate."""
    rng = np.random.default_rng(rng)
    question, what = "freeze.groups", "parameter_groups"
    for _ in range(2):
        layers, width, classes = [2, 4, 2, 2], 4, int(rng.integers(3, 9))
        body_lr, head_lr = (float(r) for r in rng.uniform(0.01, 0.1, 2))
        model = make(parameter_groups, "torchvision_like", layers, width, classes)
        before = {str(k): np.asarray(v) for k, v in make(model, "state", model).items()}
        shapes = make(model, "shapes", model)
        step = {k: np.asarray(rng.choice([-1.0, 1.0], s)) for k, s in shapes.items()}
        told = f"backbone_lr was {body_lr:.4g}, head_lr {head_lr:.4g}."
        made = make_or_fail(
            question, what, parameter_groups,
            "stepped", parameter_groups, model, (body_lr, head_lr), step,
        )  # fmt: skip
        if made is None:
            raise failed(f"{what} returns None.", "", "nothing-returned")
        made = [(float(rate), int(count)) for rate, count in made]
        after = make(model, "state", model)
        used, wanted = {}, {}
        for name, gradient in step.items():
            moved = before[name].astype(float) - after[name]
            used[name] = float((moved * gradient).mean())
            wanted[name] = head_lr if name.startswith("fc.") else body_lr
        wrong = [name for name in used if not same(used[name], wanted[name], 1e-3)]
        if wrong:
            name = wrong[0]
            raise failed(
                f"{what}: {name} is trained at a rate of {used[name]:.4g}, expected "
                f"{wanted[name]:.4g}.",
                told,
                _rate_mistake(wrong, used, body_lr + head_lr, wanted, made),
            )
        if still := make(model, "frozen", model):
            raise failed(
                f"{what} leaves {still[0]} frozen, so that it trains at no rate.",
                told,
                "groups-freeze",
            )
        if len(made) != 2:
            raise failed(
                f"{what} makes {len(made)} groups, expected 2.", told, "groups-not-two"
            )
        if not same([rate for rate, _ in made], [body_lr, head_lr], 1e-6):
            raise failed(
                f"{what}: the groups are not in the order backbone, head.",
                told,
                "groups-in-wrong-order",
            )
    passed(what, "Each parameter in one group, with its rate.")


def _rate_mistake(
    wrong: list[str],
    used: dict[str, float],
    both: float,
    wanted: dict[str, float],
    made: list[tuple[float, int]],
) -> str | None:
    """Name what is wrong with the rates of some parameters; the rates add to both."""
    if any(abs(used[name]) < 1e-9 for name in wrong):
        whole = sum(count for _, count in made) == len(wanted)
        return "rate-missing" if whole else "group-misses-parameters"
    if len(made) != 2 or any(
        not same(used[name], both - wanted[name], 1e-3) for name in wrong
    ):
        return None
    if len(wrong) == len(wanted):
        return "rates-swapped"
    head = {name for name in wanted if name.startswith("fc.")}
    if set(wrong) in (head, wanted.keys() - head):
        return "rates-equal"
    return "parameter-in-wrong-group"


# --- TensorBoard ----------------------------------------------------------------------


class _Writer:
    """Takes what a SummaryWriter takes, and keeps it."""

    def __init__(self) -> None:
        self._scalars: list[tuple[str, Any, Any]] = []
        self._histograms: list[tuple[str, Any, Any]] = []
        self._others: list[str] = []

    def add_scalar(
        self, tag: Any, scalar_value: Any, global_step: Any = None, *_: Any, **__: Any
    ) -> None:
        self._scalars.append((str(tag), scalar_value, global_step))

    def add_scalars(
        self,
        main_tag: Any,
        tag_scalar_dict: Any,
        global_step: Any = None,
        *_: Any,
        **__: Any,
    ) -> None:
        self._others.append("add_scalars")

    def add_histogram(
        self, tag: Any, values: Any, global_step: Any = None, *_: Any, **__: Any
    ) -> None:
        self._histograms.append((str(tag), _copied_values(values), global_step))

    def add_text(self, *_: Any, **__: Any) -> None:
        """Text, and pictures, are nobody's concern."""

    add_figure = add_image = add_images = add_graph = add_hparams = add_text
    log_dir = "runs"

    def get_logdir(self) -> str:
        """Return where a writer would write."""
        return self.log_dir

    def flush(self) -> None:
        """There is nothing to be done."""

    def close(self) -> None:
        """There is nothing to be done."""


def _copied_values(values: Any) -> Any:
    """Keep what was written from changing: a copy of an array or a tensor."""
    if isinstance(values, torch.Tensor):
        return values.detach().cpu().numpy().copy()
    return values.copy() if isinstance(values, np.ndarray) else values


class _Logged(NamedTuple):
    """What a student wrote for an epoch, and what should be there."""

    writer: _Writer
    epoch: int
    metrics: dict[str, float]
    rates: list[float]
    weights: Values


def _logged(
    log_epoch: Any, rng: np.random.Generator, groups: Shape = (3, 3)
) -> list[_Logged]:
    """Let a student write two epochs down, of optimizers with so many groups."""
    found = []
    # A prime, for those who write every fifth epoch, or so.
    epochs = 0, int(rng.choice([11, 13, 17, 19, 23]))
    for epoch, count in zip(epochs, groups, strict=True):
        layers, width, classes = [2, 2, 2, 2], 2, 3
        model = make(log_epoch, "torchvision_like", layers, width, classes)
        rates = [float(r) for r in np.sort(rng.uniform(1e-4, 1e-2, count))]
        # The last one is neither the least nor the largest.
        rates[1:] = rates[:0:-1]
        optimizer = make(log_epoch, "grouped_sgd", model, rates)
        names = ("train_loss", "train_accuracy", "valid_loss", "valid_accuracy")
        metrics = {name: float(rng.uniform(0.1, 1)) for name in names}
        writer = _Writer()
        call(
            "tensorboard", "log_epoch",
            log_epoch, writer, model, optimizer, epoch, dict(metrics),
        )  # fmt: skip
        shapes = make(model, "shapes", model)
        state = make(model, "state", model)
        weights = {k: np.asarray(state[k]) for k in shapes}
        found.append(_Logged(writer, epoch, metrics, rates, weights))
    return found


_TAGS = {
    "loss/train": "train_loss",
    "loss/valid": "valid_loss",
    "accuracy/train": "train_accuracy",
    "accuracy/valid": "valid_accuracy",
}


def _scalar(case: _Logged, tag: str, wanted: float) -> float:
    """The value written under a tag; there must be one, at the epoch."""
    entries = [e for e in case.writer._scalars if e[0] == tag]
    if not entries:
        tags = ", ".join(sorted({e[0] for e in case.writer._scalars})) or "none"
        kind = "add-scalars-not-scalar" if case.writer._others else "scalar-missing"
        others = [e for e in case.writer._scalars if e[0] not in (*_TAGS, "lr")]
        if kind == "scalar-missing" and any(
            _is_number(value, wanted) for _, value, _ in others
        ):
            kind = "tag-misspelled"
        raise failed(f"log_epoch writes no scalar {tag}.", f"It writes {tags}.", kind)
    if len(entries) > 1:
        raise failed(
            f"log_epoch writes the scalar {tag} {len(entries)} times.",
            "",
            "lr-of-each-group" if tag == "lr" else None,
        )
    _, value, step = entries[0]
    if _is_number(step, wanted) and _is_number(value, case.epoch):
        raise failed(
            f"log_epoch writes {tag} at the step {step}, expected {case.epoch}.",
            "",
            "value-and-step-swapped",
        )
    _judge_step(tag, step, case)
    if tag == "lr" and np.shape(value) == (len(case.rates),):
        raise failed(
            f"log_epoch: lr is {len(case.rates)} numbers, expected one.",
            "",
            "lr-of-each-group",
        )
    return number("tensorboard", f"log_epoch: {tag}", value)


def _is_number(value: Any, wanted: float) -> bool:
    if value is None:
        return False
    try:
        return same(number("tensorboard", "a value", value), wanted)
    except CheckFailed:
        return False


def _judge_step(tag: str, step: Any, case: _Logged) -> None:
    if step is None:
        raise failed(f"log_epoch writes {tag} without a step.", "", "step-missing")
    if not same(number("tensorboard", f"log_epoch: step of {tag}", step), case.epoch):
        raise failed(
            f"log_epoch writes {tag} at the step {step}, expected {case.epoch}.",
            "",
            "step-not-epoch",
        )


def log_scalars(log_epoch: Any, rng: Rng = None) -> None:
    """Check losses and accuracies, their tags and steps."""
    for case in _logged(log_epoch, np.random.default_rng(rng)):
        for tag, name in _TAGS.items():
            wanted = case.metrics[name]
            value = _scalar(case, tag, wanted)
            if same(value, wanted):
                continue
            kind = None
            other = next((n for n, v in case.metrics.items() if same(value, v)), None)
            if other:
                kind = "curves-swapped"
            elif same(value, 100 * wanted):
                kind = "accuracy-in-percent"
            elif any(same(value, round(wanted, n)) for n in range(5)) or value == 0:
                kind = "value-rounded"
            raise failed(
                f"log_epoch: {tag} is {value:.6g}, expected {wanted:.6g}.",
                f"That is {other}." if other else "",
                kind,
            )
    passed("log_epoch", "Losses and accuracies.")


def log_lr(log_epoch: Any, rng: Rng = None) -> None:
    """Check the learning rate."""
    for case in _logged(log_epoch, np.random.default_rng(rng), groups=(3, 1)):
        value = _scalar(case, "lr", case.rates[-1])
        if same(value, case.rates[-1]):
            continue
        name = "lr-of-first-group" if same(value, case.rates[0]) else "lr-of-no-group"
        if len(case.rates) > 1 and same(value, case.rates[1]):
            name = "lr-of-another-group"
        elif same(value, 2 * case.rates[-1]):
            name = "lr-of-the-start"
        raise failed(
            f"log_epoch: lr is {value:.6g}, expected {case.rates[-1]:.6g}.",
            f"The groups have {', '.join(f'{r:.4g}' for r in case.rates)}.",
            name,
        )
    passed("log_epoch", "The learning rate.")


def log_histograms(log_epoch: Any, rng: Rng = None) -> None:
    """Check that there is a histogram of each parameter."""
    for case in _logged(log_epoch, np.random.default_rng(rng)):
        written = {tag: (values, step) for tag, values, step in case.writer._histograms}
        for name, values in case.weights.items():
            tag = f"weights/{name}"
            if tag not in written:
                tags = ", ".join(sorted(written)[:4]) or "none"
                kind = "histogram-missing" if not written else None
                if any(t.replace("/", ".").endswith(name) for t in written):
                    kind = "tag-misspelled"
                elif len(written) == 1 < len(case.writer._histograms):
                    kind = "histograms-under-one-tag"
                elif written and name.endswith("bias"):
                    kind = "histograms-of-weights-only"
                elif written:
                    kind = "histograms-of-some"
                raise failed(
                    f"log_epoch writes no histogram {tag}.",
                    f"It writes {len(written)}: {tags} ...",
                    kind,
                )
            given, step = written[tag]
            _judge_step(tag, step, case)
            if given is None:
                raise failed(
                    f"log_epoch: the histogram {tag} is of nothing.",
                    "",
                    "histogram-of-something-else",
                )
            shape = np.shape(given)
            if np.size(given) != values.size:
                raise failed(
                    f"log_epoch: the histogram {tag} is of {np.size(given)} numbers, "
                    f"expected {values.size}.",
                    "",
                    "histogram-of-something-else",
                )
            actual = array("tensorboard", f"log_epoch: {tag}", given, shape)
            if not same(np.sort(actual.ravel()), np.sort(values.ravel())):
                raise failed(
                    f"log_epoch: the histogram {tag} is not of that parameter.",
                    "",
                    "histogram-of-something-else",
                )
    passed("log_epoch", "A histogram of each parameter.")


# --- predictions ----------------------------------------------------------------------


class _Predicted(NamedTuple):
    """A file of predictions and what it was made of."""

    text: str
    batches: list[Array]
    targets: list[int]

    @property
    def sizes(self) -> Shape:
        return tuple(map(len, self.batches))

    @property
    def labels(self) -> list[str]:
        """What is right."""
        return _texts(np.concatenate(self.batches).argmax(axis=1))

    def mistakes(self) -> dict[str, list[str]]:
        """Labels with known mistakes, by their names."""
        logits = np.concatenate(self.batches)
        lowest = logits.argmin(axis=1)
        tops = logits.max(axis=1)
        odds = [np.exp(batch - batch.max(axis=0)) for batch in self.batches]
        odds = [each / each.sum(axis=0) for each in odds]
        return {
            "argmax-wrong-axis": _texts(
                np.concatenate([batch.argmax(axis=0) for batch in self.batches])
            ),
            "last-batch-only": _texts(self.batches[-1].argmax(axis=1)),
            "targets-not-predictions": _texts(self.targets),
            "eval-mode-missing": _texts(8 - logits.argmax(axis=1)),
            "eval-mode-missing/after-first-batch": _texts(
                np.concatenate(
                    [
                        abs(8 * bool(i) - batch.argmax(axis=1))
                        for i, batch in enumerate(self.batches)
                    ]
                )
            ),
            "labels-from-one": _texts(logits.argmax(axis=1) + 1),
            "argmin-not-argmax": _texts(lowest),
            "argmin-not-argmax/other": _texts(8 - lowest),
            "second-largest": _texts(logits.argsort(axis=1)[:, -2]),
            "argmax-of-absolute": _texts(np.abs(logits).argmax(axis=1)),
            "argmax-without-axis": _texts([batch.argmax() for batch in self.batches]),
            "argmax-without-axis/other": _texts(
                [batch.argmax() for batch in self.batches for _ in batch]
            ),
            "softmax-over-batch": _texts(np.concatenate(odds).argmax(axis=1)),
            "logit-not-class": _texts(tops),
            "logit-not-class/other": _texts(np.round(tops)),
        }


def _texts(numbers: Any) -> list[str]:
    return [str(int(number)) for number in numbers]


_OLD = "id,label\r\n0,0\r\n1,0\r\n"


def _predicted(
    write_predictions: Any, rng: np.random.Generator, old: str = ""
) -> list[_Predicted]:
    """Let a student write files; the last one ends with a single image.

    It takes the place of an old one.
    """
    found = []
    for sizes in ((6, 6, 6), (5, 5, 2), (3, 4, 1)):
        weight = rng.standard_normal((12, 9)).astype(np.float32)
        pairs = []
        for size in sizes:
            x = rng.standard_normal((size, 3, 2, 2)).astype(np.float32)
            pairs.append((x, rng.integers(9, size=size)))
        batches = [x.reshape(len(x), -1) @ weight for x, _ in pairs]
        model = make(write_predictions, "moody", weight)
        make(write_predictions, "mode", model, True)
        last = min(sizes) == 1
        text = make_or_fail(
            "predict.single" if last else "predict", "write_predictions",
            write_predictions, "written", write_predictions, model, pairs,
            old if last else "",
        )  # fmt: skip
        if text is None:
            raise failed(
                "write_predictions writes no file at the path that it gets.",
                "",
                "path-ignored",
            )
        targets = np.concatenate([t for _, t in pairs]).tolist()
        found.append(_Predicted(str(text), batches, targets))
    return found


def _lines(content: str) -> list[list[str]]:
    try:
        return [row for row in csv.reader(io.StringIO(content)) if row]
    except csv.Error as error:
        raise failed("write_predictions writes no CSV.", str(error)) from None


def predictions_file(write_predictions: Any, rng: Rng = None) -> None:
    """Check header and ids: every image once, in order."""
    for case in _predicted(write_predictions, np.random.default_rng(rng), _OLD):
        if case.text.startswith(_OLD) and case.text.count("id") > 1:
            raise failed(
                "write_predictions leaves an old file's lines in the file.",
                "",
                "file-appended",
            )
        lines = _lines(case.text)
        shown = "It begins: " + repr(case.text[:60])
        if not lines or lines[0] != ["id", "label"]:
            raise failed(
                "write_predictions: the first line is not id,label.",
                shown,
                _header_mistake(case.text, lines),
            )
        if lines[0] in lines[1:]:
            raise failed(
                "write_predictions writes the first line, id,label, again and again.",
                f"It is there {lines.count(lines[0])} times. The batch sizes were "
                f"{case.sizes}.",
                "header-repeated",
            )
        ids, wanted = [row[0] for row in lines[1:]], _texts(range(sum(case.sizes)))
        if ids != wanted:
            raise failed(
                f"write_predictions: the ids are not 0 to {len(wanted) - 1}, in order.",
                f"It has {len(ids)} lines: {', '.join(ids[:12])}. The batch sizes were "
                f"{case.sizes}.",
                _id_mistake(case, lines[1:], wanted),
            )
        longest = max(map(len, lines))
        if longest > 2 and [row[1] for row in lines[1:]] == case.labels:
            raise failed(
                f"write_predictions: lines have {longest} fields, expected two.",
                shown,
                "fields-too-many",
            )
    passed("write_predictions", "Header and ids.")


def _header_mistake(content: str, lines: list[list[str]]) -> str:
    if not content.strip():
        return "file-empty"
    header = lines[0]
    if re.match(r"id,label\d", content):
        return "newline-missing"
    if header == ["label", "id"]:
        return "columns-swapped"
    if len(header) == 3:
        return "index-column"
    if len(header) == 1 and re.search(r"[;\t]", header[0]):
        return "commas-missing"
    if any(f.strip().strip("[]").isdigit() for f in header):
        return "header-missing"
    return "header-misspelled"


def _id_mistake(
    case: _Predicted, rows: list[list[str]], wanted: list[str]
) -> str | None:
    """Name what is wrong with the ids of a file's rows."""
    ids, ends = [row[0] for row in rows], [row[-1] for row in rows]
    batches = [(at, size, n) for at, size in enumerate(case.sizes) for n in range(size)]
    mistakes = case.mistakes()
    known = {
        "ids-from-one": _texts(range(1, len(wanted) + 1)),
        "ids-restart": _texts(n for _, _, n in batches),
        "ids-by-batch-size": _texts(at * max(case.sizes) + n for at, _, n in batches),
        "ids-by-batch-size/first": _texts(
            at * case.sizes[0] + n for at, _, n in batches
        ),
        "ids-by-batch-size/other": _texts(at * size + n for at, size, n in batches),
        "id-of-batch": _texts(at for at, _, _ in batches),
        "id-of-batch/other": _texts(at + 1 for at, _, _ in batches),
        "ids-are-targets": _texts(case.targets),
    }
    name = next((n for n, other in known.items() if ids == other), None)
    if name:
        return name.partition("/")[0]
    if ends == wanted:
        return "columns-swapped"
    if ids == case.labels and all(len(row) == 1 for row in rows):
        return "id-missing"
    if len(ids) == len(case.sizes) and all("[" in row[1] for row in rows if row[1:]):
        return "line-of-batch"
    for name in ("argmax-without-axis", "last-batch-only"):
        if ends == mistakes[name]:
            return name
    if len(ids) == len(mistakes["argmax-wrong-axis"]):
        return "argmax-wrong-axis"
    if len(case.sizes) > 2 and ids == wanted[: case.sizes[0]]:
        return "stopped-after-first-batch"
    if ids == wanted[: len(ids)]:
        return "last-batch-skipped" if ids else "no-lines"
    if sorted(ids) == sorted(wanted):
        return "ids-not-in-order"
    if any(not each.isdigit() or each != str(int(each)) for each in ids):
        return "id-not-a-number"
    return None


def _labels_of(case: _Predicted) -> list[str]:
    """Labels of a file, by id where that is possible, whatever the header."""
    rows = [
        [field.strip() for field in row]
        for row in _lines(re.sub(r"[;\t]", ",", case.text))
    ]
    heads = [
        row for row in rows if not _is_numeric(row[-1]) and not row[0][:1].isdigit()
    ]
    at = -1
    if heads and heads[0] == rows[0]:
        names = [name.lower() for name in rows[0]]
        if "label" in names and "id" in names:
            at = names.index("label")
    # A header that comes again is another question.
    rows = [row for row in rows if row not in heads[:1]]
    labels = [row[at] if len(row) > at else row[-1] for row in rows]
    ids = [row[0] for row in rows]
    wanted = _texts(range(sum(case.sizes)))
    if at == 1 and sorted(ids) == sorted(wanted):
        labels = [labels[ids.index(each)] for each in wanted]
    return labels


def _is_numeric(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def predictions_labels(write_predictions: Any, rng: Rng = None) -> None:
    """Check the labels, whatever the header and the ids."""
    for case in _predicted(write_predictions, np.random.default_rng(rng)):
        labels, wanted = _labels_of(case), case.labels
        if labels == wanted[: len(labels)] and len(labels) >= case.sizes[0]:
            continue  # what is missing is another question
        raise failed(
            "write_predictions: the labels are wrong.",
            f"Expected {', '.join(wanted)};\ngot {', '.join(labels)}.",
            _label_mistake(case, labels),
        )
    passed("write_predictions", "The class of the largest logit.")


def _label_mistake(case: _Predicted, labels: list[str]) -> str | None:
    """Name what is wrong with the labels of a file."""
    if not labels:
        return None if case.text.strip() else "file-empty"
    if re.match(r"id,label\d", case.text) and "\n" not in case.text.strip():
        return "newline-missing"
    for name, other in case.mistakes().items():
        if labels == other:
            return name.partition("/")[0]
    if len(labels) == len(case.sizes) and all("[" in label for label in labels):
        return "line-of-batch"
    if all(map(_is_numeric, labels)):
        if labels == _texts(range(sum(case.sizes))):
            return "columns-swapped"
        if all(float(label).is_integer() for label in labels):
            return "label-not-an-integer" if "." in labels[0] else None
        return "logit-not-class"
    if any(re.search(r"\d\.\d*[1-9]", label) for label in labels):
        return "logit-not-class"
    return "label-not-an-integer"


HIDDEN = "hidden_images.npz"


def improve(write_predictions: Any, path: Any) -> float | None:
    """Grade the predictions for hidden images that lie beside the notebook.

    Parameters
    ----------
    write_predictions : callable
        The student's; the file is read where it is.
    path : str
        The student's file.

    Returns
    -------
    float or None
        Points by the steps that the instructor keeps in ``hidden/steps.toml``, for the
        private half of the images. None where the labels are not: in a student's own
        notebook, and in a class without hidden images.

    Raises
    ------
    CheckFailed
        If there is no file, or it cannot be scored, or earns no point.
    """
    content = make_or_fail(
        "improve", "reading the predictions", write_predictions, "text", str(path)
    )
    labels = Path("hidden/labels.csv")
    if content is None and not labels.exists() and not Path(HIDDEN).exists():
        told("improve: there are no hidden images here.", "Nothing is scored.")
        return None
    if content is None:
        raise failed(f"improve: there is no file {path} beside the notebook.")
    if not labels.exists():
        told(
            f"improve: {path} is there.",
            "It is scored with the hidden labels when your instructor grades.",
        )
        return None
    try:
        scored = score(str(content), labels.read_text("utf-8"))
    except PredictionsError as error:
        raise failed(f"improve: {path} cannot be scored.", str(error)) from None
    steps = tomllib.loads(Path("hidden/steps.toml").read_text("utf-8"))["steps"]
    points = max((p for least, p in steps if scored.private >= least), default=0.0)
    note = f"{scored.private:.2%} of the private half are right"
    if not points:
        raise failed(f"improve: {note}.", f"The first points need {min(steps)[0]:.2%}.")
    told(f"improve: {points:g} of {max(steps)[1]:g} points.", f"{note}.")
    return float(points)
