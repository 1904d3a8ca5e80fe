"""Stand-ins for the parts that a student's function works with.

They answer with random arrays of the right shapes and record how they are called, so
that a loop or a network is judged by itself, whatever the student's other parts do.
Nothing in them computes what a student is asked to write.
"""

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labkit.check.misconceptions import same
from labkit.nn import Module, Parameter

Array = NDArray[Any]


def random_probs(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Rows of probabilities (N, C), none of them very small."""
    weights = rng.uniform(0.1, 2.0, shape)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def random_one_hot(rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Rows (N, C) with a single 1 in a random column."""
    return np.eye(shape[1])[rng.integers(shape[1], size=shape[0])]


# --- layers, for a network ------------------------------------------------------------


class Call(NamedTuple):
    """One call of a layer's forward or backward: what came in and what went out."""

    layer: Any
    came: Array
    went: Array


class Trace:
    """Calls of stand-in layers, in order.

    Attributes
    ----------
    forward, backward : list of Call
    layers : dict of str to class
        Linear, ReLU, Sigmoid and Softmax, to be seen in place of the student's.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.forward: list[Call] = []
        self.backward: list[Call] = []
        kinds = (_Linear, _Elementwise, _Elementwise, _Softmax)
        self.layers: dict[str, Any] = {
            name: type(name, (kind,), {"_trace": self})
            for name, kind in zip(
                ("Linear", "ReLU", "Sigmoid", "Softmax"), kinds, strict=True
            )
        }

    def chain(self) -> str:
        """The layers that forward went through, for a message."""
        return " -> ".join(call.layer.title for call in self.forward)


class _Layer(Module):
    _trace: Trace  # behind an underscore: no student's code may read the record

    @property
    def kind(self) -> str:
        return type(self).__name__

    @property
    def title(self) -> str:
        return self.kind

    def answer(self, x: Array) -> Array:
        return self._trace.rng.standard_normal(x.shape)

    def forward(self, x: Any) -> Array:
        x = np.array(x)
        y = self.answer(x)
        self.shapes = x.shape, y.shape
        self._trace.forward.append(Call(self, x, y))
        return y.copy()

    def backward(self, dy: Any) -> Array:
        dy = np.array(dy)
        came, went = self.shapes
        if dy.shape != went:
            raise ValueError(f"{self.title}.backward got {dy.shape}, expected {went}")
        dx = self.take_back(dy, came)
        self._trace.backward.append(Call(self, dy, dx))
        return dx.copy()

    def take_back(self, dy: Array, shape: tuple[int, ...]) -> Array:
        return self._trace.rng.standard_normal(shape)


class _Elementwise(_Layer):
    pass


class _Softmax(_Layer):
    def backward(self, dy: Any) -> Array:
        # It hands on what it gets, and needs no forward call before.
        self.shapes = self.__dict__.get("shapes", (np.shape(dy), np.shape(dy)))
        return super().backward(dy)

    def answer(self, x: Array) -> Array:
        return random_probs(self._trace.rng, x.shape)

    def take_back(self, dy: Array, shape: tuple[int, ...]) -> Array:
        return dy


class _Linear(_Layer):
    def __init__(self, in_features: int, out_features: int, rng: Any = None) -> None:
        self.size = (in_features, out_features)
        # In 32 bits: they are large, and travel to the sandbox and back.
        draw = functools.partial(self._trace.rng.random, dtype=np.float32)
        self.W = Parameter(draw(self.size))
        self.b = Parameter(draw((1, out_features)))

    @property
    def title(self) -> str:
        return f"Linear{self.size}"

    def answer(self, x: Array) -> Array:
        if x.ndim != 2 or x.shape[1] != self.size[0]:
            raise ValueError(f"{self.title} got an input of shape {x.shape}")
        return self._trace.rng.standard_normal((len(x), self.size[1]))

    def take_back(self, dy: Array, shape: tuple[int, ...]) -> Array:
        for parameter in (self.W, self.b):
            if parameter.grad is None:  # it is large, and travels to the sandbox
                parameter.grad = np.ones(parameter.data.shape, np.float32)
        return super().take_back(dy, shape)


# --- model, loader, criterion and optimizer, for a loop -------------------------------


class Stage:
    """A model, a loader, a criterion and an optimizer that record their calls.

    The model answers each batch with random probabilities, with other ones after every
    step, and its backward adds a gradient that belongs to the batch: so the record
    tells what was trained on what.

    Parameters
    ----------
    sizes : tuple of int
        Number of samples of each batch.
    rng : numpy.random.Generator
    by_sample : bool
        Whether the model may be called with some samples of a batch, too.

    Attributes
    ----------
    log : list of (str, int)
        ``forward``, ``backward``, ``step`` and ``zero`` with the current batch.
    gradients : list of ndarray, shape (3, 2)
        The gradient that belongs to each batch.
    used : list of ndarray or None
        The gradient that each step found.
    left : ndarray, shape (3, 2)
        The parameter as the last step left it, or as it was at first.
    moved : bool
        Whether a step found it elsewhere.
    answers : list of list of ndarray, shape (N, 10)
        For each batch, what the model answered; a new entry after a step.
    misuse : list of (str, str, str)
        Title, details and misconception of each call with wrong arguments.
    """

    def __init__(
        self, sizes: tuple[int, ...], rng: np.random.Generator, by_sample: bool = False
    ) -> None:
        self.sizes, self.rng, self.by_sample = sizes, rng, by_sample
        self.x = [rng.random((N, 784), np.float32) for N in sizes]
        self.one_hot = [random_one_hot(rng, (N, 10)).astype(np.float32) for N in sizes]
        self.gradients = [rng.standard_normal((3, 2)) for _ in sizes]
        self.answers: list[list[Array]] = [[] for _ in sizes]
        self.answered_at = [-1] * len(sizes)
        self.used: list[Array | None] = []
        self.log: list[tuple[str, int]] = []
        self.misuse: list[tuple[str, str, str]] = []
        self.current = 0
        self.dlogits: Array | None = None
        # The loss of a sample is bilinear in its probabilities and its target.
        self.mixing = rng.uniform(0.5, 3, (10, 10))
        self.weight = Parameter(rng.standard_normal((3, 2)))
        self.before = self.weight.data.copy(), self.weight.data.copy()
        self.left, self.moved = self.weight.data.copy(), False
        self.model = _Model(self)
        self.loader = _Loader(self)
        self.criterion = _Criterion(self)
        self.optimizer = _Optimizer(self)

    def count(self, event: str) -> int:
        """How often an event was logged."""
        return sum(name == event for name, _ in self.log)

    def losses(self, probs: Array, one_hot: Array) -> Array:
        """Loss of each sample, (N,)."""
        return np.asarray(np.einsum("ni,ij,nj->n", probs, self.mixing, one_hot))

    def metrics(self, shares: list[float] | None = None, answer: int = 0) -> Array:
        """Mean loss and accuracy of the first answers.

        Parameters
        ----------
        shares : list of float, optional
            Weight of each batch; by default its share of the samples.
        answer : int
            Which of the answers to each batch; -1 for the last.
        """
        weights = np.array(shares or [n / sum(self.sizes) for n in self.sizes])
        pairs = [
            (a[answer], t) for a, t in zip(self.answers, self.one_hot, strict=True)
        ]
        loss = [self.losses(p, t).mean() for p, t in pairs]
        right = [(p.argmax(axis=1) == t.argmax(axis=1)).mean() for p, t in pairs]
        return np.array([weights @ loss, weights @ right])


class _Model(Module):
    def __init__(self, stage: Stage) -> None:
        self.weight = stage.weight
        self._stage = stage

    def __deepcopy__(self, memo: Any) -> "_Model":
        return self  # so that a loop on a copy is seen

    def forward(self, x: Any) -> Array:
        stage, x = self._stage, np.asarray(x)
        whole = np.concatenate(stage.x)
        if len(stage.x) > 1 and x.shape == whole.shape and np.allclose(x, whole):
            return np.concatenate([self.forward(part) for part in stage.x])
        i = self._batch(x)
        if i is None:
            if stage.by_sample and (rows := self._rows(x)):
                return np.array([self.forward(stage.x[i])[row] for i, row in rows])
            stage.misuse.append(
                (
                    "The model was called with something that is not a batch's x.",
                    f"It got an array of shape {x.shape}.",
                    "batch-changed",
                )
            )
            return random_probs(stage.rng, (x.shape[0] if x.ndim else 1, 10))
        stage.current = i
        stage.log.append(("forward", i))
        if stage.answered_at[i] != len(stage.used):
            stage.answered_at[i] = len(stage.used)
            stage.answers[i].append(self._answer(stage.one_hot[i]))
        return stage.answers[i][-1].copy()

    def _batch(self, x: Array) -> int | None:
        """Which batch's x this is, if any."""
        for near in (np.array_equal, functools.partial(np.allclose, atol=1e-6)):
            for i, x0 in enumerate(self._stage.x):
                if x.shape == x0.shape and near(x0, x):
                    return i
        return None

    def _rows(self, x: Array) -> list[tuple[int, int]]:
        """Batch and row of each sample of x; empty unless all are known."""
        found = [
            [
                (i, int(row))
                for i, x0 in enumerate(self._stage.x)
                for row in np.flatnonzero(np.isclose(x0, sample, atol=1e-6).all(axis=1))
            ]
            for sample in (x if x.shape[1:] == (784,) else ())
        ]
        return [places[0] for places in found] if all(found) else []

    def _answer(self, one_hot: Array) -> Array:
        """Random probabilities, of which a random share is right, not all sure."""
        rng = self._stage.rng
        probs = random_probs(rng, one_hot.shape)
        right = rng.random(len(probs)) < rng.choice([0.2, 0.5, 0.8])
        lead = probs.max(axis=1, keepdims=True) * rng.uniform(1.1, 7, (len(probs), 1))
        probs = np.where(right[:, None] & (one_hot == 1), lead, probs)
        return np.asarray(probs / probs.sum(axis=1, keepdims=True))

    def backward(self, dlogits: Any) -> Array:
        stage = self._stage
        stage.log.append(("backward", stage.current))
        if stage.dlogits is None or not same(dlogits, stage.dlogits):
            N = stage.sizes[stage.current]
            divided = stage.dlogits is not None and same(
                np.asarray(dlogits) * N, stage.dlogits
            )
            stage.misuse.append(
                (
                    "model.backward was not given what criterion.backward() returned.",
                    f"It got an array of shape {np.shape(dlogits)}.",
                    "mean-over-batch" if divided else "backward-missing",
                )
            )
        own, old = stage.gradients[stage.current], self.weight.grad
        self.weight.grad = own.copy() if old is None else old + own
        return np.zeros((stage.sizes[stage.current], 784))


class _Criterion(Module):
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._shape = (1, 10)

    def forward(self, probs: Any, one_hot: Any) -> np.float64:
        stage = self._stage
        probs, one_hot = np.asarray(probs), np.asarray(one_hot)
        if probs.shape != one_hot.shape or ((one_hot != 0) & (one_hot != 1)).any():
            stage.misuse.append(
                (
                    "The criterion was called with the wrong arrays.",
                    f"It got shapes {probs.shape} and {one_hot.shape}.",
                    "criterion-misused",
                )
            )
            return np.float64(1.0)
        self._shape = (len(probs), 10)
        return np.float64(stage.losses(probs, one_hot).mean())

    def backward(self) -> Array:
        stage = self._stage
        stage.dlogits = stage.rng.standard_normal(self._shape)
        return stage.dlogits.copy()


class _Optimizer:
    lr = 0.1

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def step(self) -> None:
        stage = self._stage
        weight = stage.weight
        stage.log.append(("step", stage.current))
        stage.moved |= not same(weight.data, stage.left)
        stage.used.append(None if weight.grad is None else weight.grad.copy())
        weight.data = weight.data + stage.rng.standard_normal(weight.data.shape)
        stage.left = weight.data.copy()

    def zero_grad(self) -> None:
        self._stage.log.append(("zero", self._stage.current))
        self._stage.weight.grad = None


class _Loader:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.batch_size = max(stage.sizes)
        self.dataset = range(sum(stage.sizes))

    def __len__(self) -> int:
        return len(self._stage.sizes)

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        for x, one_hot in zip(self._stage.x, self._stage.one_hot, strict=True):
            yield x.copy(), one_hot.copy()
