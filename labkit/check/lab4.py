"""Checks of Lab 4: the double softmax, and three networks for images."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise, permutations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labkit.check import threshold
from labkit.check.image_training import channel_stats, held_out, measured
from labkit.check.misconceptions import same
from labkit.check.report import CheckFailed, passed
from labkit.check.student import (
    StudentError,
    array,
    attempt,
    call,
    failed,
    failure,
    make,
    number,
)
from labkit.check.student import compare as compared

FORBIDDEN = dict.fromkeys(
    ("timm", "torchvision.models"), "you build the networks yourself."
)
"""Modules that submissions must do without, and why."""

# The first optimizer imports torch._dynamo, which takes a second.
PRELOAD = ("torch", "torch._dynamo", "labkit.check.probes")
"""What the sandbox imports once for all submissions."""

Array = NDArray[Any]
Rng = np.random.Generator | None
Shape = tuple[int, ...]

SHAPES = ((5, 3), (4, 4), (1, 10), (64, 10), (100, 40))


def _compare(
    question: str,
    what: str,
    value: Any,
    expected: Any,
    known: Iterable[tuple[str, Any]] = (),
    rtol: float = 1e-5,
    note: str = "",
) -> Array:
    """Compare; name the first mistake of `known` that would give what came."""
    try:
        return compared(question, what, value, expected, rtol, note)
    except CheckFailed as error:
        if error.hint is not None or value is None:
            raise
        # Near enough not to be chance: as near as single precision allows.
        for name, candidate in known:
            try:
                found = same(_plain(value), candidate, rtol / 20)
            except (TypeError, ValueError):
                break  # no numbers
            if found:
                raise failed(error.title, error.details, name) from None
        raise


def _plain(value: Any) -> Array:
    """The student's numbers as an array, whatever held them."""
    if isinstance(value, list | tuple):
        return np.array([_plain(each) for each in value])
    return np.asarray(value.detach() if hasattr(value, "detach") else value)


def _parts(
    what: str, value: Any, names: Sequence[str], known: dict[int, str] | None = None
) -> list[Any]:
    """Take a tuple of the student's apart; `known` mistakes by how many it has."""
    try:
        found = list(attempt(tuple, value))
    except (StudentError, TypeError, ValueError):
        found = []
    if len(found) != len(names):
        raise failed(
            f"{what} does not return {', '.join(names)}.",
            ""
            if value is None
            else f"It returned a {type(value).__name__}"
            + (f" of {len(found)}." if found else "."),
            "nothing-returned" if value is None else (known or {}).get(len(found)),
        )
    return found


def _either(question: str, what: str, function: Any, *arrays: Array) -> Any:
    """Call with NumPy arrays; where that raises, with tensors."""
    import torch

    try:
        with np.errstate(all="ignore"):
            attempt(function, *(a.copy() for a in arrays))
    except StudentError as error:
        if error.kind in ("NotImplementedError", "NoAnswer"):
            raise failure(question, what, error) from None
        tensors = [torch.tensor(a) for a in arrays]
        try:
            attempt(function, *(t.clone() for t in tensors))
        except StudentError:
            shapes = ", ".join(str(a.shape) for a in arrays)
            raise failure(question, what, error, shapes) from None
        return call(question, what, function, *tensors)
    return call(question, what, function, *arrays)


# --- part 1: the double softmax -------------------------------------------------------


def reproduce(training_curves: Any, rng: Rng = None) -> None:
    """Check the learning curve against a replay, with the suspect and without it."""
    from torch.optim import SGD

    rng = np.random.default_rng(rng)
    question, what = "reproduce", "training_curves"
    epochs, lr = 3, 2.0
    for power, sizes in ((1, (8, 8, 8)), (0, (8, 8, 8)), (1, (9, 9, 4))):
        W = rng.normal(0, 0.5, (12, 4)).astype(np.float32)
        b = rng.normal(0, 0.5, 4).astype(np.float32)
        batches = _batches(rng, sizes, (1, 3, 4), 4)
        model_class = make(training_curves, "regression", W, b, power)
        loader = _Loader(batches)
        curve = call(question, what, training_curves, model_class, loader, epochs, lr)
        training = _Training(W, b, batches, epochs)
        before, *_ = training.run(power, partial(SGD, lr=lr))
        curve = _curve(what, curve, epochs, len(sizes))
        weights = np.array(sizes) / sum(sizes)
        expected = before @ weights
        if same(curve, before.mean(axis=1), 5e-4):
            expected = curve  # the mean over batches is a mean, too
        _compare(
            question, f"{what}: the curve", curve, expected,
            _known_curves(training, power, lr), rtol=5e-4,
            note=f"The batches had {sizes} samples; lr was {lr}.",
        )  # fmt: skip
    passed(what, "Curves with the suspect and without, equal and unequal batches.")


class _Training(NamedTuple):
    """The given softmax regression and the batches that it is trained on in each epoch.

    `power` is how often the softmax stands before the loss.
    """

    W: Array
    b: Array
    batches: list[tuple[Array, Array]]
    epochs: int

    def _start(self, power: int) -> tuple[Any, list[tuple[Any, Any]]]:
        """A new model, and the batches as tensors."""
        import torch

        from labkit.check import probes

        batches = [(torch.tensor(x), torch.tensor(t)) for x, t in self.batches]
        return probes.regression(self.W, self.b, power)(), batches

    def run(
        self, power: int, optimizer_of: Callable[[Any], Any], afresh: bool = False
    ) -> tuple[Array, Array, Array]:
        """Losses before and after each step, (epochs, batches), and between epochs.

        The last are those of all batches, (epochs + 1, batches). `afresh`: the
        optimizer is made anew in each epoch.
        """
        import torch

        model, batches = self._start(power)

        def losses(*some: Any) -> list[float]:
            with torch.no_grad():
                return [model.loss(model(x), t).item() for x, t in some]

        before, after, between = [], [], [losses(*batches)]
        rule = optimizer_of(model.parameters())
        for _ in range(self.epochs):
            if afresh:
                rule = optimizer_of(model.parameters())
            for x, targets in batches:
                rule.zero_grad()
                value = model.loss(model(x), targets)
                value.backward()
                rule.step()
                before.append(value.item())
                after += losses((x, targets))
            between.append(losses(*batches))
        shape = self.epochs, len(batches)
        return np.reshape(before, shape), np.reshape(after, shape), np.array(between)

    def once_an_epoch(self, power: int, lr: float, shares: Array) -> Array:
        """Losses of each batch, (epochs, batches), with a step after each epoch.

        `shares` is what of each batch's gradient counts.
        """
        import torch

        model, batches = self._start(power)
        rule = torch.optim.SGD(model.parameters(), lr=lr)
        losses = []
        for _ in range(self.epochs):
            row = torch.stack([model.loss(model(x), t) for x, t in batches])
            rule.zero_grad()
            (torch.tensor(shares, dtype=row.dtype) @ row).backward()
            rule.step()
            losses.append(row.tolist())
        return np.array(losses)


def _known_curves(
    training: _Training, power: int, lr: float
) -> Iterator[tuple[str, Array]]:
    """Names of mistakes, and the curves that they give."""
    from torch.optim import SGD

    sizes = np.array([len(targets) for _, targets in training.batches])
    before, after, between = training.run(power, partial(SGD, lr=lr))
    yield "last-batch-only", before[:, -1]
    yield "first-batch-only", before[:, 0]
    yield "loss-summed", before.sum(axis=1)
    yield "loss-summed", before @ sizes
    yield "loss-summed", before @ sizes / len(sizes)
    yield "loss-not-times-n", before.sum(axis=1) / sizes.sum()
    alike = np.full(len(sizes), 1 / len(sizes))
    for weights in (sizes / sizes.sum(), alike):

        def curve(
            power: int, afresh: bool = False, weights: Array = weights, **options: Any
        ) -> Array:
            rule = partial(SGD, **{"lr": lr} | options)
            return training.run(power, rule, afresh)[0] @ weights

        yield "metrics-after-step", after @ weights
        for afresh in (False, True):  # gradients that add up are a momentum of 1
            yield "zero-grad-missing", curve(power, afresh, momentum=1.0)
        yield "momentum", curve(power, momentum=0.9)
        yield "no-step", curve(power, lr=0.0)
        yield "model-made-anew", np.tile(before[0] @ weights, training.epochs)
        yield "softmax-twice", curve(power + 1)
        ever = np.cumsum(before @ weights)
        yield "sums-not-reset", ever
        yield "sums-not-reset", ever / np.arange(1, training.epochs + 1)
        for other in (1.0, 0.1, 0.01, 0.001):
            yield "lr-ignored", curve(power, lr=other)
        if power:
            yield "loss-not-the-models", curve(power - 1)
        yield "loss-times-n", curve(power, lr=lr * sizes[0])
        yield "loss-after-epoch", between[1:] @ weights
        yield "loss-before-epoch", between[:-1] @ weights
        last = np.append(np.zeros(len(sizes) - 1), 1)
        for shares in (alike, sizes / sizes.sum(), sizes, alike * len(sizes), last):
            found = training.once_an_epoch(power, lr, shares)
            yield "step-once-per-epoch", found @ weights
        for name, optimizer in _other_optimizers(lr):
            yield name, training.run(power, optimizer)[0] @ weights


def _other_optimizers(lr: float) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """Names of mistakes, and the optimizers that they take."""
    from torch import optim

    for kind in (optim.Adam, optim.AdamW, optim.RMSprop, optim.Adagrad, optim.NAdam):
        for rate in (lr, 1e-3, 1e-2):
            yield "optimizer-not-sgd", partial(kind, lr=rate)
    yield "momentum", partial(optim.SGD, lr=lr, momentum=0.9, nesterov=True)
    for decay in (0.1, 1e-2, 1e-3, 5e-4):
        yield "weight-decay", partial(optim.SGD, lr=lr, weight_decay=decay)


class _Loader:
    """Batches of tensors, the same in each epoch."""

    def __init__(self, batches: Sequence[tuple[Array, Array]]) -> None:
        self._batches = batches
        self._passes = 0
        self.dataset = range(sum(len(targets) for _, targets in batches))

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        import torch

        self._passes += 1
        for x, targets in self._batches:
            yield torch.tensor(x), torch.tensor(targets)


def _batches(
    rng: np.random.Generator, sizes: Shape, shape: Shape, num_classes: int
) -> list[tuple[Array, Array]]:
    return [
        (
            rng.normal(size=(size, *shape)).astype(np.float32),
            rng.integers(num_classes, size=size),
        )
        for size in sizes
    ]


def _curve(what: str, value: Any, epochs: int, batches: int) -> Array:
    """The student's curve, one number an epoch."""
    if value is None:
        raise failed(f"{what} is None.", "", "nothing-returned")
    try:
        items = list(attempt(tuple, value))
    except (StudentError, TypeError):
        raise failed(
            f"{what} does not return a list.",
            f"It returned {value!r:.60}; expected one number for each epoch.",
            "last-epoch-only",
        ) from None
    if len(items) != epochs:
        name = {
            1: "last-epoch-only",
            epochs + 1: "loss-before-training",
            epochs * batches: "loss-of-each-batch",
        }
        raise failed(
            f"{what} returns {len(items)} numbers for {epochs} epochs.",
            f"There were {batches} batches an epoch.",
            name.get(len(items)),
        )
    return np.array([number("reproduce", f"{what}: a loss", each) for each in items])


def loss_floor(double_softmax_floor: Any, rng: Rng = None) -> None:
    """Check the least loss for several numbers of classes."""
    rng = np.random.default_rng(rng)
    classes = np.array([2, 3, 10, 100, int(rng.integers(11, 100)), 1000])
    what = "double_softmax_floor"
    values = []
    for C in classes:
        value = call("loss-floor", what, double_softmax_floor, int(C))
        values.append(number("loss-floor", f"{what}({C})", value))
    # The best predictions are one-hot: measure the loss that they have.
    floor = np.array([_losses(np.eye(1, C), [0])[0] for C in classes])
    worst = np.array([_losses(np.eye(1, C), [1])[0] for C in classes])
    uniform = np.array([_losses(np.zeros((1, C)), [0])[0] for C in classes])
    thrice = np.array([_twice(np.eye(1, C), [0])[0] for C in classes])
    known = [
        ("floor-of-guessing", uniform),
        ("floor-is-ceiling", worst),
        ("floor-is-zero", 0 * floor),
        ("sign-flipped", -floor),
        ("floor-logarithm-missing", np.exp(floor)),
        ("floor-is-probability", np.exp(-floor)),
        ("wrong-log-base", floor / np.log(2)),
        ("wrong-log-base", floor / np.log(10)),
        ("floor-counts-classes-wrong", np.log(np.exp(floor) + 1 / np.e)),
        ("floor-counts-classes-wrong", np.log(np.exp(floor) - 1 / np.e)),
        ("floor-counts-classes-wrong", np.log(np.exp(floor) - 1)),
        ("floor-softmax-too-many", thrice),
        ("floor-exponent-inverted", np.log(1 + (np.exp(floor) - 1) * np.e**2)),
        ("floor-hard-coded", np.full(len(classes), values[2])),
    ]
    at = ", ".join(map(str, classes))
    _compare("loss-floor", f"{what} at {at} classes", values, floor, known)
    passed(what, f"{at} classes.")


def _targets(rng: np.random.Generator, shape: Shape) -> Array:
    """Draw targets for logits (N, C); of the last class there are none if N < C."""
    N, C = shape
    return rng.integers(C - (N < C), size=N)


def _totals(z: Array) -> Array:
    """Logarithm of the sum of the exponentials of each row, (N, 1)."""
    top = z.max(axis=1, keepdims=True)
    return np.asarray(top + np.log(np.exp(z - top).sum(axis=1, keepdims=True)))


def _softmax(z: Array) -> Array:
    return np.asarray(np.exp(z - _totals(z)))


def _losses(z: Array, targets: Any) -> Array:
    """Cross-entropy of each row of logits, (N,)."""
    return np.asarray(_totals(z)[:, 0] - z[np.arange(len(z)), targets])


def _twice(z: Array, targets: Any) -> Array:
    """Loss of each row where the probabilities are taken for logits, (N,)."""
    return _losses(_softmax(z), targets)


def _every_pair(z: Array, targets: Array) -> Array:
    """Loss of each row where all rows' targets count in each, (N,)."""
    return np.asarray((_totals(z) - z[:, targets]).mean(axis=1))


def _every_class(z: Array, _: Array) -> Array:
    """Loss of each row where all of its classes count, (N,)."""
    return np.asarray((_totals(z) - z).sum(axis=1))


def _max_not_added(z: Array, targets: Array) -> Array:
    """Loss of each row where only the sum's logits are shifted, (N,)."""
    return np.asarray(_losses(z, targets) - z.max(axis=1))


def _slopes(losses: Callable[..., Array], z: Array, targets: Array) -> Array:
    """Gradient of the mean loss at z, by central differences in all rows at once."""
    step, found = 1e-5, np.empty_like(z)
    for column, unit in enumerate(np.eye(z.shape[1])):
        change = losses(z + step * unit, targets) - losses(z - step * unit, targets)
        found[:, column] = change / (2 * step * len(z))
    return found


def _wrong_axis(z: Array, axis: int | None) -> Array:
    """Softmax over the batch, or over everything."""
    exp = np.exp(z - z.max())
    return np.asarray(exp / exp.sum(axis=axis))


def _through(probs: Array, slope: Array) -> Array:
    """A gradient at the probabilities, taken back through softmax to the logits."""
    inner = (slope * probs).sum(axis=1, keepdims=True)
    return np.asarray(probs * (slope - inner))


def gradient_ratio_correct(gradient_norms: Any, rng: Rng = None) -> None:
    """Check the norm of the gradient of the correct loss."""
    _gradient_ratio(gradient_norms, np.random.default_rng(rng), 0)


def gradient_ratio_double(gradient_norms: Any, rng: Rng = None) -> None:
    """Check the norm of the gradient of the loss with two softmaxes."""
    _gradient_ratio(gradient_norms, np.random.default_rng(rng), 1)


def _gradient_ratio(function: Any, rng: np.random.Generator, part: int) -> None:
    question, what = "gradient-ratio", "gradient_norms"
    which = ("correct", "double")[part]
    near = partial(make, function, "without_autograd", function)
    # More classes than samples first: there, the last class is nobody's target.
    for N, C in ((3, 6), *SHAPES):
        for size in (0.5, 2.0, 5.0):
            z = rng.normal(0, size, (N, C))
            targets = _targets(rng, (N, C))
            try:
                value = _either(question, what, near, z, targets)
            except CheckFailed as error:
                if "grad" in error.details and error.hint is None:
                    raise failed(error.title, error.details, "autograd-used") from None
                raise
            pair = _parts(what, value, ("correct", "double"))
            losses = (_losses, _twice)[part]
            slopes = _slopes(losses, z, targets)
            norm = np.linalg.norm(slopes)
            probs = _softmax(z)
            at_probs = _slopes(_losses, probs, targets)
            hot = np.eye(C)[targets]
            shape = np.shape(_plain(pair[part])) if pair[part] is not None else ()
            if shape:
                raise failed(
                    f"{what}: {which} has the shape {shape}, expected ().",
                    f"At logits {z.shape}.",
                    {(N, C): "gradient-not-norm", (N,): "norm-for-each-sample"}.get(
                        shape
                    ),
                )
            other = np.linalg.norm(_slopes((_twice, _losses)[part], z, targets))
            known: list[tuple[str, Any]] = []
            if N > 1:
                rows = np.linalg.norm(slopes, axis=1)
                known += [("sum-not-mean", norm * N), ("norms-averaged", rows.mean())]
                known += [("norms-averaged", N * rows.mean())]
            known += [
                ("norms-swapped", other),
                ("norm-squared", norm**2),
                ("norm-not-frobenius", np.abs(slopes).sum()),
                ("norm-not-frobenius", np.abs(slopes).max()),
                ("norm-not-frobenius", np.abs(slopes).mean()),
                ("norm-not-frobenius", np.sqrt((slopes**2).mean())),
                ("norm-not-frobenius", np.linalg.norm(slopes, 2)),
                ("one-hot-forgotten", np.linalg.norm(slopes + hot / N)),
                ("mean-over-entries", norm / C),
            ]
            pairs = hot.max(axis=0, keepdims=True)  # probs[:, targets] -= 1
            if part:
                twice = _softmax(probs)
                slope = _through(probs, (twice - pairs) / N)
            else:
                slope = (probs - pairs) / N
            known.append(("every-pair", np.linalg.norm(slope)))
            for axis in (0, None):
                wrong = _wrong_axis(z, axis)
                slope = (wrong - hot) / N
                if part:
                    slope = _through(wrong, (_wrong_axis(wrong, axis) - hot) / N)
                known.append(("softmax-wrong-axis", np.linalg.norm(slope)))
            if part:
                untold = _through(probs, twice / N)
                diagonal = at_probs * probs * (1 - probs)
                outer = _through(twice, at_probs)
                together = probs * (at_probs - (at_probs * probs).sum())
                changed = [(probs - hot) / n for n in (1, N)]
                spoiled = [_through(p, (_softmax(p) - hot) / N) for p in changed]
                spoiled.append(_through(changed[0], at_probs))
                inner = (probs - hot) / N
                known += [
                    ("outer-softmax-forgotten", np.linalg.norm(_through(probs, inner))),
                    ("inner-softmax-forgotten", np.linalg.norm(at_probs)),
                    ("one-hot-forgotten", np.linalg.norm(untold)),
                    ("jacobian-diagonal-only", np.linalg.norm(diagonal)),
                    ("jacobian-of-the-outer", np.linalg.norm(outer)),
                    ("jacobian-of-the-whole-batch", np.linalg.norm(together)),
                    *(("one-array-for-both", np.linalg.norm(s)) for s in spoiled),
                    ("ratio-not-norm", norm / other),
                    ("ratio-not-norm", other / norm),
                ]
            _compare(
                f"{question}.{which}", f"{what}: {which}", pair[part], norm, known,
                rtol=1e-4, note=f"At logits {z.shape}, of size {size:g}.",
            )  # fmt: skip
    passed(f"{what}, {which}", f"Logits {_listed(SHAPES)}.")


def fix_value(cross_entropy: Any, rng: Rng = None) -> None:
    """Check the value of the loss at moderate logits."""
    _fix_value(cross_entropy, np.random.default_rng(rng))
    passed("cross_entropy", f"Logits {_listed(SHAPES)}.")


def _fix_value(cross_entropy: Any, rng: np.random.Generator) -> None:
    import torch

    for shape in SHAPES:
        for dtype in ("float64", "float32"):
            # No loss so near 0 that single precision cannot tell, and no probability so
            # small that an epsilon counts: that is for `fix_stable` to find.
            z, targets = rng.normal(size=shape), _targets(rng, shape)
            given = torch.tensor(z.astype(dtype)), torch.tensor(targets)
            value = call("fix", "cross_entropy", cross_entropy, *given)
            losses = _losses(z, targets)
            N, C = shape
            pairs = _every_pair(z, targets).mean()
            picked, columns = z[np.arange(N), targets], np.log(np.exp(z).sum(axis=0))
            known = [
                ("softmax-twice", _twice(z, targets).mean()),
                ("sign-flipped", -losses.mean()),
                ("log-softmax-missing", -picked.mean()),
                ("loss-of-probabilities", -np.exp(-losses).mean()),
                ("not-scalar", losses),
                ("softmax-wrong-axis", (columns[targets] - picked).mean()),
                ("wrong-log-base", losses.mean() / np.log(2)),
                ("wrong-log-base", losses.mean() / np.log(10)),
                ("mean-over-entries", losses.mean() / C),
                ("max-not-added", _max_not_added(z, targets).mean()),
                ("every-pair", pairs),
                ("every-pair", N * pairs),
                ("one-hot-too-narrow", _every_class(z, targets).mean()),
            ]
            if N > 1:
                known.insert(0, ("sum-not-mean", losses.sum()))
            _compare(
                "fix.value", f"cross_entropy of logits {shape}", value, losses.mean(),
                known, rtol=1e-4,
            )  # fmt: skip


def fix_stable(cross_entropy: Any, rng: Rng = None) -> None:
    """Check logits of 10,000: near each other, in rows far apart, and spread out."""
    rng = np.random.default_rng(rng)
    question, what = "fix.stable", "cross_entropy"

    def run(z: Array, targets: Array, where: str, name: str) -> float:
        try:
            value = call(question, what, cross_entropy, *_tensors(z, targets))
            return number(question, f"{what} of logits {where}", value)
        except CheckFailed as error:
            if error.unwritten or error.hint is not None:
                raise
            raise failed(error.title, error.details, name) from None

    def check() -> None:
        z, targets = rng.normal(0, 2, (3, 10)), rng.integers(10, size=3)
        own = run(z, targets, "near 0", "loss-unstable")
        for shifts, name in (
            ((1e4, 1e4, 1e4), "loss-unstable"),
            ((-1e4, -1e4, -1e4), "loss-unstable"),
            ((1e4, 0.0, -1e4), "global-max"),
        ):
            where = f"near {', '.join(f'{shift:g}' for shift in shifts)}"
            value = run(z + np.array(shifts)[:, None], targets, where, name)
            if not same(value, own, 1e-3):
                raise failed(
                    f"{what} of logits {where} is wrong.",
                    f"Adding a number to a row changes nothing: expected {own:.6g}, "
                    f"got {value:.6g}.",
                    name,
                )
        spread = np.zeros((1, 10))
        spread[0, 3] = 1e4
        value = run(spread, np.array([5]), "10,000 apart", "loss-unstable")
        if not same(value, 1e4, 1e-3):
            raise failed(
                f"{what} is {value:.6g} where the true logit is 10,000 too small.",
                "Expected 10000.",
                "probabilities-clipped",
            )

    try:
        check()
    except CheckFailed:
        _fix_value(cross_entropy, rng)  # where that is wrong, say that instead
        raise
    passed(what, "Stable at logits of 10,000.")


def _tensors(z: Array, targets: Array) -> tuple[Any, Any]:
    import torch

    return torch.tensor(z), torch.tensor(targets)


def fix_gradient(cross_entropy: Any, rng: Rng = None) -> None:
    """Check that autograd goes back through the loss, to the right gradient."""
    rng = np.random.default_rng(rng)
    question, what = "fix.gradient", "cross_entropy"
    for shape in SHAPES:
        z, targets = rng.normal(size=shape), _targets(rng, shape)
        near = partial(make, cross_entropy, "differentiate", cross_entropy)
        value, gradient = call(question, what, near, z, targets)
        if gradient is None:
            if value is None:
                raise failed(f"{what} is None.", "", "nothing-returned")
            raise failed(
                f"{what} gives a number without a gradient.",
                "Autograd found no way from it back to the logits.",
                "gradient-cut",
            )
        if np.shape(value):
            raise failed(
                f"{what} has the shape {np.shape(value)}, expected ().",
                "",
                "not-scalar",
            )
        expected = _slopes(_losses, z, targets)
        known = [
            ("softmax-twice", _slopes(_twice, z, targets)),
            ("sign-flipped", -expected),
            ("sum-not-mean", expected * shape[0]),
            ("mean-over-entries", expected / shape[1]),
            ("every-pair", _slopes(_every_pair, z, targets)),
            ("every-pair", shape[0] * _slopes(_every_pair, z, targets)),
            ("max-not-added", _slopes(_max_not_added, z, targets)),
            ("one-hot-too-narrow", _slopes(_every_class, z, targets)),
        ]
        _compare(
            question, f"{what}: the gradient at logits {shape}", gradient, expected,
            known, rtol=1e-4,
        )  # fmt: skip
    passed(what, f"Gradients at logits {_listed(SHAPES)}.")


# --- the split ------------------------------------------------------------------------

# Class sizes at which each usual way of rounding keeps to one sample.
RATIOS: tuple[tuple[Shape, int, Shape], ...] = (
    ((3, 1, 1), 5, (0, 1, 2)),
    ((8, 1, 1), 10, (0, 1)),
    ((2, 1, 1), 4, (0, 1, 2)),
    ((5, 3, 2), 10, (0,)),
)
NUM_CLASSES = 12
"""In the targets to be split: other than in the lab's images."""


class _Sample(NamedTuple):
    """Targets to be split, and the ratios."""

    targets: Array
    ratios: Shape


def _samples(rng: np.random.Generator) -> Iterator[_Sample]:
    """Targets in the order of a sorted file, and in no order."""
    for ratios, period, rests in RATIOS:
        sizes = period * rng.integers(60 // period, 150 // period, NUM_CLASSES)
        sizes += rng.choice(rests, NUM_CLASSES)
        targets = np.repeat(np.arange(NUM_CLASSES), sizes)
        yield _Sample(targets, ratios)
        yield _Sample(rng.permutation(targets), ratios)


def _split(function: Any, sample: _Sample, seed: int | None) -> list[Array]:
    """Call the student's function; return the three arrays of indices.

    The notebook says NumPy. Whoever writes it with PyTorch gets tensors, or PyTorch's
    kind of generator, where the call with NumPy's raises.
    """
    import torch

    question, what = "stratified-split", "split_indices"

    def given(kind: str) -> tuple[Any, ...]:
        tensor, generator = kind.split()
        targets: Any = sample.targets.copy()
        if tensor == "torch":
            targets = torch.tensor(targets)
        if seed is None:
            return (targets, sample.ratios)
        if generator == "numpy":
            return (targets, sample.ratios, np.random.default_rng(seed))
        return (targets, sample.ratios, make(function, "torch_generator", seed))

    kinds = ("numpy numpy", "torch torch", "numpy torch", "torch numpy")
    first: StudentError | None = None
    for kind in kinds:
        try:
            attempt(function, *given(kind))
        except StudentError as error:
            first = first or error
            if error.kind in ("NotImplementedError", "NoAnswer"):
                break
            continue
        parts = _parts(
            what, call(question, what, function, *given(kind)),
            _NAMES, {2: "split-two-parts"},
        )  # fmt: skip
        found = [_indices(x, name) for x, name in zip(parts, _NAMES, strict=True)]
        if any(np.iinfo(x.dtype).max < len(sample.targets) - 1 for x in found):
            types = ", ".join(str(x.dtype) for x in found)
            raise failed(
                f"{what} returns indices of the types {types}.",
                f"There are {len(sample.targets)} samples.",
                "numbers-overflow",
            )
        values = np.concatenate(found)
        if len(values) == len(sample.targets) and values.max() < NUM_CLASSES:
            raise failed(
                f"{what} returns targets, not indices.", "", "split-not-indices"
            )
        return found
    assert first is not None
    raise failure(question, what, first)


_NAMES = ("train", "valid", "test")


def _indices(value: Any, name: str) -> Array:
    try:
        found = _plain(value if hasattr(value, "dtype") else list(value))
        if not found.size:
            return np.zeros(0, dtype=int)
        if found.dtype.kind not in "iu" or found.ndim != 1:
            raise TypeError
    except Exception:
        masks = str(getattr(value, "dtype", "")).endswith("bool")
        raise failed(
            f"split_indices: {name} is no array of indices.",
            f"It is a {type(value).__name__}; expected whole numbers, (n,).",
            "split-masks" if masks else "split-not-joined" if _nested(value) else None,
        ) from None
    return found


def _nested(value: Any) -> bool:
    """Whether a part is a list of several arrays."""
    return isinstance(value, list | tuple) and any(np.ndim(_plain(x)) for x in value)


def stratified_split_shares(split_indices: Any, rng: Rng = None) -> None:
    """Check that each part holds its share of each class, within one sample."""
    rng = np.random.default_rng(rng)
    for sample in _samples(rng):
        parts = _split(split_indices, sample, int(rng.integers(2**31)))
        targets, ratios = sample
        sizes = np.bincount(targets)
        counts = np.array(
            [
                np.bincount(targets[part % len(targets)], minlength=NUM_CLASSES)
                for part in parts
            ]
        )
        shares = np.outer(ratios, sizes) / sum(ratios)
        off = np.abs(counts - shares)
        if len(parts[2]) and np.array_equal(np.sort(parts[1]), np.sort(parts[2])):
            off[2] = 0  # one part twice: `stratified_split_partition` says so
        if (off <= 1 + 1e-9).all():
            continue
        part, kind = np.unravel_index(off.argmax(), off.shape)
        within = max(map(np.max, filter(len, parts)), default=0) < sizes.max()
        raise failed(
            f"split_indices: {_NAMES[part]} has {counts[part, kind]} of the "
            f"{sizes[kind]} samples of class {kind}.",
            f"With ratios {ratios} its share is {shares[part, kind]:g}; one more or "
            "less is right, too.",
            "split-places-in-class"
            if within and counts.sum() == len(targets)
            else _shares_mistake(counts, sizes, ratios),
        )
    passed(
        "split_indices",
        f"Shares of each class, ratios {_listed([r for r, *_ in RATIOS])}.",
    )


def _shares_mistake(counts: Array, sizes: Array, ratios: Shape) -> str | None:
    total = counts.sum(axis=1)
    share = np.array(ratios) / sum(ratios)
    for order in permutations(range(3)):
        if (np.abs(counts - np.outer(share[list(order)], sizes)) <= 1).all():
            return "split-parts-swapped"
    if (np.abs(counts - np.outer((0.6, 0.2, 0.2), sizes)) <= 1).all():
        return "split-ratios-ignored"
    if (np.abs(counts - sizes / 3) <= 1).all():
        return "split-in-thirds"
    if (counts[0] == sizes).all() and not total[1:].any():
        return "split-ratios-not-normalized"
    if not total.all():
        return "split-part-empty"
    if (counts.sum(axis=0) > 0).sum() == 1:
        return "split-one-class-only"
    if not counts.sum(axis=0).all():
        return "split-incomplete"
    rest = 1 - share[0]
    once_more = share[0], rest * share[1], rest * (1 - share[1])
    if (np.abs(counts - np.outer(once_more, sizes)) <= 1.5).all():
        return "split-share-of-the-rest"
    if ratios[1] != ratios[2] and (np.abs(counts[1] - counts[2]) <= 1).all():
        return "split-valid-like-test"
    if (np.abs(total - share * sizes.sum()) <= 3).all():
        return "split-not-stratified"
    return None


def stratified_split_partition(split_indices: Any, rng: Rng = None) -> None:
    """Check that every sample is in exactly one part, with and without a generator."""
    rng = np.random.default_rng(rng)
    for number_, sample in enumerate(_samples(rng)):
        seed = None if number_ == 1 else int(rng.integers(2**31))
        parts = _split(split_indices, sample, seed)
        count = len(sample.targets)
        everything = np.concatenate(parts)
        if everything.min(initial=0) < 0 or everything.max(initial=0) >= count:
            raise failed(
                "split_indices: an index is out of range.",
                f"There are {count} samples: indices go from 0 to {count - 1}.",
            )
        times = np.bincount(everything.astype(int), minlength=count)
        for first, second in ((0, 1), (0, 2), (1, 2)):
            shared = np.intersect1d(parts[first], parts[second])
            if len(shared):
                raise failed(
                    f"split_indices: {len(shared)} samples are in {_NAMES[first]} and "
                    f"in {_NAMES[second]}.",
                    f"One of them is number {shared[0]}.",
                    "split-parts-overlap",
                )
        if (times > 1).any():
            raise failed(
                f"split_indices: {(times > 1).sum()} samples occur twice in a part.",
                "",
                "split-repeats",
            )
        if (times == 0).any():
            raise failed(
                f"split_indices: {(times == 0).sum()} of {count} samples are lost.",
                "",
                "split-incomplete",
            )
    passed("split_indices", "Disjoint and complete.")


def stratified_split_shuffled(split_indices: Any, rng: Rng = None) -> None:
    """Check that chance decides, and that it comes from the generator alone."""
    rng = np.random.default_rng(rng)
    for sample in _samples(rng):
        seed = int(rng.integers(2**31))
        first = _split(split_indices, sample, seed)
        again = _split(split_indices, sample, seed)
        if not all(map(np.array_equal, first, again)):
            raise failed(
                "split_indices: generators in the same state give different splits.",
                "",
                "split-chance-elsewhere",
            )
        others = [_split(split_indices, sample, seed + n) for n in (1, 2)]
        if found := _undrawn(sample.targets, [first, *others]):
            what, by_order = found
            raise failed(
                f"split_indices: {what}, whatever the generator.",
                "",
                "split-in-file-order" if by_order else "split-ignores-generator",
            )
        try:
            free = [_split(split_indices, sample, None) for _ in range(3)]
        except CheckFailed:
            continue  # `stratified_split_partition` says so
        if found := _undrawn(sample.targets, free):
            raise failed(
                f"split_indices: without a generator, {found[0]}.",
                "",
                "split-always-the-same",
            )
    passed("split_indices", "Random, and the same for a generator in the same state.")


def _undrawn(
    targets: Array, splits: Sequence[Sequence[Array]]
) -> tuple[str, bool] | None:
    """Find what is the same in all splits, though there was something to draw.

    Returns
    -------
    what : str
        Which parts, and of which class if not of all.
    by_order : bool
        Whether these samples are neighbors in the file.
    """
    count = len(targets)
    whole = _whole_classes(targets, splits[0])
    masks = {"": np.full(count, True)}
    if not whole:
        masks |= {f" of class {kind}": targets == kind for kind in np.unique(targets)}
    for of, mask in masks.items():
        chosen = [[part[mask[part % count]] for part in split] for split in splits]
        if of and sum(map(len, chosen[0])) != mask.sum():
            continue  # some are lost, or no indices
        # Where each class is whole in one part, which sample is where says nothing; the
        # order in which they come may.
        held = [[x if whole else np.unique(x) for x in each] for each in chosen]
        fixed = [
            i
            for i, (a, *rest) in enumerate(zip(*held, strict=True))
            # An empty part, one with all samples, or one with a sample twice, is
            # another question.
            if 0 < len(a) == len(chosen[0][i]) < mask.sum()
            if all(np.array_equal(a, b) for b in rest)
        ]
        if fixed:
            by_order = all(
                _in_order(targets, each[i]) for i in fixed for each in chosen[::2]
            )
            names = ", ".join(_NAMES[i] for i in fixed)
            return f"{names} always holds the same samples{of}", by_order
    return None


def _whole_classes(targets: Array, parts: Sequence[Array]) -> bool:
    """Whether each class is in one part as a whole: then there is nothing to draw."""
    kinds = [set(targets[part % len(targets)].tolist()) for part in parts]
    return not any(a & b for a, b in ((kinds[0], kinds[1] | kinds[2]), kinds[1:]))


def _in_order(targets: Array, part: Array) -> bool:
    """Whether a part's members of each class are neighbors in the file."""
    for kind in np.unique(targets):
        place = np.cumsum(targets == kind)[part[targets[part] == kind]]
        if len(place) and place.max() - place.min() != len(place) - 1:
            return False
    return True


# --- networks -------------------------------------------------------------------------


class _Layer(NamedTuple):
    """A layer with weights, as it ran.

    Attributes
    ----------
    kind : str
        ``conv``, ``linear``, ``norm`` or ``other``.
    shape : tuple of int
        Of its weight.
    own : dict of str to str
        Names in the model of its arrays, by their names in the layer.
    shapes : dict of str to tuple
        Of all its arrays.
    """

    kind: str
    shape: Shape
    own: dict[str, str]
    shapes: dict[str, Shape]

    def __str__(self) -> str:
        if self.kind == "linear":
            return f"linear {self.shape[1]} -> {self.shape[0]}"
        if self.kind == "conv":
            kernel = " x ".join(map(str, self.shape[2:]))
            return f"conv {kernel} {self.shape[1]} -> {self.shape[0]}"
        if self.kind == "norm":
            return f"batch norm {self.shape[0]}"
        return f"{self.kind} {self.shape}"


Values = dict[str, Array]


def _layer(traced: dict[str, Any]) -> _Layer:
    shapes = {name: tuple(shape) for name, shape in traced["shapes"].items()}
    shape = shapes.get("weight", ())
    kind = {2: "linear", 4: "conv"}.get(len(shape), str(traced["kind"]))
    if len(shape) == 1 and "running_mean" in shapes:
        kind = "norm"
    return _Layer(kind, shape, dict(traced["own"]), shapes)


class _Net:
    """A student's network and the layers that ran in it.

    Parameters
    ----------
    name : str
    model_class : object
        The student's.
    arguments : dict
        For the constructor.
    expected : list of (str, tuple)
        Kind and weight's shape of each layer, those of one shape in order.
    rng : numpy.random.Generator
    """

    def __init__(
        self,
        name: str,
        model_class: Any,
        arguments: dict[str, Any],
        expected: list[tuple[str, Shape]],
        rng: np.random.Generator,
    ) -> None:
        told = ", ".join(f"{key}={value}" for key, value in arguments.items())
        self.what = f"{name}({told})"
        self.name, self.question, self.rng = name, name.lower(), rng
        self.expected = expected
        self.size, self.classes = arguments["image_size"], arguments["num_classes"]
        make_model = partial(model_class, **arguments)
        self.model = call(self.question, self.what, make_model)
        traced, out = self._near("trace", self._images(4), False)
        self.layers = [_layer(each) for each in traced]
        self.output = array(
            self.question, f"{self.what}: the output of 4 images", out,
            (4, self.classes),
        )  # fmt: skip

    def _near(self, helper: str, *args: Any) -> Any:
        try:
            return make(self.model, helper, self.model, *args)
        except StudentError as error:
            raise failure(self.question, f"{self.name}.forward", error) from None

    def hides_layers(self) -> bool:
        """Whether the model does not find some of its layers: no values get there."""
        return any(not any(layer.own.values()) for layer in self.layers)

    def _images(self, count: int) -> Array:
        shape = (count, 3, self.size, self.size)
        return self.rng.normal(size=shape).astype(np.float32)

    def judge_layers(self) -> None:
        """See that the layers are those expected, each used once and registered."""
        seen: set[str] = set()
        for layer in self.layers:
            names = {name for name in layer.own.values() if name}
            if not names:
                raise failed(
                    f"{self.name}: {layer} is not among the model's parameters.",
                    "model.parameters() does not find it, so no optimizer moves it.",
                    "layer-not-registered",
                )
            if names & seen:
                raise failed(
                    f"{self.name}: {layer} is used twice.",
                    "Each layer has weights of its own.",
                    "layer-shared",
                )
            seen |= names
        found = [(layer.kind, layer.shape) for layer in self.layers]
        if sorted(found) != sorted(self.expected):
            raise failed(
                f"{self.name} does not have the right layers.",
                f"For {self.what}\nexpected, in some order: {_told(self.expected)}"
                f"\nbut these ran: {_told(found) or 'none'}.",
                _layers_mistake(found, self.expected),
            )
        shapes = self._near("shapes")
        if unused := [name for name in shapes if name not in seen]:
            raise failed(
                f"{self.name} has parameters that do nothing: {', '.join(unused[:4])}.",
                "They are made, but the output does not depend on them.",
                "layer-unused",
            )

    def find(self, kind: str, shape: Shape) -> list[_Layer]:
        """Layers of a kind and a weight's shape, in the order they ran."""
        return [x for x in self.layers if (x.kind, x.shape) == (kind, shape)]

    def fill(self, random: bool) -> dict[int, Values]:
        """Give every layer new values: random ones, or zeros and neutral batch norms.

        Returns
        -------
        dict of int to dict
            Values by their names in the layer; 0 for a bias that the layer lacks.
        """
        normal = self.rng.standard_normal
        filled = {}
        for number_, layer in enumerate(self.layers):
            values: Values = {}
            for name, shape in layer.shapes.items():
                if name == "num_batches_tracked":
                    continue
                if name == "running_var":
                    values[name] = self.rng.uniform(0.5, 2, shape)
                elif layer.kind == "norm" and name == "weight":
                    sign = self.rng.choice([-1.0, 1.0], shape)
                    values[name] = self.rng.uniform(0.5, 1.5, shape) * sign
                elif name == "weight":
                    fan_in = int(np.prod(shape[1:]))
                    values[name] = normal(shape) * (2 / fan_in) ** 0.5
                else:
                    values[name] = normal(shape)
                if not random:
                    neutral = layer.kind == "norm" and name in ("weight", "running_var")
                    values[name] = np.full(shape, float(neutral))
            values.setdefault("bias", np.zeros(layer.shape[0]))
            filled[number_] = values
        return filled

    def load(self, values: dict[int, Values]) -> None:
        """Hand all values to the student's network."""
        named = {
            layer.own[name]: value
            for number_, layer in enumerate(self.layers)
            for name, value in values[number_].items()
            if layer.own.get(name)
        }
        self._near("load", named)

    def values_of(
        self, values: dict[int, Values], kind: str, shape: Shape
    ) -> list[Values]:
        """Values of the layers of a kind and shape, in the order they ran."""
        return [
            values[number_]
            for number_, layer in enumerate(self.layers)
            if (layer.kind, layer.shape) == (kind, shape)
        ]

    def run(self, x: Array) -> Array:
        """Logits in eval mode."""
        out = self._near("run", x, False)
        return array(self.question, f"{self.name}.forward", out, (len(x), self.classes))

    def judge_gradients(self) -> None:
        """See that a gradient reaches every parameter in train mode."""
        x = self.rng.normal(size=(4, 3, self.size, self.size))
        dy = self.rng.normal(size=(4, self.classes))
        gradients, _ = self._near("backward", x, dy, True)
        if missed := [name for name, value in gradients.items() if value is None]:
            raise failed(
                f"{self.name}: no gradient reaches {', '.join(missed[:4])}.",
                "Autograd finds no way from the output to it.",
                "gradient-cut",
            )


def _told(layers: list[tuple[str, Shape]]) -> str:
    return "; ".join(str(_Layer(kind, shape, {}, {})) for kind, shape in layers)


_DEFAULT_SIZES = {21168, 25600, 2048, 1024, 256, 128, 64}
"""Sizes of the networks by default, but those that others share: 512, 10 and 3."""


def _layers_mistake(
    found: list[tuple[str, Shape]], expected: list[tuple[str, Shape]]
) -> str | None:
    """Name the reason why these layers are not those."""
    extra, lacking = list(found), []
    for layer in expected:
        if layer in extra:
            extra.remove(layer)
        else:
            lacking.append(layer)
    kinds = {kind for kind, _ in lacking}, {kind for kind, _ in extra}
    linears = [shape for kind, shape in extra if kind == "linear"]
    if any(
        kind == "linear"
        and shape[0] == 512
        and (width, shape[1]) in linears
        and any(into == width for _, into in linears)
        for kind, shape in lacking
        for width, _ in linears
    ):
        return "hidden-width"
    wide = {side for _, shape in extra for side in shape[:2]} & _DEFAULT_SIZES
    if wide - {side for _, shape in expected for side in shape[:2]}:
        return "sizes-ignored"
    if _out_of_order(_widths(found), _widths(expected)):
        return "widths-out-of-order"
    if "conv" in kinds[0] and not extra:
        return "convolution-missing"
    if kinds == ({"norm"}, set()):
        return "norm-missing"
    if kinds[0] == {"norm"} and not kinds[1] & {"norm", "linear", "conv"}:
        kept = any(kind.startswith("BatchNorm") for kind in kinds[1])
        return "statistics-of-the-batch" if kept else "not-batch-norm"
    if kinds == (set(), {"norm"}):
        return "batch-norm-too-many"
    if kinds == ({"linear"}, set()):
        return "layer-missing"
    if kinds[1] == {"linear"} and not lacking:
        return "layer-too-many"
    if "conv" in kinds[0] and "conv" in kinds[1]:
        kernels = {shape[2:] for kind, shape in extra if kind == "conv"}
        if kernels and kernels != {(3, 3)}:
            return "kernel-size"
    if [k for k, _ in lacking] == ["linear"] and [k for k, _ in extra] == ["linear"]:
        wanted, came = lacking[0][1], extra[0][1]
        return "linear-input-size" if wanted[0] == came[0] else None
    return None


def _widths(layers: list[tuple[str, Shape]]) -> list[int]:
    """Channels of the blocks, in the order in which they run."""
    return list(dict.fromkeys(shape[0] for kind, shape in layers if kind == "conv"))


def _out_of_order(found: list[int], expected: list[int]) -> bool:
    return found != expected and sorted(found) == sorted(expected)


Candidates = Callable[[dict[int, Values], Array, str], Iterator[Array]]
"""From values, images and a mistake's name: logits for each order of flattening."""


def _judge_function(net: _Net, logits: Candidates, mistakes: Sequence[str]) -> None:
    """Load random values; compare eval outputs with those of a reference.

    Any order of channels, rows and columns is right where something is flattened.
    Mistakes may have variants, after a slash.
    """
    values = net.fill(random=True)
    net.load(values)
    x = net.rng.normal(size=(4, 3, net.size, net.size))
    out = net.run(x)
    if not same(out, net.run(x), 1e-9):
        raise failed(
            f"{net.name} in eval mode gives other outputs each time.",
            "",
            "dropout-in-eval",
        )

    if not same(net.run(x[:1]), out[:1], 1e-3):
        raise failed(
            f"{net.name} in eval mode gives an image other logits where it is alone in "
            "the batch.",
            "",
            "batch-of-one",
        )

    def like(mistake: str) -> bool:
        return any(same(out, each, 1e-3) for each in logits(values, x, mistake))

    if like(""):
        return
    expected = next(logits(values, x, ""))
    name = next((m for m in mistakes if like(m)), "").partition("/")[0]
    if same(out.sum(axis=1), np.ones(len(out)), 1e-3):
        name = "softmax-in-model"
    elif same(np.exp(out).sum(axis=1), np.ones(len(out)), 1e-3):
        name = "log-softmax-in-model"
    elif any(same(out, _positive(each), 1e-3) for each in logits(values, x, "")):
        name = "relu-on-logits"
    worst = np.unravel_index(np.abs(out - expected).argmax(), out.shape)
    raise failed(
        f"{net.name} in eval mode gives wrong logits.",
        f"The layers are right; with random weights in them, at {net.what}, the "
        f"logit {[int(i) for i in worst]} is {out[worst]:.6g}, expected "
        f"{expected[worst]:.6g}.",
        name or None,
    )


def _flattened(x: Array) -> Iterator[Array]:
    """Flatten (N, C, H, W) in each order of the axes."""
    for order in permutations((1, 2, 3)):
        yield x.transpose(0, *order).reshape(len(x), -1)


def _affine(x: Array, values: Values) -> Array:
    return np.asarray(x @ values["weight"].T + values["bias"])


def _normed(x: Array, values: Values) -> Array:
    shape = (1, -1) + (1,) * (x.ndim - 2)
    mean, var, weight, bias = (
        values[name].reshape(shape)
        for name in ("running_mean", "running_var", "weight", "bias")
    )
    return np.asarray((x - mean) / np.sqrt(var + 1e-5) * weight + bias)


def _positive(x: Array) -> Array:
    return np.asarray((x + np.abs(x)) / 2)


def _judge_defaults(
    name: str, model_class: Any, expected: list[tuple[str, Shape]]
) -> None:
    """See that the constructor's defaults are those asked for: 84 x 84, 10 classes."""
    question = name.lower()
    try:
        traced, shape = make(model_class, "defaults", model_class, (2, 3, 84, 84))
    except StudentError as error:
        raise failure(question, f"{name}() on images of 84 x 84", error) from None
    found = sorted((x.kind, x.shape) for x in map(_layer, traced))
    if found != sorted(expected) or tuple(shape) != (2, 10):
        raise failed(
            f"{name}() does not have the sizes that it has by default.",
            f"expected, in some order: {_told(sorted(expected))}\n"
            f"but these ran: {_told(found)}.",
            "defaults-changed",
        )


def _two_layer(pixels: int, classes: int, hidden: int) -> list[tuple[str, Shape]]:
    return [
        ("linear", (hidden, pixels)),
        ("norm", (hidden,)),
        ("linear", (classes, hidden)),
    ]


def _gelu(y: Array) -> Array:
    return np.asarray(y * (1 + np.vectorize(math.erf)(y / 2**0.5)) / 2)


_OTHER_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "not-relu/leaky": lambda y: np.where(y > 0, y, 0.01 * y),
    "not-relu/leaky-0.1": lambda y: np.where(y > 0, y, 0.1 * y),
    "not-relu/leaky-0.2": lambda y: np.where(y > 0, y, 0.2 * y),
    "not-relu/elu": lambda y: np.where(y > 0, y, np.expm1(np.minimum(y, 0))),
    "not-relu/selu": lambda y: (
        1.0507009873554805
        * np.where(y > 0, y, 1.6732632423543772 * np.expm1(np.minimum(y, 0)))
    ),
    "not-relu/gelu": _gelu,
    "not-relu/gelu-tanh": lambda y: (
        y / 2 * (1 + np.tanh((2 / np.pi) ** 0.5 * (y + 0.044715 * y**3)))
    ),
    "not-relu/silu": lambda y: y / (1 + np.exp(-y)),
    "not-relu/softplus": lambda y: np.logaddexp(0, y),
    "not-relu/mish": lambda y: y * np.tanh(np.logaddexp(0, y)),
    "not-relu/relu6": lambda y: np.clip(y, 0, 6),
    "not-relu/hardtanh": lambda y: np.clip(y, -1, 1),
    "not-relu/tanh": np.tanh,
    "not-relu/sigmoid": lambda y: 1 / (1 + np.exp(-y)),
}

_TWO_LAYER_MISTAKES = (
    *("relu-before-batch-norm", "relu-missing"),
    *_OTHER_ACTIVATIONS,
)


def two_layer_net_function(TwoLayerNet: Any, rng: Rng = None) -> None:
    """Check layers, sizes, logits in eval mode, and gradients of `TwoLayerNet`."""
    rng = np.random.default_rng(rng)
    for size, classes, hidden in ((6, 10, 24), (9, 7, 16), (5, 3, 33)):
        pixels = 3 * size**2
        net = _Net(
            "TwoLayerNet", TwoLayerNet,
            {"image_size": size, "num_classes": classes, "hidden": hidden},
            _two_layer(pixels, classes, hidden), rng,
        )  # fmt: skip
        net.judge_layers()

        def logits(
            values: dict[int, Values],
            x: Array,
            mistake: str,
            net: _Net = net,
            sizes: Shape = (pixels, classes, hidden),
        ) -> Iterator[Array]:
            pixels, classes, hidden = sizes
            (first,) = net.values_of(values, "linear", (hidden, pixels))
            (norm,) = net.values_of(values, "norm", (hidden,))
            (last,) = net.values_of(values, "linear", (classes, hidden))
            for flat in _flattened(x):
                y = _activated(_affine(flat, first), norm, mistake, 0)
                yield _affine(y, last)

        _judge_function(net, logits, _TWO_LAYER_MISTAKES)
        net.judge_gradients()
    _judge_defaults("TwoLayerNet", TwoLayerNet, _two_layer(21168, 10, 1024))
    passed("TwoLayerNet", "Layers, sizes, defaults, logits and gradients.")


def _activated(y: Array, norm: Values, mistake: str, place: int) -> Array:
    """Batch norm and ReLU, or what a mistake makes of them."""
    if mistake in ("relu-missing", f"relu-missing/{place}"):
        return _normed(y, norm)
    kind, _, places = mistake.partition("@")
    if not places or str(place) in places.split(","):
        if kind.startswith("relu-before-batch-norm"):
            return _normed(_positive(y), norm)
        if kind == "relu-missing/some":
            return _normed(y, norm)
        if kind in _OTHER_ACTIVATIONS:
            return _OTHER_ACTIVATIONS[kind](_normed(y, norm))
    return _positive(_normed(y, norm))


def two_layer_net_dropout(TwoLayerNet: Any, rng: Rng = None) -> None:
    """Check rate and place of the dropout of `TwoLayerNet`, in train mode."""
    rng = np.random.default_rng(rng)
    size, classes = 4, 12
    pixels = 3 * size**2
    net = _Net(
        "TwoLayerNet", TwoLayerNet,
        {"image_size": size, "num_classes": classes, "hidden": 12},
        _two_layer(pixels, classes, 12), rng,
    )  # fmt: skip
    if net.hides_layers():
        _judge_last_dropout(
            lambda: _Net(
                "TwoLayerNet", TwoLayerNet,
                {"image_size": size, "num_classes": classes, "hidden": 1},
                _two_layer(pixels, classes, 1), rng,
            ),
            alone=True,
        )  # fmt: skip
        passed("TwoLayerNet", "Dropout 0.5 in train mode, none in eval mode.")
        return
    paths = _Paths(net, (12, 12))
    paths.judge({"inject": (12, pixels)}, [(12, 12)], [0.5], "the hidden layer")
    found = paths.outcomes({}, [(12, pixels)], 1)
    if found is not None and not paths.like(found, (0.0, 0.5)):
        raise failed(
            "TwoLayerNet: there is another dropout before the hidden layer's.",
            "",
            "dropout-too-many",
        )
    passed("TwoLayerNet", "Dropout 0.5 in train mode, none in eval mode.")


def _judge_last_dropout(make_net: Callable[[], _Net], alone: bool) -> None:
    """See the dropout of a last hidden layer of width 1, whatever the weights are.

    What an image's logits have above the bias is 0, or twice as much in train mode as
    in eval mode, if there is no other dropout: else it is 0 for half of the images. A
    dropout that the model does not find stays in train mode: that is for another
    check to say.

    Parameters
    ----------
    make_net : callable
        Makes the network, with new weights.
    alone : bool
        Whether it is the only dropout of the network.
    """
    for _ in range(8):
        net = make_net()
        x = net._images(400)
        still, again = (np.asarray(net._near("run", x, False)) for _ in range(2))
        runs = np.array([net._near("dropped", x) for _ in range(12)])
        if not same(runs.std(axis=(0, 1)), np.zeros(runs.shape[2]), 1e-3):
            break  # else its ReLU lets nothing through
    rests = same(still, again, 1e-5)
    if not runs.any(axis=2).all():
        raise failed(
            f"{net.name}: in train mode, logits are set to 0.",
            "",
            "dropout-after-output",
        )
    near = 1e-4 * np.abs(runs).max()
    _, places, counts = np.unique(
        np.round(runs[0] / near / 10), axis=0, return_index=True, return_counts=True
    )
    bias = runs[0, places[counts.argmax()]]
    dropped = (np.abs(runs - bias) <= near).all(axis=2)
    # Of some images, ReLU lets nothing through.
    seen = dropped[:, ~dropped.all(axis=0)]
    share = float(seen.mean()) if seen.size else 0.0
    name = None
    if counts.max() < 0.35 * len(x) or share < 0.05:
        name = "dropout-missing"
    elif not alone:
        return
    elif rests:
        kept = np.abs(runs - bias - 2 * (still - bias)) <= 10 * near
        name = None if (dropped | kept.all(axis=2)).all() else "dropout-rate"
    else:
        high, low = (
            end(np.where(dropped[..., None], other, runs), axis=0)
            for end, other in ((np.max, -np.inf), (np.min, np.inf))
        )
        if (high - low > near).any():
            name = "layer-not-registered"
        elif not 0.4 < share < 0.6:
            name = "dropout-rate"
    if name:
        raise failed(
            f"{net.name}: the dropout of the last hidden layer is wrong.",
            f"In train mode, {share:.0%} of what it gives is 0; expected half of it, "
            "and twice as much of the rest as in eval mode.",
            name,
        )


class _Paths:
    """Signals sent through a network in train mode, to see what dropout does to them.

    All weights are 0, so that nothing passes, but for those of one path, which hand
    each number on as it is; batch norms stay in eval mode and are neutral. A 1 that
    is sent comes out as 0, or times 1 / (1 - rate) for each dropout on its way. Where
    the activation is another than ReLU, which is for another check to say, it comes
    out as what the activations make of that.

    Parameters
    ----------
    net : _Net
    last : tuple of int
        Shape of the last layer's weight.
    """

    def __init__(self, net: _Net, last: Shape) -> None:
        self.net, self.last = net, last
        self.activations: list[Callable[[Array], Array]] = []
        """Those that would let through what came in eval mode, at the last signal."""

    def _values(self, path: dict[str, Any], weights: Sequence[Shape]) -> Any:
        values = self.net.fill(random=False)
        for number_, layer in enumerate(self.net.layers):
            if layer.shape in weights and layer.kind == "linear":
                values[number_]["weight"] = np.eye(layer.shape[0], layer.shape[1])
            if layer.shape == self.last and layer.kind == "linear":
                values[number_]["bias"] = np.full(layer.shape[0], 10.0)
        if at := path.get("inject"):
            source = [x for x in self.net.layers if (x.kind, x.shape) == ("linear", at)]
            norms = [x for x in self.net.layers if x.shape == (at[0],)]
            for number_, layer in enumerate(self.net.layers):
                if layer in (source if path.get("early") else norms):
                    values[number_]["bias"] = np.ones(at[0])
                    break
        return values

    def outcomes(
        self, path: dict[str, Any], weights: Sequence[Shape], depth: int
    ) -> Array | None:
        """Distinct values that come out in train mode, less the last layer's bias.

        None where, in eval mode, something else comes out than what `depth`
        activations make of the signal.
        """
        net = self.net
        if not net.find("linear", self.last):
            return None
        net.load(self._values(path, [*weights, self.last]))
        x = np.ones((400, 3, net.size, net.size))
        still = net.run(x[:2])
        bias = 10.0 if "bias" in net.find("linear", self.last)[0].shapes else 0.0
        self.activations = [
            f
            for f in (_positive, *_OTHER_ACTIVATIONS.values())
            if same(still, np.full(still.shape, bias + _repeated(f, depth)), 1e-5)
        ]
        if not self.activations:
            if same(still, net.run(x[:2]), 1e-9):
                return None
            raise failed(
                f"{net.name} in eval mode gives other outputs each time.",
                "",
                "dropout-in-eval",
            )
        out = np.asarray(net._near("dropped", x))
        if bias and np.isclose(out, 0).any():
            raise failed(
                f"{net.name}: in train mode, logits are set to 0.",
                "",
                "dropout-after-output",
            )
        # 400 images and 7 units or more: of own draws, no two such rows are alike.
        for axis, others in ((0, "images"), (1, "units of a layer")):
            if np.ptp(out) > 1e-4 >= np.ptp(out, axis=axis).max():
                raise failed(
                    f"{net.name}: dropout drops the same for all {others}.",
                    "",
                    "dropout-drawn-once",
                )
        return np.unique(np.round(out - bias, 4))

    def like(self, found: Array, rates: Sequence[float]) -> bool:
        """Whether these outcomes are those of dropouts with such rates.

        Parameters
        ----------
        found : ndarray
            From `outcomes`.
        rates : sequence of float
            Of the dropouts on the way; 0 for none. The first comes before the first
            activation, each of the others after one.
        """
        return any(_agree(found, _dropped(f, rates)) for f in self.activations)

    def judge(
        self,
        path: dict[str, Any],
        weights: Sequence[Shape],
        rates: Sequence[float],
        where: str,
    ) -> None:
        """See that the dropouts on a path have these rates, the first at `where`.

        Parameters
        ----------
        path : dict
            ``inject``: the linear layer after whose batch norm (or, with ``early``,
            before it) a 1 is sent; else the images are 1.
        weights : sequence of shapes
            Linear layers that hand the signal on.
        rates : sequence of float
            Of the dropouts on the way.
        where : str
        """
        inside = "inject" in path
        depth = len(rates) if inside else len(rates) - 1
        found = self.outcomes(path, weights, depth)
        if found is None and inside:  # its batch norm is missing or wrong
            found = self.outcomes({**path, "early": True}, weights, depth)
        if found is None:
            raise failed(
                f"{self.net.name}: dropout cannot be seen before the rest is right.",
                f"A signal of 1 that is sent from {where} does not reach the logits.",
            )
        before = (0.0,) if inside else ()
        if self.like(found, (*before, *rates)):
            return
        wanted, rest = (
            float(np.prod([1 / (1 - rate) for rate in some]))
            for some in (rates, rates[1:])
        )
        net, name = self.net, None
        told = ", ".join(f"{value:.4g}" for value in found[:6])
        details = (
            f"A signal of 1 comes out, in train mode, as {told}; with a dropout of "
            f"{rates[0]:g} there (and the ones after it) it is 0 or {wanted:.4g}."
        )
        if self.like(found, (*before, 0.0, *rates[1:])) or same(found, [0, rest], 1e-3):
            early = self.outcomes({**path, "early": True}, weights, depth)
            misplaced = early is not None and same(early, [0, wanted], 1e-3)
            name = "dropout-before-batch-norm" if misplaced else "dropout-missing"
        elif len(found) == 2 and found[0] == 0 and found[1] > rest:
            details += f"\nThe rate seems to be {1 - rest / found[1]:.3g}."
            name = "dropout-rate"
        raise failed(f"{net.name}: the dropout at {where} is wrong.", details, name)


def _repeated(f: Callable[[Array], Array], times: int) -> float:
    value = np.ones(1)
    for _ in range(times):
        value = f(value)
    return float(value[0])


def _dropped(f: Callable[[Array], Array], rates: Sequence[float]) -> Array:
    """What may come of a 1: dropout, then activation and dropout again and again."""
    values = np.ones(1)
    for place, rate in enumerate(rates):
        if place:
            values = f(values)
        if rate:
            values = np.append(values / (1 - rate), 0.0)
    return np.unique(np.round(values, 9))


def _agree(found: Array, expected: Array) -> bool:
    """Whether each value is near one of the others, either way."""
    near = np.abs(found[:, None] - expected) <= 1e-3 * max(np.abs(expected).max(), 1)
    return bool(near.any(axis=0).all() and near.any(axis=1).all())


def _residual(
    pixels: int, classes: int, widths: Sequence[int]
) -> list[tuple[str, Shape]]:
    sizes = [pixels, *widths]
    return [
        *(("linear", (out, into)) for into, out in pairwise(sizes)),
        *(("norm", (width,)) for width in widths),
        ("linear", (widths[1], pixels)),
        ("linear", (widths[3], widths[1])),
        ("linear", (classes, widths[3])),
    ]


def residual_mlp_function(ResidualMLP: Any, rng: Rng = None) -> None:
    """Check layers, shortcuts, sizes, eval logits and gradients of `ResidualMLP`."""
    rng = np.random.default_rng(rng)
    for size, classes, widths in (
        (4, 10, (20, 16, 12, 9)),
        (5, 4, (11, 17, 8, 14)),
    ):
        pixels = 3 * size**2
        net = _Net(
            "ResidualMLP", ResidualMLP,
            {"image_size": size, "num_classes": classes, "widths": widths},
            _residual(pixels, classes, widths), rng,
        )  # fmt: skip
        net.judge_layers()
        sizes = (pixels, *widths)

        def logits(
            values: dict[int, Values],
            x: Array,
            mistake: str,
            net: _Net = net,
            sizes: Shape = sizes,
        ) -> Iterator[Array]:
            for flat in _flattened(x):
                yield _residual_logits(net, values, flat, mistake, sizes)

        _judge_function(net, logits, _RESIDUAL_MISTAKES)
        net.judge_gradients()
    defaults = _residual(21168, 10, (2048, 1024, 512, 256))
    _judge_defaults("ResidualMLP", ResidualMLP, defaults)
    passed("ResidualMLP", "Layers, shortcuts, sizes, defaults, logits and gradients.")


def _residual_logits(
    net: _Net, values: dict[int, Values], x: Array, mistake: str, sizes: Shape
) -> Array:
    def linear(out: int, x: Array) -> Array:
        (found,) = net.values_of(values, "linear", (out, x.shape[1]))
        return _affine(x, found)

    source = x
    for place, width in enumerate(sizes[1:]):
        z = linear(width, x)
        (norm,) = net.values_of(values, "norm", (width,))
        if place in (0, 2):
            x = _activated(z, norm, mistake, place)
            continue
        side = linear(width, source) * (mistake != "shortcut-not-added")
        x = source = _joined(z, side, norm, mistake, place)
        if mistake == "shortcut-source":
            source = _normed(z, norm)
        if mistake == "shortcut-source/before-relu":
            source = _normed(z, norm) + side
    return linear(net.classes, x)


_RESIDUAL_MISTAKES = (
    *("shortcut-after-relu", "shortcut-before-batch-norm", "shortcut-not-added"),
    "shortcut-before-batch-norm/relu",
    *("relu-before-sum-too", "relu-missing", "relu-before-batch-norm"),
    *("shortcut-source", "shortcut-source/before-relu", "shortcut-subtracted"),
    *("relu-before-batch-norm/plain", *(f"relu-missing/{n}" for n in range(4))),
    *("shortcut-activated", *_OTHER_ACTIVATIONS),
)


def _joined(z: Array, side: Array, norm: Values, mistake: str, place: int) -> Array:
    """A layer with a shortcut: what is added where."""
    if mistake == "shortcut-after-relu":
        return _positive(_normed(z, norm)) + side
    if mistake == "shortcut-before-batch-norm":
        return _positive(_normed(z + side, norm))
    if mistake == "shortcut-before-batch-norm/relu":
        return _normed(_positive(z + side), norm)
    if mistake == "relu-before-sum-too":
        return _positive(_positive(_normed(z, norm)) + side)
    if mistake in ("relu-missing", f"relu-missing/{place}"):
        return _normed(z, norm) + side
    if mistake == "relu-before-batch-norm":
        return _normed(_positive(z), norm) + side
    if mistake == "shortcut-activated":
        return _positive(_normed(z, norm) + _positive(side))
    if mistake in _OTHER_ACTIVATIONS:
        return _OTHER_ACTIVATIONS[mistake](_normed(z, norm) + side)
    if mistake == "shortcut-subtracted":
        return _positive(_normed(z, norm) - side)
    return _positive(_normed(z, norm) + side)


def residual_mlp_dropout(ResidualMLP: Any, rng: Rng = None) -> None:
    """Check rates and places of the dropouts of `ResidualMLP`, in train mode."""
    rng = np.random.default_rng(rng)
    size, classes, widths = 4, 7, (11, 9, 8, 7)
    pixels = 3 * size**2
    net = _Net(
        "ResidualMLP", ResidualMLP,
        {"image_size": size, "num_classes": classes, "widths": widths},
        _residual(pixels, classes, widths), rng,
    )  # fmt: skip
    if net.hides_layers():
        narrow = (11, 9, 8, 1)
        _judge_last_dropout(
            lambda: _Net(
                "ResidualMLP", ResidualMLP,
                {"image_size": size, "num_classes": classes, "widths": narrow},
                _residual(pixels, classes, narrow), rng,
            ),
            alone=False,
        )  # fmt: skip
        passed("ResidualMLP", "Dropout in train mode, none in eval mode.")
        return
    sizes = pairwise((pixels, *widths))
    first, second, third, fourth = ((out, into) for into, out in sizes)
    paths = _Paths(net, (classes, widths[3]))
    paths.judge({"inject": fourth}, [], [0.5], "the fourth layer")
    paths.judge({"inject": third}, [fourth], [0.5, 0.5], "the third layer")
    paths.judge({"inject": second}, [third, fourth], [0.5] * 3, "the second layer")
    paths.judge(
        {"inject": first}, [second, third, fourth], [0.5] * 4, "the first layer"
    )
    paths.judge({}, [first, second, third, fourth], [0.2] + [0.5] * 4, "the input")
    _judge_shortcut_source(paths, [(widths[1], pixels), (widths[3], widths[1])])
    passed("ResidualMLP", "Dropout 0.2 and four of 0.5 in train mode, none in eval.")


def _judge_shortcut_source(paths: "_Paths", shortcuts: list[Shape]) -> None:
    """See that the first shortcut starts before the input's dropout.

    The second one may start before or after its source's dropout.
    """
    found = paths.outcomes({}, shortcuts, 2)
    if found is None:
        return  # there is no such way: `residual_mlp_function` says so
    # The second shortcut starts after its source's dropout, or before it.
    ways = ((0.5, 0.5), (0.0, 0.5))
    if not any(paths.like(found, (0.0, *way)) for way in ways):
        told = ", ".join(f"{value:.4g}" for value in found[:6])
        raise failed(
            "ResidualMLP: the dropout on the way of the shortcuts is wrong.",
            f"A signal of 1 from the image comes out of the two, in train mode, as "
            f"{told}; expected 0 or 4 (or 0 or 2, if the second shortcut starts before "
            "the second layer's dropout).",
            "shortcut-after-dropout"
            if any(paths.like(found, (0.2, *way)) for way in ways)
            else None,
        )


def _conv(size: int, classes: int, widths: Sequence[int]) -> list[tuple[str, Shape]]:
    layers: list[tuple[str, Shape]] = []
    for into, out in pairwise((3, *widths)):
        layers += [
            ("conv", (out, into, 3, 3)),
            ("norm", (out,)),
            ("conv", (out, out, 3, 3)),
            ("norm", (out,)),
        ]
    return [
        *layers,
        ("linear", (512, widths[2] * (size // 8) ** 2)),
        ("norm", (512,)),
        ("linear", (classes, 512)),
    ]


def cnn_function(ConvNet: Any, rng: Rng = None) -> None:
    """Check layers, logits in eval mode, and gradients of `ConvNet`."""
    rng = np.random.default_rng(rng)
    _judge_conv(ConvNet, 16, 10, (4, 6, 5), rng)
    net = _judge_conv(ConvNet, 8, 10, (5, 7, 4), rng)
    net.judge_gradients()
    if _without_dropout(net):
        raise failed(
            "ConvNet has no dropout.",
            "It comes after each pool, and in the hidden layer at the end. The rates "
            "are your choice.",
            "dropout-missing",
        )
    net.load(net.fill(random=False) | {len(net.layers) - 1: _ten(net.layers[-1])})
    out = np.asarray(net._near("dropped", np.ones((200, 3, 8, 8))))
    if "bias" in net.layers[-1].shapes and not same(out, np.full(out.shape, 10.0)):
        raise failed(
            "ConvNet: in train mode, logits are set to 0.", "", "dropout-after-output"
        )
    passed("ConvNet", "Layers, logits and gradients.")


def _without_dropout(net: _Net) -> bool:
    """Whether a network has no dropout at all; of any rate, as modules."""
    x = net._images(50).astype(float)
    if not same(net._near("dropped", x), net._near("run", x, False), 1e-6):
        return False
    for module in attempt(list, net.model.modules()):
        try:
            number(net.question, "p", attempt(getattr, module, "p"))
        except (StudentError, CheckFailed):
            continue
        return False
    return True


def _ten(layer: _Layer) -> Values:
    return {"weight": np.zeros(layer.shape), "bias": np.full(layer.shape[0], 10.0)}


def cnn_sizes(ConvNet: Any, rng: Rng = None) -> None:
    """Check that `ConvNet` honors its arguments, at odd sizes too, and its defaults."""
    rng = np.random.default_rng(rng)
    for size, classes, widths in ((17, 7, (4, 6, 5)), (30, 3, (7, 5, 6))):
        what = {"image_size": size, "num_classes": classes, "widths": widths}
        net = _Net("ConvNet", ConvNet, what, _conv(size, classes, widths), rng)
        _judge_sizes(net.what, net.layers, _conv(size, classes, widths))
    try:
        traced, _ = make(ConvNet, "defaults", ConvNet, (2, 3, 84, 84))
    except StudentError as error:
        raise failure("convnet", "ConvNet() on images of 84 x 84", error) from None
    layers = [_layer(x) for x in traced]
    _judge_sizes("ConvNet()", layers, _conv(84, 10, (64, 128, 256)))
    passed("ConvNet", "Images of 17, 30 and 84; the defaults.")


def _judge_sizes(
    what: str, layers: list[_Layer], expected: list[tuple[str, Shape]]
) -> None:
    """See widths, flattened size and classes, whatever else is in the network."""

    def sizes(some: list[tuple[str, Shape]]) -> list[Any]:
        linear = [shape for kind, shape in some if kind == "linear"]
        return [_widths(some), linear[0][1:], linear[-1][:1]]

    found = [(layer.kind, layer.shape) for layer in layers]
    if not any(kind == "linear" for kind, _ in found):
        raise failed(f"{what} has no linear layer.", f"These ran: {_told(found)}.")
    differ = [a != b for a, b in zip(sizes(found), sizes(expected), strict=True)]
    if any(differ):
        name = "sizes-ignored"
        if differ == [False, True, False]:
            name = "linear-input-size"
        elif _out_of_order(_widths(found), _widths(expected)):
            name = "widths-out-of-order"
        raise failed(
            f"{what} does not have the right sizes.",
            f"expected, in some order: {_told(expected)}\n"
            f"but these ran: {_told(found)}.",
            "defaults-changed" if what.endswith("()") else name,
        )


def _judge_conv(
    ConvNet: Any, size: int, classes: int, widths: Shape, rng: np.random.Generator
) -> _Net:
    what = {"image_size": size, "num_classes": classes, "widths": widths}
    net = _Net("ConvNet", ConvNet, what, _conv(size, classes, widths), rng)
    net.judge_layers()

    def logits(values: dict[int, Values], x: Array, mistake: str) -> Iterator[Array]:
        for flat in _flattened(_features(net, values, x, mistake, widths)):
            (first,) = net.values_of(values, "linear", (512, flat.shape[1]))
            (norm,) = net.values_of(values, "norm", (512,))
            (last,) = net.values_of(values, "linear", (classes, 512))
            y = _activated(_affine(flat, first), norm, mistake, 6)
            yield _affine(y, last)

    _judge_function(net, logits, _CONV_MISTAKES)
    return net


_SOME_PLACES = ("0,1,2,3,4,5", "0,2,4", "1,3,5", "6")
"""Of the seven activations: those of the blocks, the first or second ones; the last."""

_CONV_MISTAKES = (
    *("relu-before-batch-norm", "relu-missing", "pool-averages"),
    *("pool-too-early", "pool-too-early/block", "pool-too-early/norm"),
    "pool-too-early/second-norm",
    *(f"relu-missing/{place}" for place in range(7)),
    *(f"relu-missing/some@{places}" for places in _SOME_PLACES),
    *(f"relu-before-batch-norm/some@{places}" for places in _SOME_PLACES),
    *_OTHER_ACTIVATIONS,
    *(f"{other}@{places}" for other in _OTHER_ACTIVATIONS for places in _SOME_PLACES),
)


def _features(
    net: _Net, values: dict[int, Values], x: Array, mistake: str, widths: Shape
) -> Array:
    """What the convolutional part gives, (N, C, H, W)."""
    import torch

    place = 0
    for into, out in pairwise((3, *widths)):
        convs = [
            net.values_of(values, "conv", (out, fan_in, 3, 3))[0]
            for fan_in in (into, out)
        ]
        norms = net.values_of(values, "norm", (out,))
        early = mistake.startswith("pool-too-early")
        if mistake == "pool-too-early/block":
            x = _pooled(x)
        for second, (conv, norm) in enumerate(zip(convs, norms, strict=True)):
            given = torch.tensor(x), torch.tensor(conv["weight"])
            bias = torch.tensor(conv["bias"])
            y = torch.conv2d(*given, bias, padding=1).numpy()
            if mistake == ("pool-too-early/norm", "pool-too-early/second-norm")[second]:
                y = _pooled(y)
            x = _activated(y, norm, mistake, place)
            if mistake == "pool-too-early" and not second:
                x = _pooled(x)
            place += 1
        if not early:
            x = _pooled(x, mean=mistake == "pool-averages")
    return x


def _pooled(x: Array, mean: bool = False) -> Array:
    """Pool 2 x 2; what is over on the right and below is left out."""
    side = x.shape[2] // 2
    cells = x[:, :, : 2 * side, : 2 * side]
    cells = cells.reshape(*x.shape[:2], side, 2, side, 2)
    return np.asarray(cells.mean((3, 5)) if mean else cells.max(5).max(3))


# --- accuracy per class ---------------------------------------------------------------


def per_class_accuracy_matrix(confusion_matrix: Any, rng: Rng = None) -> None:
    """Check the confusion matrix, with classes that do not occur."""
    rng = np.random.default_rng(rng)
    question, what = "confusion", "confusion_matrix"
    for count, classes, present in (
        *((60, 4, 4), (200, 10, 10), (30, 7, 5), (1, 3, 3)),
        (2000, 3, 3),  # more of a kind than 8 bits hold
    ):
        targets = rng.integers(present, size=count)
        predictions = np.where(
            rng.random(count) < 0.5, targets, rng.integers(present, size=count)
        )
        if count > 1:  # a matrix that equals its transpose would hide a mistake
            predictions[targets == 0] = 1
            targets[0], predictions[0] = 0, 1

        def function(
            t: Any, p: Any, f: Any = confusion_matrix, classes: int = classes
        ) -> Any:
            return f(t, p, classes)

        value = _either(question, what, function, targets, predictions)
        expected = np.array(
            [
                [((targets == i) & (predictions == j)).sum() for j in range(classes)]
                for i in range(classes)
            ]
        )
        rows = np.maximum(expected.sum(axis=1, keepdims=True), 1)
        known = [
            ("confusion-transposed", expected.T),
            ("confusion-is-shares", expected / rows),
            ("confusion-is-shares", expected / count),
            ("confusion-is-binary", (expected > 0).astype(int)),
            *(("numbers-overflow", expected.astype(k)) for k in (np.int8, np.uint8)),
            ("confusion-without-mistakes", np.diag(np.diag(expected))),
            (
                "confusion-of-bins",
                np.histogram2d(targets, predictions, bins=classes)[0],
            ),
        ]
        if value is not None and np.shape(_plain(value)) != expected.shape:
            shape = np.shape(_plain(value))
            smaller = len(shape) == 2 and shape[0] == shape[1] < classes
            raise failed(
                f"{what} has the shape {shape}, expected {expected.shape}.",
                f"Classes up to {max(targets.max(), predictions.max())} occur, of "
                f"{classes}.",
                "confusion-too-small" if smaller else None,
            )
        _compare(question, what, value, expected, known, rtol=1e-6,
                 note=f"{count} samples, {classes} classes.")  # fmt: skip
    passed(what, "Five sets of samples; classes that do not occur.")


def per_class_accuracy_shares(per_class_accuracy: Any, rng: Rng = None) -> None:
    """Check the accuracy of each class, nan where it has no samples."""
    rng = np.random.default_rng(rng)
    question, what = "per-class", "per_class_accuracy"
    for classes, empty in ((3, None), (5, 2), (10, 0), (4, 3), (6, 5)):
        matrix = rng.integers(1, 20, (classes, classes))
        if empty is not None:
            matrix[empty] = 0
            matrix[1, 1] = 0  # samples, and none of them right
        if empty == 3:
            matrix[0] = 1, 0, 0, 0  # a single sample
        if empty == 5:
            matrix[:, 2] = 0  # samples, and none is taken for it
        value = _either(question, what, per_class_accuracy, matrix)
        if value is None:
            raise failed(f"{what} is None.", "", "nothing-returned")
        try:
            shares = _plain(value).astype(float)
        except (TypeError, ValueError):
            raise failed(
                f"{what} is not an array of numbers.", f"It is {value!r:.80}."
            ) from None
        if shares.shape != (classes,):
            raise failed(
                f"{what} has the shape {shares.shape}, expected {(classes,)}.",
                "",
                "accuracy-of-all-classes" if not shares.shape else None,
            )
        rows, columns = matrix.sum(axis=1), matrix.sum(axis=0)
        right = np.diag(matrix)
        there = rows > 0
        with np.errstate(all="ignore"):
            expected = right / rows
            known = [
                ("accuracy-by-column", (right / columns)[there]),
                ("accuracy-in-percent", 100 * expected[there]),
                ("accuracy-over-all", (right / matrix.sum())[there]),
                ("accuracy-of-pairs", (2 * right / (rows + columns))[there]),
                ("accuracy-of-pairs", (right / (rows + columns - right))[there]),
                ("accuracy-counts", right[there]),
                ("error-not-accuracy", (1 - expected)[there]),
                ("integer-division", (right // rows)[there]),
                (
                    "true-negatives-counted",
                    (1 - (rows + columns - 2 * right) / matrix.sum())[there],
                ),
            ]
        note = f"Classes {np.flatnonzero(there).tolist()} of {classes} have samples."
        unknown = there & np.isnan(shares)
        if unknown.any():
            raise failed(
                f"{what}: nan for a class that has samples.",
                "Expected nan for classes without, and nowhere else.",
                "class-of-one-sample"
                if (rows[unknown] == 1).all()
                else "class-never-predicted"
                if not columns[unknown].any()
                else None,
            )
        _compare(question, what, shares[there], expected[there], known, note=note)
        if not np.isnan(shares[~there]).all():
            raise failed(
                f"{what}: class {empty} has no samples, its accuracy is "
                f"{shares[~there].tolist()}.",
                "Expected nan there, and nowhere else.",
                "empty-class-not-nan",
            )
    passed(what, "Five matrices; nan for a class without samples.")


# --- the comparison -------------------------------------------------------------------


class _Answers:
    """What a scripted network answers, and the record of what it was asked.

    Both stay in the process of the check: a student learns what a network says of an
    image only by asking, and can ask only a network that was trained as far.

    Parameters
    ----------
    script : ndarray, shape (epochs + 1, n), int
        Predicted class of each sample, before training and after each epoch.
    sizes : ndarray, shape (epochs + 1, n)
        How large the logit of the predicted class is.
    num_classes : int
    batches : int
        Batches an epoch.
    direction : int
        1 or -1: which way a step downhill moves the weight.
    """

    def __init__(
        self,
        script: Array,
        sizes: Array,
        num_classes: int,
        batches: int,
        direction: int,
    ) -> None:
        self._script, self._sizes, self._batches = script, sizes, batches
        self._logits = np.eye(num_classes, dtype=np.float32)
        self._age = 0
        self._log: list[tuple[bool, list[int], float, bool]] = []
        self.direction = direction

    def logits(
        self,
        training: bool,
        age: int,
        samples: list[int],
        weight: float,
        added: bool = False,
    ) -> Array:
        """Return logits (n, C) after `age` batches of training.

        `added`: the gradient of the batch before was added to older ones.
        """
        known = self._script.shape[1]
        if not 0 <= age <= self._age or not all(0 <= n < known for n in samples):
            raise ValueError("The network was not trained that far, or on such images.")
        if samples:
            called = bool(training), list(samples), float(weight), bool(added)
            self._log.append(called)
        self._age += bool(training)
        row = min(age // self._batches, len(self._script) - 1)
        size = self._sizes[row, samples].astype(np.float32)
        return np.asarray(size[:, None] * self._logits[self._script[row, samples]])

    def epochs(self) -> float:
        """Epochs that the network was trained for."""
        return self._age / self._batches

    def trained_first(self) -> bool:
        """Whether training comes before anything is measured."""
        return bool(self._log and self._log[0][0])


class _Scene(NamedTuple):
    """A comparison of scripted networks, and what came of it.

    Attributes
    ----------
    rows : list of dict
        What the student's function returned, by lower-case keys.
    expected : list of dict
        What it should have, of the epochs that were trained: ``valid_accuracy``,
        ``test_accuracy``, ``test_loss``.
    wrong : list of dict
        By the name of a mistake, the value it would give, for each key.
    asked : list of _Answers
        What each network was asked.
    parts : tuple of range
        Numbers of the samples of train, valid and test.
    test_passes : int
        How often the test loader was asked for its batches.
    epochs, batches : int
    bests : list of int
        Number of the epoch, from 0, that is best on validation in all of them.
    """

    rows: list[dict[str, Any]]
    expected: list[dict[str, float]]
    wrong: list[dict[str, dict[str, float]]]
    asked: list[_Answers]
    parts: tuple[range, range, range]
    test_passes: int
    epochs: int
    batches: int
    bests: list[int]


_MODELS = ("two-layer", "residual", "cnn")


def _compared(
    compare: Any,
    rng: np.random.Generator,
    rows: bool = True,
    long: bool = False,
    elsewhere: bool = False,
    ends: bool = False,
) -> _Scene:
    """Run the student's `compare` on scripted networks and recorded loaders.

    Parameters
    ----------
    compare : object
    rng : numpy.random.Generator
    rows : bool
        Whether the table is judged.
    long : bool
        Whether there are many epochs after the best one.
    elsewhere : bool
        Whether networks and batches must be moved to the device.
    ends : bool
        Whether the last epoch is the best of the first network, and the first epoch
        that of the second.
    """
    question, what = "compare", "compare"
    classes, epochs = 5, 16 if long else 6
    sizes = ((6, 6, 4), (5, 3), (6, 4))
    counts = [sum(part) for part in sizes]
    starts = np.cumsum([0, *counts])
    parts = tuple(range(a, b) for a, b in pairwise(starts.tolist()))
    targets = rng.integers(1, classes, starts[-1])
    # In each batch, a sample of the class whose logit the weight moves.
    targets[np.cumsum([0, *np.concatenate(sizes)[:-1]])] = 0
    loaders = []
    for part, batch_sizes in zip(parts, sizes, strict=True):
        batches, at = [], part.start
        for size in batch_sizes:
            x = np.zeros((size, 3, 2, 2), np.float32)
            x[:, 0, 0, 0] = np.arange(at, at + size)
            batches.append((x, targets[at : at + size]))
            at += size
        loaders.append(_Loader(batches))
    models, scripts, asked = {}, [], []
    early = rng.permutation(3) + 1
    # No order by accuracy is that of the models; what the first has, none gets again.
    for place, (name, best_valid, best_test) in enumerate(
        zip(_MODELS, (8, 6, 7), rng.integers((4, 6, 1), (6, 9, 4)), strict=True)
    ):
        stop = int(early[place]) if long else None
        end = (epochs - 1, 0, None)[place] if ends else None
        valid, test = _right(rng, epochs, best_valid, int(best_test), stop, end)
        script = _script(rng, targets, parts, classes, valid, test)
        # The best epoch's mistakes on validation are the surest: the least loss is
        # that of another epoch.
        logits = np.full(script.shape, 20)
        for epoch in np.flatnonzero(valid == valid.max()):
            logits[epoch + 1, list(parts[1])] = 20 if long else 80
        direction = int(rng.choice([-1, 1]))
        scripts.append((script, logits, valid / counts[1], test / counts[2]))
        asked.append(_Answers(script, logits, classes, len(sizes[0]), direction))
        models[name] = make(compare, "Scripted", asked[-1], elsewhere)
    three = make(compare, "Loaders", *loaders, elsewhere)
    returned = call(question, what, compare, models, three, epochs, "cpu", pure=False)
    outcomes = [
        _outcomes(*each, targets, parts, sizes, _trained(answers, epochs))
        for each, answers in zip(scripts, asked, strict=True)
    ]
    return _Scene(
        _rows(returned) if rows else [],
        [expected for expected, _ in outcomes],
        [wrong for _, wrong in outcomes],
        asked,
        parts,  # type: ignore[arg-type]
        loaders[2]._passes,
        epochs,
        len(sizes[0]),
        [int(valid.argmax()) for _, _, valid, _ in scripts],
    )


def _trained(answers: _Answers, epochs: int) -> int:
    """How many epochs there were to choose from, for the table.

    `compare_budget` says where they are too few; the choice among them may be right.
    Of a single one, there is none: then all are expected.
    """
    count = answers.epochs()
    return int(count) if count in range(2, epochs) else epochs


def _outcomes(
    script: Array,
    logits: Array,
    valid: Array,
    test: Array,
    targets: Array,
    parts: Sequence[range],
    sizes: Sequence[Shape],
    trained: int,
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """What a row should say of a network, and what it says after a mistake."""
    valid, test = valid[:trained], test[:trained]
    best = int(np.argmax(valid))
    latest = trained - 1 - int(np.argmax(valid[::-1]))
    loss = 20 * (1 - test)
    valid_loss = [
        logits[epoch + 1, parts[1][0]] * (1 - valid[epoch]) for epoch in range(trained)
    ]
    surest = int(np.argmin(valid_loss))
    right = script[best + 1] == targets
    by_batch = [
        [x.mean() for x in np.split(right[part], np.cumsum(size)[:-1])]
        for part, size in zip(parts[1:], sizes[1:], strict=True)
    ]
    summed = 20 * np.sum(1 - np.array(by_batch[1]))
    expected = {
        "valid_accuracy": valid[best],
        "test_accuracy": test[best],
        "test_loss": loss[best],
    }
    # Where the best epoch is neither the first nor the last, these are right.
    left_out = {
        f"epochs-left-out/{name}": {
            "valid_accuracy": valid[some].max(),
            "test_accuracy": test[some][valid[some].argmax()],
            "test_loss": loss[some][valid[some].argmax()],
        }
        for name, some in (("first", slice(1, None)), ("last", slice(-1)))
    }
    wrong = left_out | {
        "untrained-counts": {"valid_accuracy": 1.0, "test_accuracy": 0.0},
        "untrained-counts/kept-later": {
            "valid_accuracy": 1.0,
            "test_accuracy": test[0],
        },
        "best-not-reset": {"valid_accuracy": 1.0},
        "last-epoch-not-best": {"test_accuracy": test[-1], "test_loss": loss[-1]},
        "chosen-on-test": {"test_accuracy": test.max(), "test_loss": loss.min()},
        "best-by-loss": {"test_accuracy": test[surest], "test_loss": loss[surest]},
        "latest-best": {"test_accuracy": test[latest], "test_loss": loss[latest]},
        "valid-for-test": {"test_accuracy": valid[best]},
        "valid-for-test/loss": {"test_loss": valid_loss[best]},
        "valid-for-test/last": {"test_loss": valid_loss[-1]},
        "softmax-twice": {"test_loss": np.log(1 + 4 / np.e) + 1 - test[best]},
        "mean-over-batches": {
            "valid_accuracy": np.mean(by_batch[0]),
            "test_accuracy": np.mean(by_batch[1]),
        },
        "mean-over-batches/loss": {"test_loss": 20 * (1 - np.mean(by_batch[1]))},
        "accuracy-in-percent": {
            "valid_accuracy": 100 * valid[best],
            "test_accuracy": 100 * test[best],
        },
        "accuracy-counts": {
            "valid_accuracy": len(parts[1]) * valid[best],
            "test_accuracy": len(parts[2]) * test[best],
        },
        "best-by-training": {"test_accuracy": test[0], "test_loss": loss[0]},
        "last-epoch-not-best/valid": {"valid_accuracy": valid[-1]},
        "loss-summed": {"test_loss": len(parts[2]) * loss[best]},
        "loss-summed/batches": {"test_loss": summed},
        "loss-not-times-n": {"test_loss": summed / len(parts[2])},
    }
    return expected, wrong


def _right(
    rng: np.random.Generator,
    epochs: int,
    best_valid: int,
    best_test: int,
    early: int | None,
    end: int | None,
) -> tuple[Array, Array]:
    """Draw how many images are right after each epoch.

    The best epoch on validation is not the best on test, nor the first, nor the last. A
    later one is as good, on validation; a third is the best of the others.

    Parameters
    ----------
    rng : numpy.random.Generator
    epochs : int
        6 or more.
    best_valid, best_test : int
        How many validation and test images are right in the best epoch.
    early : int, optional
        Number of the best epoch. Validation gets better until then, and no later one
        comes near.
    end : int, optional
        Number of the best epoch, the first or the last; no other one is as good.

    Returns
    -------
    valid, test : ndarray, shape (epochs,), int
    """
    if early is not None:
        valid = rng.integers(1, 5, epochs)
        valid[: early + 1] = [*sorted(rng.choice(5, early, False) + 1), best_valid]
        return valid, rng.integers(1, 9, epochs)
    best, second, lucky, runner = rng.permutation(np.arange(1, epochs - 1))[:4]
    best, second = min(best, second), max(best, second)
    others = rng.permutation(5)[: epochs - 2] + 1
    others = np.append(np.sort(others)[-1], rng.permutation(np.sort(others)[:-1]))
    valid = np.full(epochs, best_valid)
    rest = np.setdiff1d(np.arange(epochs), (best, second, runner))
    valid[[runner, *rest]] = others
    test = rng.choice(np.setdiff1d(np.arange(1, 9), best_test), epochs, False)
    test[lucky], test[best] = 9, best_test
    if end is not None:
        valid[second] = 0
        for right in (valid, test):
            right[[best, end]] = right[[end, best]]
    return valid, test


def _script(
    rng: np.random.Generator,
    targets: Array,
    parts: tuple[range, ...],
    classes: int,
    valid: Array,
    test: Array,
) -> Array:
    """Draw predictions of each epoch.

    Training images are predicted best before and after the first epoch. Before
    training, which is no candidate, all validation images are right, and no test
    image. Epochs that are equal on validation are so image by image.

    Parameters
    ----------
    rng : numpy.random.Generator
    targets : ndarray, shape (n,)
    parts : tuple of range
        Numbers of the samples of train, valid and test.
    classes : int
    valid, test : ndarray, shape (epochs,), int
        How many are right after each epoch.

    Returns
    -------
    ndarray, shape (epochs + 1, n)
    """
    train_part, valid_part, test_part = parts
    epochs = len(valid)
    # Wrong predictions, and never class 0: what the weight does to its logit must not
    # cancel out over a batch.
    drawn = rng.integers(1, classes - 1, (epochs + 1, len(targets)))
    script = 1 + (targets - 1 + drawn) % (classes - 1)
    order = rng.permutation(list(valid_part))
    for epoch in range(epochs):
        for chosen in (
            order[: valid[epoch]],
            rng.permutation(list(test_part))[: test[epoch]],
        ):
            script[epoch + 1, chosen] = targets[chosen]
    best, *equal = np.flatnonzero(valid == valid.max())
    for later in equal:
        script[later + 1, list(valid_part)] = script[best + 1, list(valid_part)]
    script[0, list(valid_part)] = targets[list(valid_part)]
    learned = np.array([n for n in train_part if targets[n]])
    for age in (0, 1):
        chosen = learned[:: age + 1]
        script[age, chosen] = targets[chosen]
    return script


def _rows(returned: Any) -> list[dict[str, Any]]:
    """The student's table as a list of rows with lower-case keys."""
    if returned is None:
        raise failed("compare is None.", "", "nothing-returned")
    rows: Any = returned
    if isinstance(returned, dict):
        # By name instead of in a list: the same table.
        rows = [
            {"model": name} | dict(returned[name])
            for name in _MODELS
            if isinstance(returned.get(name), dict)
        ]
    try:
        rows = [
            {
                str(k).lower().replace(" ", "_").replace("-", "_"): v
                for k, v in row.items()
            }
            for row in rows
        ]
    except Exception:
        rows = []
    if len(rows) != len(_MODELS):
        raise failed(
            "compare does not return a table of the three networks.",
            f"Expected a list of three dicts, got {returned!r:.200}.",
            "return-in-loop" if len(rows) == 1 else None,
        )
    return list(rows)


def compare_budget(compare: Any, rng: Rng = None) -> None:
    """Check that each network learns on the device, from each batch once an epoch."""
    rng = np.random.default_rng(rng)
    first = _compared(compare, rng, rows=False)
    train = first.parts[0]
    for place, (name, answers) in enumerate(zip(_MODELS, first.asked, strict=True)):
        log = answers._log
        learned = [call for call in log if call[1] and call[1][0] in train]
        mode = [call for call in learned if call[0]]
        seen = np.bincount([n for call in mode for n in call[1]], minlength=len(train))
        if len(mode) < len(learned) and (seen < first.epochs).any():
            raise failed(
                f"compare: {name} sees training batches in eval mode.",
                "",
                "train-mode-lost",
            )
        weights = [call[2] for call in mode]
        # The first step may be of length 0, where the rate is raised from 0.
        still = sum(a == b for a, b in pairwise(weights[1:]))
        if still:
            raise failed(
                f"compare: the weights of {name} do not change between two batches.",
                f"That happened {still} times in {len(weights)} training batches.",
                "step-once-per-epoch"
                if still < len(weights) - 2
                else "optimizer-of-another"
                if place
                else "no-step",
            )
        if any(call[3] for call in mode):
            raise failed(
                f"compare: a gradient of {name} is added to those before it.",
                "",
                "zero-grad-missing",
            )
        if any((b - a) * answers.direction < 0 for a, b in pairwise(weights)):
            raise failed(
                f"compare: steps of {name} make its loss larger.", "", "ascent"
            )
        if _outside(log, first.parts) == "trained-on-validation":
            raise failed(
                f"compare: {name} is trained on images that are not for training.",
                "",
                "trained-on-validation",
            )
    more = _compared(compare, rng, rows=False, long=True, elsewhere=True)
    for scene in (more, first):
        counts = [_epochs(answers, scene) for answers in scene.asked]
        if counts == [scene.epochs] * 3:
            continue
        told = ", ".join(
            f"{name} {count:g}" for name, count in zip(_MODELS, counts, strict=True)
        )
        raise failed(
            f"compare: the networks do not train for {scene.epochs} epochs each.",
            f"Epochs: {told}.",
            "return-in-loop"
            if counts == [scene.epochs, 0, 0]
            else "loader-used-up"
            if counts == [1, 0, 0]
            else "stopped-early"
            if _stopped_early(counts, scene)
            else "budget-unequal"
            if len(set(counts)) > 1
            else "epochs-off",
        )
    passed("compare", "The epochs asked for, for each network, and a step a batch.")


def _epochs(answers: _Answers, scene: _Scene) -> float:
    """How often a network saw the training images, in train mode."""
    train = scene.parts[0]
    calls = [mode for mode, numbers, *_ in answers._log if mode and numbers[0] in train]
    return len(calls) / scene.batches


def _stopped_early(counts: list[float], scene: _Scene) -> bool:
    """Whether training ends so many epochs after each network's best one.

    Or with the best one, where it is good enough.
    """
    waits = [count - best - 1 for count, best in zip(counts, scene.bests, strict=True)]
    ends = [
        wait for wait, count in zip(waits, counts, strict=True) if count < scene.epochs
    ]
    if not ends or max(ends) != min(ends) or max(counts) > scene.epochs:
        return False
    return ends[0] == 0 or all(
        count == min(best + 1 + ends[0], scene.epochs)
        for count, best in zip(counts, scene.bests, strict=True)
    )


def _outside(log: list[Any], parts: Sequence[range]) -> str | None:
    """What a network did in train mode with images that are not for training."""
    train, valid, _ = parts
    steps = [
        a[0] and b[0] and a[2] != b[2]
        for a, b in pairwise(log)
        if a[1][0] in valid and b[1][0] in valid
    ]
    if any(steps):
        return "trained-on-validation"
    outside = any(mode and numbers[0] not in train for mode, numbers, *_ in log)
    return "eval-mode-missing" if outside else None


def compare_selection(compare: Any, rng: Rng = None) -> None:
    """Check the table: best epochs by validation, and their weights' test scores."""
    rng = np.random.default_rng(rng)
    for ends in (False, False, True):
        scene = _compared(compare, rng, ends=ends)
        for name, answers in zip(_MODELS, scene.asked, strict=True):
            if mistake := _outside(answers._log, scene.parts):
                raise failed(
                    f"compare: {name} sees validation or test images in train mode.",
                    "",
                    mistake,
                )
        _judge_table(scene)
    passed("compare", "The best epoch by validation, measured on the test images.")


def _judge_table(scene: _Scene) -> None:
    """Compare the rows with those expected; name a mistake that explains all three."""
    trained = all(x.epochs() == scene.epochs for x in scene.asked)
    named = [str(row.get("model", ""))[:40] for row in scene.rows]
    if named != [*_MODELS]:
        if sorted(named) == sorted(_MODELS):
            raise failed(
                f"compare: the rows are those of {', '.join(named)}.",
                f"Expected the order of the models: {', '.join(_MODELS)}.",
                "rows-out-of-order",
            )
        raise failed(
            "compare: the rows do not say which networks they are of.",
            f"Expected, as model: {', '.join(_MODELS)}.\nThere came: "
            + "; ".join(str(row.get("model", "nothing"))[:40] for row in scene.rows),
            "row-without-name",
        )
    for name, row, expected in zip(_MODELS, scene.rows, scene.expected, strict=True):
        for key, wanted in expected.items():
            if key not in row:
                raise failed(
                    f"compare: the row of {name} has no {key}.",
                    f"It has {', '.join(row)}.",
                    "row-key-missing",
                )
            try:
                compared("compare", f"compare: {key} of {name}", row[key], wanted, 1e-4)
            except CheckFailed as error:
                known = (
                    mistake
                    for mistake in scene.wrong[0]
                    if trained or mistake != "best-by-training"
                    if all(
                        same(_plain(row[key]), wrong[mistake][key], 1e-4)
                        for row, wrong in zip(scene.rows, scene.wrong, strict=True)
                        for key in wrong[mistake]
                        if key in row
                    )
                )
                found = next(known, "").partition("/")[0]
                if found == "untrained-counts" and scene.asked[0].trained_first():
                    found = "epoch-not-over"
                raise failed(error.title, error.details, found or None) from None


def compare_test_set(compare: Any, rng: Rng = None) -> None:
    """Check that each network sees the test images once, after its training."""
    scene = _compared(compare, np.random.default_rng(rng), rows=False)
    train, _, test = scene.parts
    for name, answers in zip(_MODELS, scene.asked, strict=True):
        log = answers._log
        numbers = [n for call in log for n in call[1] if n in test]
        learned = [i for i, call in enumerate(log) if call[0] and call[1][0] in train]
        last = max(learned, default=-1)
        first = next((i for i, call in enumerate(log) if call[1][0] in test), len(log))
        if not numbers:
            raise failed(f"compare: {name} is not measured on the test images.")
        if first < last:
            raise failed(
                f"compare: {name} sees test images before its training is over.",
                "",
                "test-set-during-training",
            )
        if sorted(numbers) != list(test):
            raise failed(
                f"compare: {name} sees the test images {len(numbers) / len(test):g} "
                "times.",
                "",
                "test-set-twice",
            )
    if scene.test_passes > len(_MODELS):
        raise failed(
            f"compare: the test loader is gone through {scene.test_passes} times for "
            "three networks.",
            "",
            "test-set-twice",
        )
    passed("compare", "The test images are seen once, at the end.")


# --- the winner -----------------------------------------------------------------------


def compare_winner(
    compare: Any, TwoLayerNet: Any, ResidualMLP: Any, ConvNet: Any, rng: Rng = None
) -> float:
    """Train the student's networks with their `compare`; grade the convolutional one.

    A run that misses full marks is made once more; the better one counts.

    Returns
    -------
    float
        Points, by the steps of ``thresholds.toml`` for this data set.

    Raises
    ------
    CheckFailed
        If its accuracy on held-out images earns no point, or another network's is as
        good.
    """
    rng = np.random.default_rng(rng)
    row, device = measured(compare)
    beaten: list[str] = []

    def accuracy(losses: list[float]) -> float:
        found = held_out_accuracies(
            compare, TwoLayerNet, ResidualMLP, ConvNet,
            limits=row, device=device, rng=rng,
        )  # fmt: skip
        told = ", ".join(f"{key} {value:.2%}" for key, value in found.items())
        if found["cnn"] <= max(found["two-layer"], found["residual"]):
            beaten.append(told)
            return 0.0
        return found["cnn"]

    try:
        return threshold.graded(row, accuracy)
    except CheckFailed as error:
        if not beaten:
            raise
        raise failed(
            "compare: the convolutional network does not win.",
            f"Held-out images of {row['dataset']} that are right: {beaten[-1]}.",
        ) from error


def held_out_accuracies(
    compare: Any,
    TwoLayerNet: Any,
    ResidualMLP: Any,
    ConvNet: Any,
    *,
    limits: dict[str, Any],
    device: str,
    rng: np.random.Generator,
) -> dict[str, float]:
    """Run the student's comparison; score each network on images kept back.

    Parameters
    ----------
    compare, TwoLayerNet, ResidualMLP, ConvNet
        The student's.
    limits : dict
        A row of ``thresholds.toml``: ``dataset``, ``hidden``, ``mlp_widths``,
        ``cnn_widths``, ``epochs``, ``batch_size`` and the numbers of images.
    device : str
    rng : numpy.random.Generator

    Returns
    -------
    dict of str to float
        Accuracy by network: ``two-layer``, ``residual``, ``cnn``.
    """
    train, valid, held = held_out(limits, rng)
    mean, std = channel_stats(train.images)
    size, classes = train.images.shape[1], len(train.classes)
    models = {
        "two-layer": call("two-layer", "TwoLayerNet", TwoLayerNet, size, classes,
                          limits["hidden"]),
        "residual": call("residual", "ResidualMLP", ResidualMLP, size, classes,
                         tuple(limits["mlp_widths"])),
        "cnn": call("cnn", "ConvNet", ConvNet, size, classes,
                    tuple(limits["cnn_widths"])),
    }  # fmt: skip
    half = len(valid) // 2
    # Nothing erased; and memory as students know it, which may be flattened by a view.
    plain = False, device, False
    try:
        loaders = [
            make(compare, "image_loader", *part, count, mean, std, first, *plain)
            for part, count, first in (
                (train[:], limits["batch_size"], True),
                (valid[:half], 500, False),
                (valid[half:], 500, False),
            )
        ]
        trained = make(
            compare, "tested", compare, models, make(compare, "Loaders", *loaders),
            limits["epochs"], device,
        )  # fmt: skip
        logits = {
            name: make(compare, "logits", model, held.images, mean, std, device)
            for name, model in trained.items()
        }
    except StudentError as error:
        raise failure("compare", "compare", error) from None
    found = {}
    for name in models:
        out = array(
            "compare", f"{name}.forward", logits.get(name), (len(held), classes)
        )
        found[name] = float((out.argmax(axis=1) == held.targets).mean())
    return found


# --- helpers --------------------------------------------------------------------------


def _listed(shapes: Sequence[Shape]) -> str:
    return ", ".join(str(shape) for shape in shapes)
