"""Checks of Lab 1: a neural network by hand.

Every check draws fresh inputs from ``rng`` (by default, other ones at every call), and
works on the student's object itself as on a proxy of it (see `labkit.check.student`).
"""

import contextlib
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit import data
from labkit.check import threshold
from labkit.check.misconceptions import hint, same
from labkit.check.report import CheckFailed, passed
from labkit.check.stand_ins import Stage, Trace, random_one_hot, random_probs
from labkit.check.student import (
    StudentError,
    array,
    assign,
    attempt,
    call,
    compare,
    failure,
    fields,
    items,
    method,
    number,
    pair,
    recorded_warnings,
    replaced,
)
from labkit.gradcheck import directional_derivative, numerical_gradient
from labkit.nn import Parameter

_LEARNERS = (
    *("neural_network", "linear_model", "neighbors", "svm", "ensemble", "tree"),
    *("gaussian_process", "semi_supervised", "naive_bayes", "discriminant_analysis"),
)
FORBIDDEN = dict.fromkeys(
    (
        *("torch", "torchvision", "tensorflow", "jax", "autograd", "keras", "mxnet"),
        *(f"sklearn.{name}" for name in _LEARNERS),
    ),
    "it asks for gradients by hand, with NumPy.",
)
"""Modules that submissions must do without, and why."""

Array = NDArray[Any]
Rng = np.random.Generator | None
Shape = tuple[int, ...]

# Odd sizes, square ones (where a forgotten transpose still fits), a large one, and a
# batch of one.
LINEAR_SHAPES = ((5, 4, 3), (4, 4, 4), (7, 1, 5), (13, 9, 6), (1, 3, 2))
SHAPES = ((40, 30), (5, 4), (6, 6), (1, 3))
BATCHES = ((7, 10), (10, 10), (32, 10), (1, 10))
BATCH_SIZES = ((24, 24, 24), (20, 20, 7), (32, 5), (1,) * 8)


def _get(question: str, what: str, owner: Any, name: str) -> Any:
    try:
        return attempt(getattr, owner, name)
    except StudentError as error:
        raise failure(question, what, error) from None


@contextlib.contextmanager
def _because(name: str) -> Iterator[None]:
    """Give a failure within the block this explanation."""
    try:
        yield
    except CheckFailed as error:
        raise CheckFailed(error.title, error.details, hint(name)) from None


def _at_shapes(run: Callable[[Any], object], shapes: tuple[Any, ...]) -> None:
    """Run a check at each shape (N, ...); see whether a failure spares batches of 1."""
    for shape in shapes:
        try:
            run(shape)
        except CheckFailed as error:
            if error.hint is not None or shape[0] == 1:
                raise
            try:
                for _ in range(16 * min(shape[0], 8)):  # a few may be luck
                    run((1, *shape[1:]))
            except CheckFailed:
                raise error from None
            with _because("batch-size-one"):
                raise


def _forward_first(check: Callable[[], object], forward: Callable[[], object]) -> None:
    """Run a check; where it fails and `forward` does too, tell what `forward` says."""
    try:
        check()
    except CheckFailed:
        forward()
        raise


# --- Linear -------------------------------------------------------------------------


def linear_forward(Linear: Any, rng: Rng = None) -> None:
    """Check ``Linear.forward`` and the parameters that the constructor makes."""
    rng = np.random.default_rng(rng)
    layer = call("linear", "Linear(60, 50)", Linear, 60, 50)
    W, b = _linear_parameters(layer, 60, 50)
    spread = float(W.std())
    if not 0.005 < spread < 0.02 or abs(W.mean()) > 0.002 or b.any():
        raise CheckFailed(
            "The first weights are not those of the constructor that was given.",
            f"Expected W with a spread of 0.01 around 0, and b of zeros; the spread of "
            f"W is {spread:.3g}, its mean {W.mean():.3g}, and b "
            f"{'is not zero' if b.any() else 'is zero'}.",
        )
    for shape in LINEAR_SHAPES:
        layer, W, b = _linear(Linear, shape, rng)
        x, dy = _normal(rng, shape[0], shape[1]), np.zeros((shape[0], shape[2]))
        y = call("linear.forward", "Linear.forward", layer, x)
        expected = _linear_gradients(x, W, b, dy, "y")["y"]
        compare("linear.forward", "Linear.forward", y, expected, x=x, W=W, b=b)
        _unchanged_parameters("forward", layer, W, b)
    layer, W, b = _reassigned(layer, *shape[1:], rng)
    y = call("linear.forward", "Linear.forward", layer, x)
    with _because("stale-weights"):
        expected = _linear_gradients(x, W, b, dy, "y")["y"]
        compare("linear.forward", "Linear.forward", y, expected)
    passed("Linear.forward", f"Shapes (N, in, out): {_shapes(LINEAR_SHAPES)}.")


def linear_backward(Linear: Any, rng: Rng = None) -> None:
    """Check ``Linear.backward``: gradients at W, b and x, by central differences."""
    rng = np.random.default_rng(rng)
    try:
        _at_shapes(
            lambda shape: _linear_pass(shape, _linear(Linear, shape, rng), rng),
            LINEAR_SHAPES,
        )
    except CheckFailed as error:
        # Of the three, dx alone depends on the weights.
        unnamed = error.hint is None and ": dx" in error.title
        if unnamed and _is_right_when_new(Linear, rng):
            with _because("stale-weights"):
                raise
        raise
    shape = (6, 4, 3)
    first, second = _linear(Linear, shape, rng), _linear(Linear, shape, rng)
    kept = _linear_pass(shape, first, rng)
    for again in (shape, (3, 4, 3)):
        try:
            kept = _linear_pass(again, first, rng, kept)
        except CheckFailed:
            for parameter in (first[0].W, first[0].b):
                parameter.grad = None
            with _because("stale-cache"):  # unless it was the gradient that was there
                _linear_pass(again, first, rng)
            raise
    with _because("stale-cache"):  # evaluate runs forward without a backward
        unused = _normal(rng, *shape[:2])
        call("linear.forward", "Linear.forward", first[0], unused, pure=False)
        kept = _linear_pass(shape, first, rng, kept)
    first = _reassigned(first[0], *shape[1:], rng)
    with _because("stale-weights"):
        _linear_pass(shape, first, rng, kept)
    first[0].W.grad, first[0].b.grad = np.zeros((4, 3)), np.zeros((1, 3))
    with _because("gradient-kept-elsewhere"):
        _linear_pass(shape, first, rng)
    with _because("state-shared"):
        _linear_pass(shape, second, rng, between=first[0])
    _linear_large(Linear, rng)
    passed("Linear.backward", f"W.grad, b.grad, dx at {_shapes(LINEAR_SHAPES)}.")


def _linear_gradients(
    x: Array, W: Array, b: Array, dy: Array, *wanted: str
) -> dict[str, Array]:
    """What Linear computes: the derivatives of sum(dy * (x W + b)), by name.

    The sum is linear in each of its arrays, so that a step of 1 is exact.
    """

    def loss(x: Array, W: Array, b: Array, dy: Array) -> float:
        return float(np.einsum("ni,io,no->", x, W, dy) + np.einsum("xo,no->", b, dy))

    at: dict[str, tuple[Callable[[Array], float], Array]] = {
        "dx": (lambda a: loss(a, W, b, dy), x),
        "W.grad": (lambda a: loss(x, a, b, dy), W),
        "b.grad": (lambda a: loss(x, W, a, dy), b),
        "y": (lambda a: loss(x, W, b, a), dy),
    }
    return {name: numerical_gradient(*at[name], step=1.0) for name in wanted}


def _linear_read(layer: Any, part: str) -> Iterator[Any]:
    """Give that part of W, then of b: read at once, or else one by one."""
    try:
        found = fields(layer, f"W.{part}", f"b.{part}")
    except StudentError:
        for name in ("W", "b"):
            parameter = _get("linear", f"Linear's parameter {name}", layer, name)
            yield _get("linear", f"{name}.{part}", parameter, part)
    else:
        yield from found


def _linear_parameters(layer: Any, fan_in: int, fan_out: int) -> tuple[Array, Array]:
    shapes = {"W": (fan_in, fan_out), "b": (1, fan_out)}
    W, b = (
        array("linear", f"{name}.data", value, shapes[name])
        for name, value in zip(shapes, _linear_read(layer, "data"), strict=True)
    )
    return W, b


def _linear(
    Linear: Any, shape: tuple[int, int, int], rng: np.random.Generator
) -> tuple[Any, Array, Array]:
    """Make a layer with weights of order 1, in float64."""
    _, fan_in, fan_out = shape
    layer = call("linear", f"Linear({fan_in}, {fan_out})", Linear, fan_in, fan_out)
    _linear_parameters(layer, fan_in, fan_out)
    return _reassigned(layer, fan_in, fan_out, rng)


def _reassigned(
    layer: Any, fan_in: int, fan_out: int, rng: np.random.Generator
) -> tuple[Any, Array, Array]:
    """Give a layer other arrays as its weights, as a step of an optimizer does."""
    W, b = _normal(rng, fan_in, fan_out), _normal(rng, 1, fan_out)
    assign(layer, {"W.data": W.copy(), "b.data": b.copy()})
    return layer, W, b


def _linear_pass(
    shape: tuple[int, int, int],
    made: tuple[Any, Array, Array],
    rng: np.random.Generator,
    kept: dict[str, Array] | None = None,
    between: Any = None,
) -> dict[str, Array]:
    """Run a layer forward and backward, and check all three gradients.

    Gradients may be overwritten, or added to those that are `kept`. A forward call of
    the layer `between` must not disturb.
    """
    N, fan_in, fan_out = shape
    layer, W, b = made
    x, dy = _normal(rng, N, fan_in), _normal(rng, N, fan_out)
    given = x.copy()
    call("linear.forward", "Linear.forward", layer, given, pure=False)
    if between is not None:
        other = _normal(rng, N, fan_in)
        call("linear.forward", "Linear.forward", between, other, pure=False)
    with _input_kept("Linear", given):
        dx = call("linear.backward", "Linear.backward", method(layer, "backward"), dy)
    expected = _linear_gradients(x, W, b, dy, "dx", "W.grad", "b.grad")
    W_grad, b_grad = _linear_read(layer, "grad")
    actual = {"W.grad": W_grad, "b.grad": b_grad, "dx": dx}
    for name, before in (kept or {}).items():
        if same(actual[name], expected[name] + before):
            expected[name] = expected[name] + before
    for name, short in (("W.grad", "dW"), ("b.grad", "db"), ("dx", "dx")):
        if name == "dx":
            _unchanged_parameters("backward", layer, W, b)
        compare(
            f"linear.{short}",
            f"Linear.backward: {name}",
            actual[name],
            expected[name],
            note=f"At x {x.shape}, dy {dy.shape}, W {W.shape}.",
            x=x,
            dy=dy,
            W=W,
            N=N,
        )
    return {name: expected[name] for name in ("W.grad", "b.grad")}


def _is_right_when_new(Linear: Any, rng: np.random.Generator) -> bool:
    """Whether a layer's gradients are right at the weights that it made itself."""
    layer = call("linear", "Linear(4, 3)", Linear, 4, 3)
    W, b = _linear_parameters(layer, 4, 3)
    try:
        _linear_pass((5, 4, 3), (layer, W.astype(float), b.astype(float)), rng)
    except CheckFailed:
        return False
    return True


def _linear_large(Linear: Any, rng: np.random.Generator) -> None:
    """Check the gradients of a large layer, along a few random directions.

    There, differences taken entry by entry take minutes.
    """
    N, fan_in, fan_out = shape = (64, 800, 300)
    layer, W, b = _linear(Linear, shape, rng)
    x, dy = _normal(rng, N, fan_in), _normal(rng, N, fan_out)
    call("linear.forward", "Linear.forward", layer, x.copy(), pure=False)
    dx = call(
        "linear.backward", "Linear.backward", method(layer, "backward"), dy.copy()
    )
    W_grad, b_grad = _linear_read(layer, "grad")
    # A direction is the outer product of two vectors, and so is how the output changes.
    parts: list[tuple[str, Any, Array, Callable[[Array, Array], Array]]] = [
        ("W.grad", W_grad, W, lambda u, v: np.outer(x @ u, v)),
        ("b.grad", b_grad, b, np.outer),
        ("dx", dx, x, lambda u, v: np.outer(u, v @ W)),
    ]
    for name, value, at, change in parts:
        what = f"Linear.backward: {name} of a layer {fan_in} x {fan_out}"
        gradient = array("linear", what, value, at.shape)
        directions = [[_normal(rng, size) for size in at.shape] for _ in range(4)]
        actual = np.array([u @ gradient @ v for u, v in directions])
        expected = np.array([(dy * change(u, v)).sum() for u, v in directions])
        compare("linear", what, actual, expected)


def _unchanged_parameters(method: str, layer: Any, W: Array, b: Array) -> None:
    W_now, b_now = fields(layer, "W.data", "b.data")
    if not (same(W_now, W) and same(b_now, b)):
        raise CheckFailed(
            f"Linear.{method} changes W.data or b.data.",
            "",
            hint("parameters-changed"),
        )


# --- activations --------------------------------------------------------------------


def _rectified(x: Array) -> Array:
    return np.asarray((x + np.abs(x)) / 2)


def _relu_input(rng: np.random.Generator, shape: Shape) -> Array:
    """Numbers up to 30, none within 0.01 of 0 except a few that are exactly 0."""
    x: Array = 10 ** rng.uniform(-2, 1.477, shape) * rng.choice([-1, 1], shape)
    x[rng.random(shape) < 0.05] = 0.0
    return x


def relu_forward(ReLU: Any, rng: Rng = None) -> None:
    """Check ``ReLU.forward``."""
    rng = np.random.default_rng(rng)
    for shape in SHAPES:
        x = _relu_input(rng, shape)
        y = call("relu.forward", "ReLU.forward", call("relu", "ReLU()", ReLU), x)
        compare("relu.forward", "ReLU.forward", y, _rectified(x), x=x)
    passed("ReLU.forward", f"Shapes {_shapes(SHAPES)}.")


def relu_backward(ReLU: Any, rng: Rng = None) -> None:
    """Check ``ReLU.backward`` by central differences, except at exactly 0."""
    rng = np.random.default_rng(rng)

    def case(shape: Shape) -> tuple[Array, Array, Callable[..., None]]:
        x, dy = _relu_input(rng, shape), _normal(rng, *shape)
        slope = (_rectified(x + 1e-3) - _rectified(x - 1e-3)) / 2e-3

        def judge(dx: Any, y: Any) -> None:
            dx = array("relu.backward", "ReLU.backward: dx", dx, shape)
            some = x != 0  # at exactly 0 any subgradient will do
            compare(
                "relu.backward",
                "ReLU.backward: dx",
                dx * some,
                slope * dy * some,
                x=np.where(some, x, -1),
                dy=dy * some,
            )
            at_zero = dx[~some] / dy[~some]
            if ((at_zero < -1e-6) | (at_zero > 1 + 1e-6)).any():
                raise CheckFailed(
                    "ReLU.backward: the slope at exactly 0 is not between 0 and 1.",
                    f"It is {at_zero[np.abs(at_zero - 0.5).argmax()]:.4g} there.",
                )

        return x, dy, judge

    _backward("relu", "ReLU", ReLU, case)
    passed("ReLU.backward", f"Shapes {_shapes(SHAPES)}, against central differences.")


@contextlib.contextmanager
def _input_kept(name: str, given: Array) -> Iterator[None]:
    """See that backward leaves the array alone that forward was given."""
    before = given.copy()
    yield
    if not same(given, before):
        raise CheckFailed(
            f"{name}.backward changes the array that forward was given.",
            "The layer below may still need it.",
            hint("argument-changed"),
        )


def _backward(question: str, name: str, layer_class: Any, case: Any) -> None:
    """Check an elementwise layer's backward: fresh, used again, and beside another."""
    forward = f"{question}.forward", f"{name}.forward"

    def run(layer: Any, shape: Shape, between: Any = None) -> None:
        x, dy, judge = case(shape)
        given = x.copy()
        y = call(*forward, layer, given, pure=False)
        if between is not None:
            call(*forward, between, case(shape)[0], pure=False)
        backward = method(layer, "backward")
        with _input_kept(name, given):
            dx = call(f"{question}.backward", f"{name}.backward", backward, dy)
        judge(dx, y)

    def make() -> Any:
        return call(question, f"{name}()", layer_class)

    _at_shapes(lambda shape: run(make(), shape), SHAPES)
    layer, other = make(), make()
    run(layer, (6, 5))
    with _because("stale-cache"):
        run(layer, (6, 5))
        run(layer, (3, 5))
        # As evaluate does, which runs forward without a backward.
        call(*forward, layer, case((6, 5))[0], pure=False)
        run(layer, (6, 5))
    with _because("state-shared"):
        run(layer, (6, 5), between=other)


def _keeps_large(layer: Any, what: str, large: float) -> None:
    """See that forward leaves its argument alone where numbers are large, too."""
    x = np.linspace(-large, large, 12).reshape(2, 6)
    given = x.copy()
    with contextlib.suppress(StudentError):  # what it gives there is another question
        recorded_warnings(layer, given)
    if not same(given, x):
        raise CheckFailed(
            f"{what} changes its argument where numbers are large.",
            "It belongs to the caller: compute a new array instead.",
            hint("argument-changed"),
        )


def _logit(y: Array) -> Array:
    """The x at which the sigmoid is y."""
    return np.asarray(np.log(y) - np.log1p(-y))


def sigmoid_forward(Sigmoid: Any, rng: Rng = None) -> None:
    """Check ``Sigmoid.forward`` at moderate inputs."""
    _check_sigmoid(Sigmoid, np.random.default_rng(rng))
    _keeps_large(call("sigmoid", "Sigmoid()", Sigmoid), "Sigmoid.forward", 1e3)
    passed("Sigmoid.forward", f"Shapes {_shapes(SHAPES)}.")


def _check_sigmoid(Sigmoid: Any, rng: np.random.Generator) -> None:
    for shape in SHAPES:
        expected = rng.uniform(0.001, 0.999, shape)
        x = _logit(expected)
        layer = call("sigmoid", "Sigmoid()", Sigmoid)
        y = call("sigmoid.forward", "Sigmoid.forward", layer, x)
        compare("sigmoid.forward", "Sigmoid.forward", y, expected, x=x)


def sigmoid_stable(Sigmoid: Any, rng: Rng = None) -> None:
    """Check that ``Sigmoid.forward`` does not overflow at large inputs."""
    rng = np.random.default_rng(rng)
    size = rng.uniform(710, 1000, (4, 6))
    size[0, :2] = 1000
    sign = rng.choice([-1.0, 1.0], size.shape)
    sign[0, :2] = -1, 1
    x = sign * size

    def check() -> None:
        layer = call("sigmoid", "Sigmoid()", Sigmoid)
        try:
            y, warned = recorded_warnings(layer, x.copy())
        except StudentError as error:
            raise failure("sigmoid", "Sigmoid.forward", error) from None
        overflow = [message for message in warned if "overflow" in message]
        if overflow:
            raise CheckFailed(
                "Sigmoid.forward overflows at inputs of +-1000.",
                f"NumPy warned: {overflow[0]}",
                hint("overflow"),
            )
        right = (sign > 0).astype(float)
        compare("sigmoid.stable", "Sigmoid.forward at +-1000", y, right)
        between = np.linspace(-4, 4, 9)[None]
        y = call("sigmoid.stable", "Sigmoid.forward", layer, between)
        y = array("sigmoid.stable", "Sigmoid.forward", y, between.shape)
        if not np.ptp(y):  # a constant is stable, too
            raise CheckFailed("Sigmoid.forward gives all inputs one value.")

    _forward_first(check, lambda: _check_sigmoid(Sigmoid, rng))
    passed("Sigmoid.forward", "No overflow at +-1000.")


def sigmoid_backward(Sigmoid: Any, rng: Rng = None) -> None:
    """Check ``Sigmoid.backward`` by central differences of the inverse function."""
    rng = np.random.default_rng(rng)

    def slope(y: Array) -> Array:
        """dy/dx = 1 / (dx/dy)."""
        return 2e-6 / (_logit(y + 1e-6) - _logit(y - 1e-6))

    def case(shape: Shape) -> tuple[Array, Array, Callable[..., None]]:
        right, dy = rng.uniform(0.05, 0.95, shape), _normal(rng, *shape)
        x = _logit(right)

        def judge(dx: Any, y: Any) -> None:
            y = np.asarray(y)
            own = y.shape == shape and y.dtype.kind == "f"
            own = own and bool(((y > 0.01) & (y < 0.99)).all()) and not same(y, right)
            # Where all slopes are one, a constant would pass for a derivative.
            own = own and not same(slope(y), np.full(shape, slope(y).mean()))
            # Where forward is wrong, it has lost its points: judge backward by what
            # forward gave, which is all that it can know.
            if own and same(dx, slope(y.astype(float)) * dy):
                return
            compare(
                "sigmoid.backward",
                "Sigmoid.backward: dx",
                dx,
                slope(right) * dy,
                x=x,
                dy=dy,
            )

        return x, dy, judge

    _backward("sigmoid", "Sigmoid", Sigmoid, case)
    passed(
        "Sigmoid.backward", f"Shapes {_shapes(SHAPES)}, against central differences."
    )


# --- softmax and cross-entropy --------------------------------------------------------


def softmax_forward(Softmax: Any, rng: Rng = None) -> None:
    """Check ``Softmax.forward`` at moderate logits."""
    _check_softmax(Softmax, np.random.default_rng(rng))
    _keeps_large(call("softmax", "Softmax()", Softmax), "Softmax.forward", 1e4)
    passed("Softmax.forward", f"Shapes {_shapes(BATCHES)}.")


def _check_softmax(Softmax: Any, rng: np.random.Generator) -> None:
    def run(shape: Shape) -> None:
        expected = random_probs(rng, shape)
        x = np.log(expected) + rng.normal(size=(shape[0], 1))
        layer = call("softmax", "Softmax()", Softmax)
        y = call("softmax.forward", "Softmax.forward", layer, x)
        compare("softmax.forward", "Softmax.forward", y, expected, x=x)

    _at_shapes(run, (*BATCHES, (3, 4)))


def softmax_stable(Softmax: Any, rng: Rng = None) -> None:
    """Check that logits of 10,000 change nothing, nor rows far from each other."""
    rng = np.random.default_rng(rng)

    def run(x: Array, what: str, name: str) -> Array:
        layer = call("softmax", "Softmax()", Softmax)
        with _because(name):
            y = call("softmax.stable", "Softmax.forward", layer, x, pure=False)
            return array("softmax.stable", what, y, x.shape)

    def check() -> None:
        moderate = _normal(rng, 3, 10)
        expected = run(moderate.copy(), "Softmax.forward", "softmax-unstable")
        if (np.ptp(expected, axis=1) < 1e-3).any():  # a constant is stable, too
            raise CheckFailed("Softmax.forward gives all classes one probability.")
        for shifts, name in (
            ((1e4, 1e4, 1e4), "softmax-unstable"),
            ((-1e4, -1e4, -1e4), "softmax-unstable"),
            ((1e4, 0.0, -1e4), "global-max"),
        ):
            what = (
                f"Softmax.forward at logits near {', '.join(f'{s:g}' for s in shifts)}"
            )
            y = run(moderate + np.array(shifts)[:, None], what, name)
            with _because(name):
                compare("softmax.stable", what, y, expected, rtol=5e-3)
        spread = np.linspace(-1e4, 1e4, 10)[None]
        run(spread, "Softmax.forward at logits from -10,000 to 10,000 in a row",
            "softmax-unstable")  # fmt: skip

    _forward_first(check, lambda: _check_softmax(Softmax, rng))
    passed("Softmax.forward", "Stable at logits of +-10,000.")


def softmax_backward(Softmax: Any, rng: Rng = None) -> None:
    """Check that ``Softmax.backward`` hands on the gradient at the logits."""
    rng = np.random.default_rng(rng)

    def run(shape: Shape) -> None:
        x, dy = _normal(rng, *shape), _normal(rng, *shape)
        layer = call("softmax", "Softmax()", Softmax)
        try:
            y = attempt(layer, x)
        except StudentError:
            y = None  # forward has lost its own points
        dx = call("softmax.backward", "Softmax.backward", method(layer, "backward"), dy)
        compare("softmax.backward", "Softmax.backward", dx, dy, y=y, dy=dy, N=shape[0])

    _at_shapes(run, BATCHES)
    passed("Softmax.backward", f"Shapes {_shapes(BATCHES)}.")


def cross_entropy_forward(CrossEntropyLoss: Any, rng: Rng = None) -> None:
    """Check the value of the loss at moderate probabilities."""
    _check_cross_entropy(CrossEntropyLoss, np.random.default_rng(rng))
    passed("CrossEntropyLoss.forward", f"Shapes {_shapes(BATCHES)}.")


def _check_cross_entropy(CrossEntropyLoss: Any, rng: np.random.Generator) -> None:
    def run(shape: tuple[int, int], sure: bool = False) -> None:
        probs, one_hot = random_probs(rng, shape), random_one_hot(rng, shape)
        if sure:
            probs[0] = 0.9999 * one_hot[0] + 0.0001 / shape[1]
        criterion = call("cross-entropy", "CrossEntropyLoss()", CrossEntropyLoss)
        what = "CrossEntropyLoss.forward"
        loss = call("cross-entropy.forward", what, criterion, probs, one_hot)
        # The mean of the logarithms is the logarithm of the geometric mean.
        picked = probs[one_hot == 1]
        compare(
            "cross-entropy.forward",
            f"{what} of a batch of {shape[0]}",
            loss,
            -math.log(math.prod(picked)) / shape[0],
            probs=probs,
            rest=np.where(one_hot == 1, 0, probs),
            picked=picked,
            every_pair=-np.log(probs[:, one_hot.argmax(axis=1)]).mean(),
            twice=np.log(np.exp(probs).sum(axis=1)).mean() - picked.mean(),
            N=shape[0],
            C=shape[1],
        )

    _at_shapes(run, (*BATCHES, (5, 4)))
    run((6, 10), sure=True)  # no clip from above


def cross_entropy_stable(CrossEntropyLoss: Any, rng: Rng = None) -> None:
    """Check the loss at probabilities of exactly 0."""
    rng = np.random.default_rng(rng)
    question, what = "cross-entropy.stable", "CrossEntropyLoss.forward"

    def loss(probs: Array, one_hot: Array, where: str) -> float:
        criterion = call("cross-entropy", "CrossEntropyLoss()", CrossEntropyLoss)
        value = call(question, what, criterion, probs, one_hot)
        try:
            return number(question, f"{what} with probability 0 for {where}", value)
        except CheckFailed as error:
            if error.hint is not None:
                raise
            with _because("log-of-zero"):
                raise

    def scale() -> float:
        """The factor that a loss is off by, which costs forward; 1 if there is none."""
        factors = []
        for _ in range(3):
            probs, one_hot = random_probs(rng, (1, 10)), random_one_hot(rng, (1, 10))
            value = loss(probs, one_hot, "no class")
            factors.append(-value / math.log(float(probs[one_hot == 1][0])))
        steady = same(factors, np.full(3, factors[0]), rtol=1e-3)
        return factors[0] if steady and factors[0] > 0 else 1.0

    def check() -> None:
        one_hot = random_one_hot(rng, (1, 10))
        others = np.where(one_hot == 1, 0, rng.uniform(0.1, 1, (1, 10)))
        worst = loss(others / others.sum(), one_hot, "the true class") / scale()
        if worst < 16:
            raise CheckFailed(
                f"{what} is {worst:.4g} at probability 0 for the true class.",
                "A clip at 1e-7 or less gives at least 16.1.",
                hint("clip-too-large") if worst > 1 else None,
            )
        one_hot = random_one_hot(rng, (6, 10))
        loss(one_hot.copy(), one_hot, "all other classes")
        loss((1 - one_hot) / 9, one_hot, "the true class of every sample")
        losses = []
        for p in (0.1, 0.5, 0.9):
            probs = np.where(one_hot == 1, p, (1 - p) / 9)
            criterion = call("cross-entropy", "CrossEntropyLoss()", CrossEntropyLoss)
            value = call(question, what, criterion, probs, one_hot)
            losses.append(number(question, what, value))
        if not np.ptp(losses):  # a constant is finite, too
            raise CheckFailed(f"{what} gives all probabilities one loss.")

    _forward_first(check, lambda: _check_cross_entropy(CrossEntropyLoss, rng))
    passed(what, "Finite at probabilities of 0.")


def cross_entropy_backward(CrossEntropyLoss: Any, rng: Rng = None) -> None:
    """Check the gradient at the logits by central differences."""
    rng = np.random.default_rng(rng)
    question, name = "cross-entropy.backward", "CrossEntropyLoss"

    def run(criterion: Any, shape: tuple[int, int], between: Any = None) -> None:
        probs, one_hot = random_probs(rng, shape), random_one_hot(rng, shape)
        given = probs.copy(), one_hot.copy()
        call(question, f"{name}.forward", criterion, *given, pure=False)
        if between is not None:
            other = random_probs(rng, shape), random_one_hot(rng, shape)
            call(question, f"{name}.forward", between, *other, pure=False)
        kept = given[0].copy(), given[1].copy()
        gradient = call(question, f"{name}.backward", method(criterion, "backward"))
        if not (same(given[0], kept[0]) and same(given[1], kept[1])):
            raise CheckFailed(
                f"{name}.backward changes the arrays that forward was given.",
                "",
                hint("argument-changed"),
            )
        what = f"{name}.backward at a batch of {shape[0]}"
        compare(
            question,
            what,
            gradient,
            _logit_gradient(probs, one_hot),
            one_hot=one_hot,
            twice=lambda: numerical_gradient(
                lambda a: float(np.log(np.exp(a).sum(axis=1)).sum()), probs, 1e-5
            ),
            N=shape[0],
            C=shape[1],
        )

    def make() -> Any:
        return call("cross-entropy", f"{name}()", CrossEntropyLoss)

    _at_shapes(lambda shape: run(make(), shape), (*BATCHES, (5, 4)))
    criterion, other = make(), make()
    run(criterion, (6, 10))
    with _because("stale-cache"):
        run(criterion, (6, 10))
        run(criterion, (4, 10))
        unused = random_probs(rng, (6, 10)), random_one_hot(rng, (6, 10))
        call("cross-entropy.forward", f"{name}.forward", criterion, *unused, pure=False)
        run(criterion, (6, 10))
    with _because("state-shared"):
        run(criterion, (6, 10), between=other)
    criterion, probs, one_hot = make(), np.eye(10)[:2], np.eye(10)[1:3]
    try:
        recorded_warnings(criterion, probs.copy(), one_hot.copy())
    except StudentError:
        pass  # at a probability of 0, the loss is another question
    else:
        what = f"{name}.backward at probabilities of 0"
        gradient = call(question, what, method(criterion, "backward"))
        with _because("gradient-clipped"):
            compare(
                question,
                what,
                gradient,
                _logit_gradient(np.maximum(probs, 1e-30), one_hot),
            )
    passed(f"{name}.backward", f"Shapes {_shapes(BATCHES)}.")


def _logit_gradient(probs: Array, one_hot: Array) -> Array:
    """Gradient of the mean loss at the logits, column by column by differences."""
    N, C = probs.shape

    def losses(shift: Array) -> Array:
        """Loss of each sample when the logits of all, log p, move by `shift`, (C,)."""
        picked = (one_hot * (np.log(probs) + shift)).sum(axis=1)
        return np.asarray(np.log(probs @ np.exp(shift)) - picked)

    step = 1e-5
    shifts = step * np.eye(C)
    columns = [(losses(shift) - losses(-shift)) / (2 * step) for shift in shifts]
    return np.asarray(np.stack(columns, axis=1) / N)


# --- SGD ------------------------------------------------------------------------------


def _parameters(rng: np.random.Generator, gradients: bool = True) -> list[Parameter]:
    made = [Parameter(_normal(rng, *shape)) for shape in ((3, 4), (1, 4), (2,), (3, 4))]
    if gradients:
        _fill(made, rng)
    return made


def _fill(parameters: list[Parameter], rng: np.random.Generator) -> None:
    for parameter, gradient in zip(
        parameters, _gradients(parameters, rng), strict=True
    ):
        parameter.grad = gradient


def _gradients(parameters: list[Parameter], rng: np.random.Generator) -> list[Array]:
    """Draw gradients, with sums of both signs."""
    gradients = []
    for position, parameter in enumerate(parameters):
        gradient = _normal(rng, *parameter.data.shape)
        gradients.append(gradient * np.sign(gradient.sum()) * (-1) ** position)
    return gradients


def _cleared(parameter: Parameter) -> bool:
    grad = parameter.grad
    return grad is None or (np.size(grad) > 0 and not np.any(grad))


def _optimizer(SGD: Any, parameters: list[Parameter], lr: float, early: bool) -> Any:
    """Make the optimizer; the gradients come after it, as in a notebook, or `early`."""
    gradients = [parameter.grad for parameter in parameters]
    if not early:
        for parameter in parameters:
            parameter.grad = None
    optimizer = call("sgd", "SGD(params, lr)", SGD, parameters, lr)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    return optimizer


def _early_or_late(check: Callable[[bool], None]) -> None:
    """Run a check; see whether a failure is due to gradients taken too early."""
    try:
        check(False)
    except CheckFailed:
        try:
            check(True)
        except CheckFailed:
            pass
        else:
            with _because("gradients-too-early"):
                raise
        raise


def _flat(arrays: list[Any]) -> Array:
    return np.concatenate([np.ravel(a) for a in arrays])


def _positions(parameters: list[Parameter]) -> list[Array]:
    return [np.array(parameter.data, dtype=float) for parameter in parameters]


def sgd_step(SGD: Any, rng: Rng = None) -> None:
    """Check two plain steps, and that parameters without a gradient are skipped."""
    rng = np.random.default_rng(rng)

    def check(early: bool) -> None:
        for lr in (0.1, 0.5, 2.0):
            _two_steps(SGD, lr, rng, early)
        parameters = _parameters(rng)
        parameters[1].grad = None
        before = _positions(parameters)
        optimizer = _optimizer(SGD, parameters, 0.1, early)
        call(
            "sgd.step",
            "SGD.step with a parameter whose grad is None",
            method(optimizer, "step"),
        )
        still = [same(p.data, was) for p, was in zip(parameters, before, strict=True)]
        if still != [False, True, False, False]:
            raise CheckFailed(
                "SGD.step moves the wrong parameters where one has grad None.",
                f"Expected number 1 alone to stay; stayed: {still}.",
                hint("none-gradient"),
            )
        before = _positions(parameters)
        other = _optimizer(SGD, _parameters(rng), 0.1, early)
        call("sgd.step", "SGD.step of another optimizer", method(other, "step"))
        alone = all(map(same, before, _positions(parameters)))
        call("sgd.step", "SGD.step", method(optimizer, "step"))
        if not alone or same(before[0], parameters[0].data):
            raise CheckFailed(
                "SGD.step moves the parameters of another optimizer.",
                "",
                hint("state-shared"),
            )

    _early_or_late(check)
    _step_anew(SGD, rng)
    passed("SGD.step", "Two steps at three learning rates; grad None is skipped.")


def _step_anew(SGD: Any, rng: np.random.Generator) -> None:
    """Check a second step, after data and grad got other arrays, or None."""
    parameters = _parameters(rng)
    parameters[1].grad = None
    optimizer = _optimizer(SGD, parameters, 0.5, False)
    call("sgd.step", "SGD.step", method(optimizer, "step"))
    parameters[1].grad, parameters[2].grad = _normal(rng, 1, 4), None
    for parameter in parameters:
        parameter.data = _normal(rng, *parameter.data.shape)
    before = _positions(parameters)
    what = "SGD.step after other arrays were assigned to data and grad"
    call("sgd.step", what, method(optimizer, "step"))
    with _because("arrays-kept"):
        for parameter, old in zip(parameters, before, strict=True):
            grad = parameter.grad
            expected = old if grad is None else old - 0.5 * grad
            compare("sgd", what, parameter.data, expected)


def _two_steps(SGD: Any, lr: float, rng: np.random.Generator, early: bool) -> None:
    parameters = _parameters(rng)
    gradients = [np.array(p.grad) for p in parameters]
    gradients[0][0, 0] = 0.0  # one dead unit must not stop the others
    parameters[0].grad = gradients[0].copy()
    gradient, start = _flat(gradients), _flat(_positions(parameters))
    optimizer = _optimizer(SGD, parameters, lr, early)

    def moved_at(other_lr: float) -> Array:
        """One step of another optimizer, from the same place."""
        others = [Parameter(p.data.copy()) for p in _parameters(rng)]
        for other, grad in zip(others, gradients, strict=True):
            other.grad = grad.copy()
        old = _flat(_positions(others))
        attempt(method(_optimizer(SGD, others, other_lr, early), "step"))
        return old - _flat(_positions(others))

    def compare_step(old: Array, step: int) -> None:
        moved = (old - _flat(_positions(parameters))) / lr
        compare(
            "sgd.step",
            f"SGD.step: (before - after) / lr in step {step} at lr = {lr}",
            moved,
            gradient,
            note="All parameters are laid end to end here.",
            old=old,
            lr=lr,
            moved_at=moved_at,
        )

    def changed() -> bool:
        left = [p.grad for p in parameters]
        return any(g is None for g in left) or not same(_flat(left), gradient)

    call("sgd.step", "SGD.step", method(optimizer, "step"))
    try:
        compare_step(start, 1)
    except CheckFailed:
        if changed():
            with _because("gradient-changed"):
                raise
        raise
    old = _flat(_positions(parameters))
    call("sgd.step", "SGD.step", method(optimizer, "step"))
    try:
        compare_step(old, 2)
    except CheckFailed as error:
        if changed():
            with _because("gradient-changed"):
                raise error from None
        further = np.linalg.norm(_flat(_positions(parameters)) - old)
        shorter = further < np.linalg.norm(old - start)
        with _because("rate-changes" if shorter else "momentum"):
            raise error from None


def sgd_zero_grad(SGD: Any, rng: Rng = None) -> None:
    """Check that ``zero_grad`` clears every gradient and nothing else."""
    rng = np.random.default_rng(rng)
    what = "SGD.zero_grad"

    def check(early: bool) -> None:
        parameters = _parameters(rng)
        parameters[2].grad = None
        before = _positions(parameters)
        gradients = [p.grad for p in parameters]
        optimizer = _optimizer(SGD, parameters, 0.1, early)
        call("sgd.zero-grad", what, method(optimizer, "zero_grad"))
        if not all(map(_cleared, parameters)):
            pairs = zip(parameters, gradients, strict=True)
            had = [(p, g) for p, g in pairs if g is not None]
            kept = all(_cleared(p) or same(p.grad, g) for p, g in had)
            some = any(_cleared(p) for p, _ in had)
            name = "parameters-left-out" if some else "gradient-kept"
            raise CheckFailed(
                f"{what} leaves gradients behind.",
                "Afterwards each grad must be None or all zeros.",
                hint(name) if kept else None,
            )
        if not all(
            same(p.data, old) for p, old in zip(parameters, before, strict=True)
        ):
            raise CheckFailed(f"{what} changes the parameters themselves.")

    _early_or_late(check)
    passed(what, "Every grad is None or zero, the parameters are as before.")


def sgd_generator(SGD: Any, rng: Rng = None) -> None:
    """Check that parameters given as a generator fare as those given as a list."""
    rng = np.random.default_rng(rng)
    start = _parameters(rng, gradients=False)
    gradients = [_gradients(start, rng) for _ in range(3)]

    def journey(
        as_generator: bool, zero_first: bool
    ) -> tuple[list[list[Array]], list[list[bool]]]:
        parameters = [Parameter(p.data.copy()) for p in start]
        given = (p for p in parameters) if as_generator else parameters
        question = "sgd.generator" if as_generator else "sgd"
        optimizer = call(question, "SGD(params, lr)", SGD, given, 0.1)
        positions, cleared = [_positions(parameters)], []
        for step in gradients:
            for parameter, gradient in zip(parameters, step, strict=True):
                parameter.grad = gradient.copy()
            if zero_first and len(positions) == 1:
                call(question, "SGD.zero_grad", method(optimizer, "zero_grad"))
                for parameter, gradient in zip(parameters, step, strict=True):
                    parameter.grad = gradient.copy()
            call(question, "SGD.step", method(optimizer, "step"))
            positions.append(_positions(parameters))
            call(question, "SGD.zero_grad", method(optimizer, "zero_grad"))
            cleared.append([_cleared(p) for p in parameters])
        return positions, cleared

    moves = False
    for zero_first in (False, True):
        first = ", with zero_grad called first" if zero_first else ""
        expected, expected_cleared = journey(False, zero_first)
        left = [*map(same, expected[0], expected[1])]
        if any(left):
            name = "" if all(left) else "parameters-left-out"
            name = "generator-exhausted" if moves else name
            raise CheckFailed(
                f"SGD.step does not move every parameter, in a list either{first}.",
                "",
                hint(name) if name else None,
            )
        moves = True
        actual, cleared = journey(True, zero_first)
        for step, (a, e) in enumerate(zip(actual, expected, strict=True)):
            if not all(map(same, a, e)):
                raise CheckFailed(
                    f"SGD with a generator of parameters: step {step} goes wrong"
                    f"{first}.",
                    "The same parameters in a list are moved correctly.",
                    hint("generator-exhausted"),
                )
        if cleared != expected_cleared:
            raise CheckFailed(
                f"SGD with a generator of parameters: zero_grad leaves gradients "
                f"behind{first}.",
                "With the same parameters in a list it does not.",
                hint("generator-exhausted"),
            )
    passed("SGD", "Parameters from a generator, three steps.")


# --- MLP ------------------------------------------------------------------------------


def _traced(
    MLP: Any, rng: np.random.Generator, backward: bool
) -> tuple[Trace, Any] | None:
    """Run the MLP on stand-ins of the layers, and judge its backward if asked to.

    Returns
    -------
    trace, result
        The calls and what forward returned; None unless the network is a plain chain of
        the stand-ins (each used once, for backward).
    """
    trace = Trace(rng)
    x = rng.uniform(0.01, 1, (5, 784))
    with replaced(MLP, trace.layers):
        try:
            model = attempt(MLP)
            found = _found(model) if backward else []
            result = attempt(model, x.copy())
        except StudentError:
            return None
        ran = [c.layer for c in trace.forward if c.layer.kind != "Softmax"]
        ends = [x, *(call.went for call in trace.forward)]
        begins = [call.came for call in trace.forward]
        if not backward:  # what comes after the last layer is for forward to answer
            begins.append(result)
        if not ran or not all(map(same, begins, ends)):
            return None
        if backward:
            if len(set(map(id, ran))) < len(ran):
                return None  # a layer that remembers one input: look at the numbers
            _judge_backward(trace, model, found)
    return trace, result


def mlp_forward(MLP: Any, rng: Rng = None) -> None:
    """Check the layers and their order: 784 pixels to 10 probabilities."""
    rng = np.random.default_rng(rng)
    traced = _traced(MLP, rng, backward=False)
    if traced is None:
        _mlp_numbers(MLP, rng)
        passed("MLP.forward", "Probabilities, through a hidden layer.")
        return
    trace, probs = traced
    name = _chain_mistake(trace)
    if name is not None:
        raise CheckFailed(
            "MLP.forward does not run the right layers in the right order.",
            f"It runs {trace.chain()}.\nExpected Linear and ReLU in turn (or one "
            "Sigmoid), then Linear and Softmax.",
            hint(name) if name else None,
        )
    array("mlp", "MLP.forward", probs, (5, 10))
    passed("MLP.forward", f"{trace.chain()}.")


def _chain_mistake(trace: Trace) -> str | None:
    """Name what is wrong with a chain of layers; empty where it has no name."""
    kinds = [call.layer.kind for call in trace.forward]
    if len(kinds) == 1 and trace.forward[0].went.shape[1] != 10:
        return "return-in-loop"
    if kinds[-2:] == ["Softmax", "Softmax"]:
        return "softmax-twice"
    if kinds[-1] != "Softmax":
        return "softmax-missing"
    if "Softmax" in kinds[:-1]:
        return ""
    if kinds[-2:-1] != ["Linear"]:
        return "activation-on-logits"
    if kinds.count("Linear") < 2:
        return "hidden-layer-missing"
    if ("Linear", "Linear") in pairwise(kinds):
        return "activation-missing"
    return None if kinds[0] == "Linear" else ""


def mlp_backward(MLP: Any, rng: Rng = None) -> None:
    """Check that gradients travel through every layer, in reverse order."""
    rng = np.random.default_rng(rng)
    if _traced(MLP, rng, backward=True) is None:
        with (
            _because("layer-reused") if _reuses(MLP, rng) else contextlib.nullcontext()
        ):
            _mlp_gradients(MLP, rng)
        _mlp_numbers(MLP, rng)  # the gradients of a constant are zeros
        passed("MLP.backward", "Every gradient, against central differences.")
        return
    passed("MLP.backward", "Every layer, in reverse. (Each layer has its own check.)")


def _found(model: Any) -> list[Array]:
    return [np.array(p.data, dtype=float) for p in attempt(_listed, model)]


def _judge_backward(trace: Trace, model: Any, found: list[Array]) -> None:
    """Judge backward after a first forward pass, and both once more.

    Parameters
    ----------
    trace : Trace
        Of the first forward pass.
    model : Module
    found : list of ndarray
        What the model's parameters() gave before that pass.
    """
    ran = [call.layer for call in trace.forward]
    kept = [
        (layer, p, p.data.copy())
        for layer in ran
        if layer.kind == "Linear"
        for p in (layer.W, layer.b)
    ]
    _one_backward(trace, model)
    for layer, parameter, before in kept:
        if not same(parameter.data, before):
            raise CheckFailed(
                f"MLP.backward changes the parameters of {layer.title}.",
                "",
                hint("parameters-changed"),
            )
        if not any(same(before, f) for f in found):
            raise CheckFailed(
                f"parameters() does not find those of {layer.title}.",
                f"It finds {len(found)} parameters in a new MLP.",
                hint("parameters-hidden"),
            )
    try:
        trace.forward.clear()
        trace.backward.clear()
        attempt(model, trace.rng.uniform(0.01, 1, (3, 784)))
        if not _same_layers([call.layer for call in trace.forward], ran):
            raise CheckFailed("", f"forward runs {trace.chain()}.")
        _one_backward(trace, model)
    except (CheckFailed, StudentError) as error:
        details = error.details if isinstance(error, CheckFailed) else str(error)
        backwards = trace.forward and trace.forward[0].layer is ran[-1]
        raise CheckFailed(
            "MLP: a second pass forward and backward goes wrong.",
            f"The first was right. {details}",
            hint("list-reversed") if backwards else None,
        ) from None


def _same_layers(some: list[Any], others: list[Any]) -> bool:
    """Whether two passes ran the same layers; those without weights may be new."""
    return [layer.kind for layer in some] == [layer.kind for layer in others] and all(
        a is b or a.kind != "Linear" for a, b in zip(some, others, strict=True)
    )


def _one_backward(trace: Trace, model: Any) -> None:
    shape = len(trace.forward[-1].went), 10
    dlogits = trace.rng.standard_normal(shape)
    question = "mlp.backward" if trace.forward[-1].went.shape == shape else "mlp"
    dx = call(question, "MLP.backward", method(model, "backward"), dlogits)
    _judge_chain(trace, dlogits)
    dx = array("mlp.backward", "MLP.backward", dx, (shape[0], 784))
    if not same(dx, trace.backward[-1].went):
        raise CheckFailed(
            "MLP.backward does not return the gradient at x.",
            "Expected what the backward of the first layer returned.",
        )


def _judge_chain(trace: Trace, dlogits: Array) -> None:
    """See that backward took the layers in reverse, each with the right gradient."""
    expected = [call.layer for call in reversed(trace.forward)]
    calls = list(trace.backward)
    # dlogits is the gradient at the logits: what comes after the last Linear may be
    # run through or left out.
    while expected and expected[0].kind != "Linear":
        after = expected.pop(0)
        softmax = bool(calls) and calls[0].layer.kind == "Softmax" == after.kind
        if softmax or (calls and calls[0].layer is after):
            calls.pop(0)
    ran = [call.layer for call in calls]
    skipped = [layer.title for layer in expected if layer not in ran]
    if skipped:
        raise CheckFailed(
            f"MLP.backward leaves out {', '.join(skipped)}.", "", hint("layer-skipped")
        )
    if ran != expected:
        raise CheckFailed(
            "MLP.backward runs the layers in the wrong order.",
            f"It runs {' -> '.join(layer.title for layer in ran)}.",
            hint("backward-order"),
        )
    current = dlogits
    for position, (layer, came, went) in enumerate(trace.backward):
        if not same(came, current):
            name = None
            others = [c.went for c in trace.backward if c.layer is not layer]
            if any(same(came, other) for other in (dlogits, *others)):
                name = "backward-order"
            elif same(came * len(came), current):
                name = "mean-over-batch"
            raise CheckFailed(
                f"MLP.backward hands the wrong gradient to {layer.title}.",
                "Expected what the backward of the layer above it returned."
                if position
                else "Expected dlogits.",
                hint(name) if name else None,
            )
        current = went


def _listed(model: Any) -> list[Any]:
    return list(model.parameters())


def _scaled(MLP: Any, rng: np.random.Generator) -> tuple[Any, list[Any]]:
    """Make the student's MLP with weights large enough for precise differences."""
    model = call("mlp", "MLP()", MLP)
    try:
        parameters = attempt(_listed, model)
    except StudentError as error:
        raise failure("mlp", "MLP.parameters", error) from None
    for parameter in parameters:
        shape = np.shape(parameter.data)
        parameter.data = _normal(rng, *shape) * math.sqrt(2 / max(shape[0], 1))
    return model, parameters


def _mlp_numbers(MLP: Any, rng: np.random.Generator) -> None:
    """Judge an MLP that is no plain chain of the layers by its numbers."""
    model, _ = _scaled(MLP, rng)
    question, what = "mlp.forward", "MLP.forward"
    x = rng.uniform(0.01, 1, (4, 784))
    x[2], x[3] = x[0] + x[1], 0.0

    probs = array(question, what, call(question, what, model, x), (4, 10))
    if not same(probs.sum(axis=1), np.ones(4)) or (probs < 0).any():
        raise CheckFailed(
            f"{what} does not return probabilities.",
            f"Its rows sum to {', '.join(f'{s:.4g}' for s in probs.sum(axis=1))}.",
            hint("softmax-missing"),
        )
    if any(len(np.unique(row)) < 9 for row in probs[:3]):
        raise CheckFailed(
            f"{what} gives several classes exactly the same probability.",
            "",
            hint("activation-on-logits"),
        )
    # A network that makes x small is nearly linear there: look further out, too.
    for _ in range(12):
        logits = np.log(np.maximum(probs, 1e-300))
        logits -= logits.mean(axis=1, keepdims=True)
        if not same(logits[0] + logits[1] - logits[3], logits[2], rtol=1e-3):
            return
        x = x * 2
        probs = array(question, what, call(question, what, model, x), (4, 10))
        if probs.min() < 1e-30:
            break
    raise CheckFailed(
        f"{what} is linear in x before the softmax.", "", hint("activation-missing")
    )


def _reuses(MLP: Any, rng: np.random.Generator) -> bool:
    """Whether forward runs one layer object, which remembers one input, twice."""
    trace = Trace(rng)
    with replaced(MLP, trace.layers), contextlib.suppress(StudentError):
        attempt(attempt(MLP), rng.uniform(0.01, 1, (2, 784)))
    ran = [call.layer for call in trace.forward]
    return len(set(map(id, ran))) < len(ran)


def _mlp_gradients(MLP: Any, rng: np.random.Generator) -> None:
    """Compare every gradient with a directional derivative of the student's forward."""
    model, parameters = _scaled(MLP, rng)
    question, what = "mlp.backward", "MLP.backward"
    N = 3
    dlogits = _normal(rng, N, 10)
    call("mlp.forward", "MLP.forward", model, rng.uniform(0.01, 1, (N, 784)))
    # The second pass is what counts.
    call(question, what, method(model, "backward"), dlogits)
    for parameter in parameters:
        parameter.grad = None
    x = rng.uniform(0.01, 1, (N, 784))
    dlogits -= dlogits.mean(axis=1, keepdims=True)
    probs = call("mlp.forward", "MLP.forward", model, x)
    probs = array(question, "MLP.forward", probs, (N, 10))
    if len(parameters) < 4:
        raise CheckFailed(
            f"parameters() finds {len(parameters)} parameters, expected 4 or more.",
            "",
            hint("parameters-hidden"),
        )
    # The loss whose gradient at the logits is dlogits: with weights w that sum to 1 in
    # each row, -sum(w log p) has the gradient p - w.
    weights = probs - dlogits
    dx = call(question, what, method(model, "backward"), dlogits)
    gradients = [_get(question, "a gradient", p, "grad") for p in parameters]
    again = array(question, "MLP.forward", attempt(model, x), (N, 10))
    if not same(again, probs):
        raise CheckFailed(
            f"{what} changes what forward gives: it moves parameters.",
            "",
            hint("parameters-changed"),
        )

    def loss_at(position: int | None) -> Callable[[Array], float]:
        def loss(value: Array) -> float:
            if position is None:
                y = attempt(model, value)
            else:
                parameters[position].data = value
                y = attempt(model, x)
            return float(-(weights * np.log(np.maximum(y, 1e-300))).sum())

        return loss

    def check(name: str, value: Any, at: Array, position: int | None) -> None:
        gradient = array(question, name, value, at.shape)
        direction = _normal(rng, *at.shape)
        wanted = float((gradient * direction).sum())
        # A kink of a ReLU may lie within a step, and small ones drown in rounding.
        tries = [
            directional_derivative(loss_at(position), at, direction, step)
            for step in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7)
        ]
        if position is not None:
            parameters[position].data = at
        if not any(same(wanted, t, rtol=1e-3) for t in tries):
            raise CheckFailed(
                f"{what}: {name} is wrong.",
                f"Along a random direction the loss changes by {tries[2]:.6g}; the "
                f"gradient says {wanted:.6g}.",
            )

    for position, (parameter, gradient) in enumerate(
        zip(parameters, gradients, strict=True)
    ):
        at = np.array(parameter.data, dtype=float)
        check(f"the gradient of parameter {position}", gradient, at, position)
    check("the returned gradient at x", dx, x, None)


# --- data -----------------------------------------------------------------------------


def _pixels(value: Array) -> Array:
    """The pixels that `transform` maps to these values."""
    return (value - 0.01) / 0.99 * 255


def transform(transform: Any, rng: Rng = None) -> None:
    """Check ``transform`` on integer and float pixels, of several shapes."""
    rng = np.random.default_rng(rng)
    for shape, dtype, low, high in (
        ((28, 28), np.uint8, 0, 255),
        ((3, 784), np.uint8, 30, 199),
        ((5, 784), np.int64, 0, 255),
        ((2, 784), np.float64, 0, 255),
        ((784,), np.float32, 10, 99),
        ((2, 784), np.uint8, 0, 1),  # a nearly black picture
        ((2, 784), np.float64, 0, 1),
    ):
        x = rng.integers(low, high + 1, shape).astype(dtype)
        if x.dtype.kind == "f":
            x[...] = rng.uniform(low, high, shape)
        x.flat[:3] = low, high, min(high, 70)
        what = f"transform of {np.dtype(dtype).name} pixels"
        result = call("transform", what, transform, x)
        value = array("transform", what, result, shape)
        try:
            compare(
                "transform",
                what,
                _pixels(value),
                x.astype(float),
                x=x.astype(float),
                given=value,
                pixels=_pixels,
                top=float(high),
            )
        except CheckFailed as error:
            raise CheckFailed(
                f"{what} is wrong.",
                f"Pixels {low}, {high} and {min(high, 70)} became "
                f"{value.flat[0]:.6g}, {value.flat[1]:.6g} and {value.flat[2]:.6g}; "
                "0 should become 0.01, and 255 should become 1.",
                error.hint
                if np.asarray(result).dtype.kind == "f"
                else hint("integer-result"),
            ) from None
    passed("transform", "Integer and float pixels.")


class _Samples:
    """A data set of strings: only len and an index, so that no array is assumed."""

    MASK, OUTSIDE = "a mask, not a list of positions", "there is no sample"

    def __init__(self, n: int) -> None:
        self.n = n

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index: int) -> str:
        if isinstance(index, bool | np.bool_):
            raise IndexError(self.MASK)
        if not 0 <= index < self.n:
            raise IndexError(f"{self.OUTSIDE} {index} of {self.n}")
        return f"sample {int(index)}"


def _split(
    split_dataset: Any, n: int, ratio: float, seed: int, watched: bool = True
) -> tuple[Any, Any]:
    """Split samples, in an object that sees how they are taken or in a mere list."""
    what = f"split_dataset of {n} samples at {ratio}"
    rng = np.random.default_rng(seed)
    samples = _Samples(n)
    dataset = samples if watched else [samples[index] for index in range(n)]
    parts = call("split", what, split_dataset, dataset, ratio, rng)
    return pair(what, parts, "train, valid", "", "split-not-a-pair")


def _members(part: Any) -> list[int]:
    """Indices of the samples in a part, by the samples it gives (or the indices)."""
    return [int(str(item).removeprefix("sample ")) for item in items(part)]


def _positions_in(part: Any) -> list[int]:
    """Positions in the data set that a Subset, or a Subset of one, names."""
    dataset, indices = fields(part, "dataset", "indices")
    own = [int(i) for i in items(indices)]
    try:
        inner = _positions_in(dataset)
    except StudentError:  # it is no Subset, but the data set
        return own
    return [inner[i] for i in own]


def _listed_members(part: Any, name: str) -> list[int]:
    try:
        return attempt(_members, part)  # type: ignore[no-any-return]
    except StudentError as error:
        known = "split-not-subset"
        # What our samples say of it, or what a list does.
        if _Samples.MASK in str(error) or "not numpy.bool" in str(error):
            known = "split-by-mask"
        elif _Samples.OUTSIDE in str(error) or "index out of range" in str(error):
            known = "split-out-of-range"
        raise CheckFailed(
            f"The samples of {name} cannot be taken by index.", str(error), hint(known)
        ) from None


def dataset_split_partition(split_dataset: Any, rng: Rng = None) -> None:
    """Check the sizes, that the parts are disjoint, and that nothing is lost."""
    rng = np.random.default_rng(rng)
    cases = ((29, 0.4), (8, 0.1), (103, 0.25), (57, 0.2), (60, 0.25), (437, 0.1))
    for n, ratio in cases:
        seed = int(rng.integers(2**32))
        train, valid = _split(split_dataset, n, ratio, seed, watched=n < 30)
        for part, name in ((train, "train"), (valid, "valid")):
            try:
                indices, _ = fields(part, "indices", "dataset")
                attempt(len, indices)
            except StudentError:
                raise CheckFailed(
                    f"{name} is not a Subset.", "", hint("split-not-subset")
                ) from None
        t, v = _listed_members(train, "train"), _listed_members(valid, "valid")
        for part, members, name in ((train, t, "train"), (valid, v, "valid")):
            if attempt(_positions_in, part) != members:
                raise CheckFailed(
                    f"{name} is a Subset of something else than the data set.",
                    "Its indices must be positions in dataset.",
                    hint("split-not-subset"),
                )
        what = f"split_dataset of {n} samples at {ratio}"
        size = math.floor(ratio * n)
        if not size and len(v) == n:
            raise CheckFailed(
                f"{what}: valid has {len(v)} samples, train {len(t)}.",
                f"floor({ratio} * {n}) = 0",
                hint("split-empty-validation"),
            )
        swapped = (len(v), len(t)) == (n - size, size)
        if swapped and not _varies(split_dataset, rng):
            raise CheckFailed(f"{what}: parts swapped.", "", hint("split-swapped"))
        repeats = len(t) - len(set(t)) + len(v) - len(set(v))
        if set(t) & set(v) or repeats:
            raise CheckFailed(
                f"{what}: samples occur more than once.",
                f"{len(set(t) & set(v))} samples are in both parts; train has "
                f"{len(t) - len(set(t))} repeats, valid {len(v) - len(set(v))}.",
                hint("split-repeats" if repeats else "split-overlaps"),
            )
        if len(t) + len(v) < n:
            raise CheckFailed(
                f"{what}: {n - len(t) - len(v)} samples are in neither part.",
                f"train has {len(t)}, valid {len(v)}.",
                hint("split-loses-samples"),
            )
        if len(v) != size:
            known = None
            if _rounds(split_dataset, cases, rng):
                known = hint("split-rounded")
            elif _varies(split_dataset, rng):
                known = hint("split-size-by-chance")
            raise CheckFailed(
                f"{what}: valid has {len(v)} samples, expected {size}.",
                f"floor({ratio} * {n}) = floor({ratio * n:.2f})",
                known,
            )
    passed("split_dataset", "Sizes right, nothing twice, nothing lost.")


def _varies(split_dataset: Any, rng: np.random.Generator) -> bool:
    """Whether the size of valid depends on chance."""
    # All are alike by chance once in 10^8 times.
    return len({_valid_size(split_dataset, 437, 0.1, rng) for _ in range(8)}) > 1


def _rounds(
    split_dataset: Any, cases: tuple[tuple[int, float], ...], rng: np.random.Generator
) -> bool:
    """Whether all sizes of valid are within 1 of the exact ones."""
    return all(
        abs(_valid_size(split_dataset, n, ratio, rng) - ratio * n) <= 1
        for n, ratio in cases
    )


def _valid_size(
    split_dataset: Any, n: int, ratio: float, rng: np.random.Generator
) -> int:
    _, valid = _split(split_dataset, n, ratio, int(rng.integers(2**32)))
    return len(_listed_members(valid, "valid"))


def dataset_split_shuffle(split_dataset: Any, rng: Rng = None) -> None:
    """Check that the split is random, and that ``rng`` alone decides it."""
    rng = np.random.default_rng(rng)
    n, ratio = 200, 0.25
    seeds = [int(s) for s in rng.integers(2**32, size=4)]

    def split(
        seed: int, n: int = n, ratio: float = ratio
    ) -> tuple[list[int], list[int]]:
        train, valid = _split(split_dataset, n, ratio, seed, watched=False)
        return _listed_members(train, "train"), _listed_members(valid, "valid")

    splits = [split(seed) for seed in seeds]
    for train, valid in splits:
        if not (train and valid):
            raise CheckFailed("split_dataset: a part is empty.")
        if (np.diff(sorted(valid)) != 1).sum() <= 1:  # a block, or one that wraps
            raise CheckFailed(
                "split_dataset does not shuffle.",
                f"valid holds the samples {min(valid)} to {max(valid)}.",
                hint("split-not-shuffled"),
            )
    if split(seeds[0]) != splits[0]:
        raise CheckFailed(
            "split_dataset: one state of rng gives two different splits.",
            "",
            hint("split-not-reproducible"),
        )
    if len({frozenset(valid) for _, valid in splits}) < len(splits):
        raise CheckFailed(
            "split_dataset: different states of rng give the same split.",
            "",
            hint("split-ignores-rng"),
        )
    few = 20
    never = set(range(few))
    for _ in range(7):  # one is left out by chance less often than once in 10^7
        train, valid = split(int(rng.integers(2**32)), few, 0.95)
        # How many there are in valid is another question.
        never -= set(valid if len(valid) >= few / 2 else train)
    if never:
        raise CheckFailed(
            "split_dataset leaves out samples.",
            f"In 7 splits of {few} samples, {sorted(never)} were always in the smaller "
            "part.",
            hint("sample-never-drawn"),
        )
    drawn = np.concatenate([valid for _, valid in splits])
    if not np.histogram(drawn, bins=10, range=(0, n))[0].all():
        raise CheckFailed(
            "split_dataset does not draw from the whole data set.",
            f"In {len(splits)} splits of {n} samples a tenth of them was never drawn.",
        )
    passed("split_dataset", "Shuffled, and by rng alone.")


# --- the loops ------------------------------------------------------------------------


def train_one_epoch_updates(train_one_epoch: Any, rng: Rng = None) -> None:
    """Check one step for each batch, each with that batch's gradient and no other."""
    rng = np.random.default_rng(rng)
    several = (*BATCH_SIZES[:-1], (1, 1))  # two of one sample tell as much as eight
    for sizes in several:
        stage, _ = _run_loop("train_one_epoch", train_one_epoch, sizes, rng)
        _judge_updates(stage)
        _judge_misuse(stage)
    passed("train_one_epoch", f"One step a batch; batch sizes {_shapes(several)}.")


def train_one_epoch_metrics(train_one_epoch: Any, rng: Rng = None) -> None:
    """Check the mean loss and the accuracy, per sample and from before the step."""
    rng = np.random.default_rng(rng)
    runs = [
        _run_loop("train_one_epoch", train_one_epoch, sizes, rng)
        for sizes in BATCH_SIZES
    ]
    _judge_metrics("train_one_epoch", train_one_epoch, runs, rng)
    passed("train_one_epoch", f"Loss, accuracy; batch sizes {_shapes(BATCH_SIZES)}.")


def evaluate(evaluate: Any, rng: Rng = None) -> None:
    """Check the mean loss and the accuracy, and that nothing changes."""
    rng = np.random.default_rng(rng)
    runs = [_run_loop("evaluate", evaluate, sizes, rng) for sizes in BATCH_SIZES]
    for stage, _ in runs:
        if stage.log and stage.count("forward") < len(stage.log):
            raise CheckFailed(
                "evaluate runs model.backward: it changes the gradients.",
                "",
                hint("evaluate-changes-model"),
            )
        weight, grad = stage.before
        if not same(stage.weight.data, weight) or not same(stage.weight.grad, grad):
            raise CheckFailed(
                "evaluate changes the model's parameters or their gradients.",
                "",
                hint("evaluate-changes-model"),
            )
    _judge_metrics("evaluate", evaluate, runs, rng)
    passed("evaluate", f"Loss, accuracy; batch sizes {_shapes(BATCH_SIZES)}.")


def _run_loop(
    what: str, function: Any, sizes: Shape, rng: np.random.Generator
) -> tuple[Stage, Any]:
    """Run a loop on stand-ins; see whether an exception spares batches of one."""
    stage = Stage(sizes, rng, by_sample=what == "evaluate")
    arguments: tuple[Any, ...] = (stage.model, stage.loader, stage.criterion)
    if what == "train_one_epoch":
        arguments += (stage.optimizer,)
    else:
        stage.weight.grad = _normal(rng, 3, 2)
        stage.before = stage.weight.data.copy(), stage.weight.grad.copy()
    try:
        result = call(what, what, function, *arguments)
        _judge_misuse(stage, "batch-changed")
        return stage, result
    except CheckFailed as error:
        details = f"{error.details}\nThe batch sizes were {sizes}."
        name = error.hint
        if name is None and max(sizes) > 1 and not error.unwritten:
            try:
                _run_loop(what, function, (1, 1), rng)
                name = hint("accuracy-batch-size-one")
            except CheckFailed:
                pass
        raise CheckFailed(error.title, details, name) from None


def _missed(stage: Stage) -> str | None:
    """Name the reason why the model was not called on every batch."""
    seen = [bool(answers) for answers in stage.answers]
    if seen[0] and not any(seen[1:]) and len(seen) > 2:
        return "return-in-loop" if stage.count("forward") == 1 else None
    return "last-batch-skipped" if all(seen[:-1]) else None


def _judge_misuse(stage: Stage, only: str = "") -> None:
    for title, details, name in stage.misuse:
        if only in ("", name):
            raise CheckFailed(title, details, hint(name))


def _judge_updates(stage: Stage) -> None:
    batches, steps = len(stage.sizes), stage.count("step")

    def failed(title: str, name: str | None) -> CheckFailed:
        details = f"The batch sizes were {stage.sizes}."
        return CheckFailed(
            f"train_one_epoch: {title}", details, hint(name) if name else None
        )

    if not steps:
        raise failed("optimizer.step() is never called.", "no-step")
    if not stage.count("backward"):
        raise failed("model.backward is never called.", "backward-missing")
    if steps != batches:
        if not all(stage.answers):
            name = _missed(stage)
        else:
            where = [batch for event, batch in stage.log if event == "step"]
            name = {2 * batches: "step-twice"}.get(steps)
            if where == [batches - 1]:
                name = "step-once-per-epoch"
        raise failed(f"{steps} steps for {batches} batches.", name)
    if stage.count("backward") == 2 * batches:
        raise failed("two backward passes for each batch.", "backward-twice")
    if not all(stage.answers):
        raise failed("the model is not called on every batch.", _missed(stage))
    if stage.moved or not same(stage.weight.data, stage.left):
        raise failed("parameters move without optimizer.step().", "moved-by-hand")
    sums = np.cumsum(stage.gradients, axis=0)
    for i, (used, own) in enumerate(zip(stage.used, stage.gradients, strict=True)):
        if used is not None and same(used, own):
            continue
        order = [event for event, batch in stage.log if batch == i]
        if order.index("step") < order.index("backward"):
            raise failed(
                "the step comes before the backward pass.", "step-before-backward"
            )
        if used is None or not used.any():
            raise failed(f"step {i + 1} finds no gradient.", "zero-grad-before-step")
        if same(used, sums[i]):
            raise failed(
                f"step {i + 1} uses the sum of {i + 1} batches' gradients.",
                "zero-grad-missing",
            )
        raise failed(f"step {i + 1} does not use its batch's gradient.", None)


def _judge_metrics(
    what: str,
    function: Any,
    runs: list[tuple[Stage, Any]],
    rng: np.random.Generator,
) -> None:
    """Judge the pairs (mean_loss, accuracy) that a loop returned at several sizes."""
    failures: dict[int, list[tuple[Stage, Array]]] = {0: [], 1: []}
    for stage, result in runs:
        actual = _pair(what, stage, result)
        for i in failures:
            if not same(actual[i], stage.metrics()[i], rtol=1e-4):
                _judge_misuse(stage)
                failures[i].append((stage, actual))
    for i, name in enumerate(("mean_loss", "accuracy")):
        if failures[i]:
            stage, actual = failures[i][0]
            known = _metrics_mistakes(stage, actual, i)
            others = failures[i][1:]  # one run may fit a mistake by chance
            if i == 1 and known:  # and a small count may do so in several
                others += _further_failures(what, function, failures[i], rng)
            for other in others:
                known = [n for n in known if n in _metrics_mistakes(*other, i)]
            if i == 1 and _spares_batches_of_one(what, function, failures[i], rng):
                known = [n for n in known if n != "integer-division"]
                known.append("accuracy-batch-size-one")
            raise CheckFailed(
                f"{what}: {name} is wrong.",
                f"Expected {stage.metrics()[i]:.6g}, got {actual[i]:.6g}. "
                f"The batch sizes were {stage.sizes}.",
                hint(known[0]) if known else None,
            )


def _further_failures(
    what: str,
    function: Any,
    failures: list[tuple[Stage, Array]],
    rng: np.random.Generator,
) -> list[tuple[Stage, Array]]:
    """Run a loop twice more at each size where its accuracy was wrong."""
    further = []
    for before, _ in failures * 2:
        stage, result = _run_loop(what, function, before.sizes, rng)
        actual = _pair(what, stage, result)
        if not same(actual[1], stage.metrics()[1], rtol=1e-4):
            further.append((stage, actual))
    return further


def _spares_batches_of_one(
    what: str,
    function: Any,
    failures: list[tuple[Stage, Array]],
    rng: np.random.Generator,
) -> bool:
    """Whether a loop's accuracy is right at batches of one sample, and only there."""
    if any(max(stage.sizes) == 1 for stage, _ in failures):
        return False
    for _ in range(6):  # once may be luck
        stage, result = _run_loop(what, function, (1,) * 9, rng)
        if not same(_pair(what, stage, result)[1], stage.metrics()[1], rtol=1e-4):
            return False
    return True


def _pair(what: str, stage: Stage, result: Any) -> Array:
    """Return the loop's (mean_loss, accuracy) as numbers, (2,)."""
    at = f"The batch sizes were {stage.sizes}."
    loss, accuracy = pair(what, result, "mean_loss, accuracy", at)
    if not all(stage.answers):
        name = _missed(stage)
        raise CheckFailed(
            f"{what} does not call the model on every batch.",
            at,
            hint(name) if name else None,
        )
    named = ((loss, "mean_loss"), (accuracy, "accuracy"))
    return np.array([number(what, f"{what}: {name}", value) for value, name in named])


def _metrics_mistakes(stage: Stage, actual: Array, i: int) -> list[str]:
    """Names of the mistakes that would give this mean loss (i = 0) or accuracy (1)."""
    total, batches = sum(stage.sizes), len(stage.sizes)
    expected = stage.metrics()
    value, right = actual[i], expected[i]

    def is_(other: float) -> bool:
        return same(value, other, rtol=1e-4)

    unweighted = stage.metrics([1 / batches] * batches)[i]
    last = stage.metrics([0.0] * (batches - 1) + [1.0])[i]
    pairs = zip(stage.answers, stage.one_hot, strict=True)
    axis_0 = sum((a[0].argmax(axis=0) == t.argmax(axis=0)).sum() for a, t in pairs)
    candidates = (
        ("results-swapped", same(actual, expected[::-1], 1e-4)),
        ("accuracy-in-percent", i == 1 and is_(100 * right)),
        ("mean-over-batches", is_(unweighted)),
        ("not-divided", is_(right * total)),
        ("divided-by-batches", is_(right * total / batches)),
        ("loss-not-times-n", i == 0 and is_(unweighted * batches / total)),
        ("last-batch-only", is_(last) or is_(last * stage.sizes[-1] / total)),
        (
            "metrics-after-step",
            stage.count("step") <= batches and is_(stage.metrics(answer=-1)[i]),
        ),
        ("accuracy-wrong-axis", i == 1 and is_(axis_0 / total)),
        ("integer-division", value == math.floor(right)),
        ("rounded", any(value == round(right, digits) for digits in range(1, 7))),
    )
    return [name for name, holds in candidates if holds]


# --- training -------------------------------------------------------------------------

BLENDED_MARGIN = 0.1
"""By how much the accuracy on blended images may be lower than on the others."""


def train(
    MLP: Any,
    CrossEntropyLoss: Any,
    SGD: Any,
    train_one_epoch: Any,
    transform: Any,
    lr: float,
    batch_size: int,
    epochs: int,
    rng: Rng = None,
) -> float:
    """Train the student's network and grade its accuracy on held-out images.

    A network that misses full marks is trained once more; the better run counts.

    Returns
    -------
    float
        Points, by the steps of ``thresholds.toml`` for this data set.

    Raises
    ------
    CheckFailed
        If the settings are not allowed or the accuracy earns no point.
    """
    row = threshold.row((data.default_dataset(), "cpu"), ("digits", "cpu"))
    threshold.check_settings(row, batch_size, epochs)
    try:
        positive = number("train", "", lr) > 0
    except CheckFailed:
        positive = False
    if not positive:
        raise CheckFailed("train: LR must be a positive number.", f"LR = {lr!r}")
    rng = np.random.default_rng(rng)

    def accuracy(losses: list[float]) -> float:
        return train_accuracy(
            MLP, CrossEntropyLoss, SGD, train_one_epoch, transform,
            lr, batch_size, epochs,
            dataset=row["dataset"], train_images=row["train_images"], rng=rng,
            losses=losses,
        )  # fmt: skip

    return threshold.graded(row, accuracy)


def train_accuracy(
    MLP: Any,
    CrossEntropyLoss: Any,
    SGD: Any,
    train_one_epoch: Any,
    transform: Any,
    lr: float,
    batch_size: int,
    epochs: int,
    *,
    dataset: str,
    train_images: int,
    rng: np.random.Generator,
    losses: list[float] | None = None,
) -> float:
    """Train with the student's parts; return the accuracy on held-out images.

    The meaning of labels and pixels is permuted first, which changes nothing for a
    fully connected network, but makes answers learned by heart worthless.

    Parameters
    ----------
    MLP, CrossEntropyLoss, SGD, train_one_epoch, transform
        The student's.
    lr, batch_size, epochs
        The student's settings.
    dataset : str
        Which data set to train on; it is scored on its test split.
    train_images : int
        How many of its training images to use, drawn at random.
    rng : numpy.random.Generator
    losses : list of float, optional
        Where to add the mean loss that the student's loop returned for each epoch.

    Returns
    -------
    float
        Between 0 and 1.
    """
    labels, pixels = rng.permutation(10), rng.permutation(784)

    def disguised(split: str) -> data.ImageDataset:
        own = data.load(dataset, split)
        images = own.images.reshape(len(own), -1)[:, pixels]
        return data.ImageDataset(own.name, images, labels[own.targets], own.classes)

    train_set, test_set = disguised("train"), disguised("test")
    chosen = rng.permutation(len(train_set))[:train_images]

    def apply(x: Array) -> Array:
        return array("train", "transform", attempt(transform, x), x.shape)

    loader = data.DataLoader(
        data.Subset(train_set, chosen), int(batch_size), apply, rng
    )
    question = "train"
    model = call(question, "MLP()", MLP)
    criterion = call(question, "CrossEntropyLoss()", CrossEntropyLoss)
    try:
        parameters = attempt(_listed, model)
    except StudentError as error:
        raise failure(question, "MLP.parameters", error) from None
    optimizer = call(question, "SGD", SGD, parameters, lr)
    for _ in _progress(int(epochs)):
        result = call(
            question, "train_one_epoch", train_one_epoch,
            model, loader, criterion, optimizer,
        )  # fmt: skip
        if losses is not None:
            losses.append(_first_number(result))

    def accuracy(images: data.ImageDataset) -> float:
        right = 0
        for x, one_hot in data.DataLoader(images, 500, apply):
            probs = call(question, "MLP.forward", model, x)
            probs = np.asarray(probs)
            if probs.shape != one_hot.shape:
                raise CheckFailed(f"train: the model gives {probs.shape}, not (N, 10).")
            right += int((probs.argmax(axis=1) == one_hot.argmax(axis=1)).sum())
        return right / len(images)

    # The test images are public, and can be recognized by their sorted pixels. So the
    # means of two images of a class, which nobody has seen, must be known as well.
    # A network that has learned knows them about as well; answers by heart do not.
    return min(accuracy(test_set), accuracy(_blended(test_set, rng)) + BLENDED_MARGIN)


def _blended(images: data.ImageDataset, rng: np.random.Generator) -> data.ImageDataset:
    """Mean of each image and of another one of its class."""
    partner = np.empty(len(images), dtype=int)
    for target in np.unique(images.targets):
        members = rng.permutation(np.flatnonzero(images.targets == target))
        partner[members] = np.roll(members, 1)
    mean = (images.images.astype(float) + images.images[partner]) / 2
    return data.ImageDataset(
        images.name, mean.astype(np.uint8), images.targets, images.classes
    )


def _first_number(result: Any) -> float:
    """The mean loss of a loop's result; nan if it has none."""
    try:
        return float(attempt(tuple, result)[0])
    except (StudentError, TypeError, ValueError, IndexError):
        return math.nan


def _progress(epochs: int) -> Any:
    from tqdm.auto import tqdm

    return tqdm(range(epochs), "training", unit="epoch", leave=False)


# --- helpers --------------------------------------------------------------------------


def _normal(rng: np.random.Generator, *shape: int) -> Array:
    return rng.standard_normal(shape)


def _shapes(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(str(shape) for shape in shapes)
