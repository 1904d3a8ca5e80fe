"""Helpers that run beside the student's objects, where tensors and their graphs are.

`labkit.check.student.make` calls one: in a notebook in the same process, when graded in
the sandbox (see `labkit.grading.isolation.wire`). Student code can change everything
here, so a check believes nothing that a helper says: it compares numbers (weights,
outputs, what a loop returned) with what it computes itself. And a student can read
everything here, so it holds nothing that is asked for in a lab.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

Array = NDArray[Any]


def picture(pixels: Array) -> Image.Image:
    """Return pixels (H, W, 3) uint8 as a PIL image."""
    return Image.fromarray(pixels)


def repeat(function: Callable[[Any], Any], x: Any, times: int) -> list[Any]:
    """Return what some calls of a function return."""
    return [function(x) for _ in range(times)]


# --- any module -----------------------------------------------------------------------


def state(model: nn.Module) -> dict[str, Array]:
    """Copies of all parameters and buffers, by name."""
    return {name: tensor.numpy(force=True).copy() for name, tensor in _named(model)}


def parameters(model: nn.Module) -> dict[str, tuple[int, ...]]:
    """Shapes of all parameters that `parameters` finds, by name."""
    return {name: tuple(p.shape) for name, p in model.named_parameters()}


def load(model: nn.Module, values: dict[str, Array]) -> None:
    """Turn a model to float64 and give parameters and buffers these values, by name."""
    model.double()
    with torch.no_grad():
        for name, tensor in _named(model):
            if name in values:
                tensor.copy_(torch.from_numpy(values[name]))


def _named(model: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    return chain(model.named_parameters(), model.named_buffers())


def run(model: nn.Module, x: Array, training: bool) -> torch.Tensor:
    """Run a model on x in one of its modes, without a graph."""
    model.train(training)
    with torch.no_grad():
        found: torch.Tensor = model(torch.from_numpy(x))
    return found


def trace(
    model: nn.Module, x: Array, training: bool, values: bool = False
) -> tuple[list[dict[str, Any]], Any]:
    """Run a model; list the modules that hold parameters in the order they ran.

    Returns
    -------
    calls : list of dict
        ``kind`` (the class's name), ``own`` (its parameters' and buffers' names in the
        model, by their names in the module; empty for those that the model does not
        find), ``shapes``, ``settings`` (numbers among its attributes), ``after`` (number of the call
        whose output it got, or -1), and with `values` ``came`` and ``went``.
    output : Tensor
    """
    names = {id(tensor): name for name, tensor in _named(model)}
    calls: list[dict[str, Any]] = []
    made: dict[int, int] = {}
    kept = []  # so that ids stay their objects' own

    def note(module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        own = dict(chain(module._parameters.items(), module._buffers.items()))
        if not any(parameter is not None for parameter in module._parameters.values()):
            return
        came = args[0] if args else None
        call = {
            "kind": type(module).__name__,
            "own": {k: names.get(id(t), "") for k, t in own.items() if t is not None},
            "shapes": {k: tuple(t.shape) for k, t in own.items() if t is not None},
            "settings": {
                key: value
                for key, value in vars(module).items()
                if isinstance(value, int | float | str | tuple)
            },
            "after": made.get(id(came), -1),
        }
        if values:
            call |= {"came": copies.get(id(came)), "went": output.detach().clone()}
        made[id(output)] = len(calls)
        kept.append((came, output))
        calls.append(call)

    copies: dict[int, torch.Tensor] = {}

    def before(module: nn.Module, args: tuple[Any, ...]) -> None:
        if args and any(p is not None for p in module._parameters.values()):
            copies[id(args[0])] = args[0].detach().clone()

    hooks = [
        nn.modules.module.register_module_forward_hook(note),
        *([nn.modules.module.register_module_forward_pre_hook(before)] * values),
    ]
    try:
        return calls, run(model, x, training)
    finally:
        for hook in hooks:
            hook.remove()
