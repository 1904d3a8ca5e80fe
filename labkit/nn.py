"""The two base classes that the hand-written layers stand on."""

from collections.abc import Iterator
from reprlib import recursive_repr
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


class Parameter:
    """An array that the optimizer changes, and its gradient.

    Parameters
    ----------
    data : array_like, shape (...,)
        The values.

    Attributes
    ----------
    data : ndarray, shape (...,)
    grad : ndarray, shape (...,), or None
        Gradient of the loss at ``data``; None before the first backward pass.
    """

    def __init__(self, data: ArrayLike) -> None:
        self.data: NDArray[Any] = np.asarray(data)
        self.grad: NDArray[Any] | None = None

    def __repr__(self) -> str:
        return f"Parameter(shape={self.data.shape})"


class Module:
    """A step of a network: `forward` computes it, `backward` takes gradients back.

    A subclass writes `forward(x)`, which keeps what `backward` will need, and
    `backward(dy)`, which fills the gradient of each `Parameter` and returns the
    gradient at the input. Neither changes its arguments.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return ``self.forward(*args, **kwargs)``."""
        return self.forward(*args, **kwargs)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output; a subclass writes it."""
        raise NotImplementedError(f"{type(self).__name__}.forward is not written yet")

    def backward(self, *args: Any, **kwargs: Any) -> Any:
        """Turn the gradient at the output into that at the input; likewise."""
        raise NotImplementedError(f"{type(self).__name__}.backward is not written yet")

    def parameters(self) -> Iterator[Parameter]:
        """Yield every `Parameter` once, in the order in which they were assigned.

        Looks into sub-modules and into lists, tuples and dicts of them.
        """
        yield from _parameters(self, set())

    @recursive_repr()
    def __repr__(self) -> str:
        children = list(_children(vars(self)))
        if not any(isinstance(child, Module) for _, child in children):
            inside = ", ".join(f"{name} {child.data.shape}" for name, child in children)
            return f"{type(self).__name__}({inside})"
        lines = (
            f"({name}): {child!r}".replace("\n", "\n  ") for name, child in children
        )
        return f"{type(self).__name__}(\n  " + "\n  ".join(lines) + "\n)"


def _children(named: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Modules and Parameters by name, those in a list as ``name.0`` and so on."""
    for name, value in named.items():
        if isinstance(value, Module | Parameter):
            yield name, value
        elif isinstance(value, list | tuple | dict):
            pairs = value.items() if isinstance(value, dict) else enumerate(value)
            yield from _children({f"{name}.{key}": child for key, child in pairs})


def _parameters(value: object, seen: set[int]) -> Iterator[Parameter]:
    if id(value) in seen:
        return
    children: list[object] = []
    if isinstance(value, Parameter):
        seen.add(id(value))
        yield value
    elif isinstance(value, Module):
        children = list(vars(value).values())
    elif isinstance(value, dict):
        children = list(value.values())
    elif isinstance(value, list | tuple):
        children = list(value)
    if children:
        seen.add(id(value))
    for child in children:
        yield from _parameters(child, seen)
