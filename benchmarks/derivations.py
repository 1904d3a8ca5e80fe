"""The formulas of the book's derivations, held against central differences.

    python benchmarks/derivations.py

Each function below is a formula of book/derivations.md, term by term in the page's own
indices. What is recorded in book/results/derivations.json is the largest relative error
of each gradient, in 64 bits, on random arrays whose sizes all differ. Seconds.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from labkit.gradcheck import numerical_gradient, relative_error
from labkit.history import cpu_name, versions

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "book" / "results" / "derivations.json"
SEED = 0
EPSILON = 1e-5

Array = np.ndarray
Layer = Callable[..., Array]
Gradients = Callable[..., dict[str, Array]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.parse_args()
    record = {
        "device": cpu_name(),
        "seed": SEED,
        "command": "python benchmarks/derivations.py",
        "versions": versions(),
        "errors": errors(np.random.default_rng(SEED)),
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    for layer, found in record["errors"].items():
        print(layer, {name: f"{error:.1e}" for name, error in found.items()})
    return 0


def errors(rng: np.random.Generator) -> dict[str, dict[str, float]]:
    """Largest relative error of each formula's gradients, by layer."""
    return {name: compared(*layer(rng), rng) for name, layer in LAYERS.items()}


def compared(
    forward: Layer, backward: Gradients, arrays: dict[str, Array], rng: Any
) -> dict[str, float]:
    """Compare ``backward(dy, **arrays)`` with differences of sum(dy * forward)."""
    dy = rng.standard_normal(np.shape(forward(**arrays)))
    found = {}
    for name, gradient in backward(dy, **arrays).items():
        wanted = numerical_gradient(
            lambda a, name=name: float(np.sum(dy * forward(**{**arrays, name: a}))),
            arrays[name],
        )
        found[name] = float(relative_error(gradient, wanted, floor=1e-3))
    return found


def linear(rng: Any) -> tuple[Layer, Gradients, dict[str, Array]]:
    def forward(x: Array, W: Array, b: Array) -> Array:
        return np.einsum("ik,kj->ij", x, W) + b

    def backward(dy: Array, x: Array, W: Array, b: Array) -> dict[str, Array]:
        return {
            "W": np.einsum("ik,ij->kj", x, dy),
            "b": np.einsum("ij->j", dy)[None],
            "x": np.einsum("ij,kj->ik", dy, W),
        }

    sizes = {"x": (5, 4), "W": (4, 3), "b": (1, 3)}
    return forward, backward, drawn(rng, sizes)


def relu(rng: Any) -> tuple[Layer, Gradients, dict[str, Array]]:
    def backward(dy: Array, x: Array) -> dict[str, Array]:
        return {"x": np.where(x > 0, dy, 0)}

    x = drawn(rng, {"x": (5, 4)})["x"]
    # Not where the slope jumps: there is no derivative to compare with.
    return lambda x: np.maximum(x, 0), backward, {"x": x + 0.1 * np.sign(x)}


def sigmoid(rng: Any) -> tuple[Layer, Gradients, dict[str, Array]]:
    def forward(x: Array) -> Array:
        return 1 / (1 + np.exp(-x))

    def backward(dy: Array, x: Array) -> dict[str, Array]:
        y = forward(x)
        return {"x": dy * y * (1 - y)}

    return forward, backward, drawn(rng, {"x": (5, 4)})


def softmax(rng: Any) -> tuple[Layer, Gradients, dict[str, Array]]:
    def forward(z: Array) -> Array:
        return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)

    def backward(dp: Array, z: Array) -> dict[str, Array]:
        p = forward(z)
        return {"z": p * (dp - (dp * p).sum(axis=1, keepdims=True))}

    return forward, backward, drawn(rng, {"z": (5, 4)})


def softmax_and_cross_entropy(rng: Any) -> tuple[Layer, Gradients, dict[str, Array]]:
    t = np.eye(4)[[0, 2, 1, 3, 2]]

    def softmax(z: Array) -> Array:
        return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)

    def forward(z: Array) -> Array:
        return -(t * np.log(softmax(z))).sum() / len(z)

    def backward(dy: Array, z: Array) -> dict[str, Array]:
        return {"z": dy * (softmax(z) - t) / len(z)}

    return forward, backward, drawn(rng, {"z": (5, 4)})


def batch_norm(rng: Any) -> tuple[Layer, Gradients, dict[str, Array]]:
    def normalized(x: Array) -> tuple[Array, Array]:
        spread = np.sqrt(x.var(axis=0, keepdims=True) + EPSILON)
        return (x - x.mean(axis=0, keepdims=True)) / spread, spread

    def forward(x: Array, gamma: Array, beta: Array) -> Array:
        return gamma * normalized(x)[0] + beta

    def backward(dy: Array, x: Array, gamma: Array, beta: Array) -> dict[str, Array]:
        x_hat, spread = normalized(x)
        dbeta, dgamma = dy.sum(axis=0)[None], (dy * x_hat).sum(axis=0)[None]
        dx = gamma / (len(x) * spread) * (len(x) * dy - dbeta - x_hat * dgamma)
        return {"x": dx, "gamma": dgamma, "beta": dbeta}

    sizes = {"x": (7, 4), "gamma": (1, 4), "beta": (1, 4)}
    return forward, backward, drawn(rng, sizes)


def convolution(rng: Any) -> tuple[Layer, Gradients, dict[str, Array]]:
    stride, padding, size = 2, 1, 3

    def pairs(x: Array, W: Array) -> Any:
        """Yield (i, j, u, v, row, column): output entry, weight, entry of padded x."""
        rows = (x.shape[2] + 2 * padding - size) // stride + 1
        columns = (x.shape[3] + 2 * padding - size) // stride + 1
        for i, j, u, v in np.ndindex(rows, columns, size, size):
            yield i, j, u, v, stride * i + u, stride * j + v

    def padded(x: Array) -> Array:
        edge = (padding, padding)
        return np.pad(x, ((0, 0), (0, 0), edge, edge))

    def forward(x: Array, W: Array, b: Array) -> Array:
        *_, last = pairs(x, W)
        y = np.zeros((len(x), len(W), last[0] + 1, last[1] + 1)) + b[:, None, None]
        for i, j, u, v, row, column in pairs(x, W):
            y[:, :, i, j] += padded(x)[:, :, row, column] @ W[:, :, u, v].T
        return y

    def backward(dy: Array, x: Array, W: Array, b: Array) -> dict[str, Array]:
        dx, dW = np.zeros_like(padded(x)), np.zeros_like(W)
        for i, j, u, v, row, column in pairs(x, W):
            dW[:, :, u, v] += dy[:, :, i, j].T @ padded(x)[:, :, row, column]
            dx[:, :, row, column] += dy[:, :, i, j] @ W[:, :, u, v]
        inside = slice(padding, -padding)
        return {"W": dW, "b": dy.sum(axis=(0, 2, 3)), "x": dx[:, :, inside, inside]}

    sizes = {"x": (2, 3, 5, 6), "W": (4, 3, 3, 3), "b": (4,)}
    return forward, backward, drawn(rng, sizes)


def drawn(rng: Any, sizes: dict[str, tuple[int, ...]]) -> dict[str, Array]:
    return {name: rng.standard_normal(size) for name, size in sizes.items()}


LAYERS = {
    "linear": linear,
    "ReLU": relu,
    "sigmoid": sigmoid,
    "softmax": softmax,
    "softmax with cross-entropy": softmax_and_cross_entropy,
    "batch norm": batch_norm,
    "convolution": convolution,
}


if __name__ == "__main__":
    sys.exit(main())
