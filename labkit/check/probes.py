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
        found: torch.Tensor = model(torch.as_tensor(x))
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


# --- Lab 4 ----------------------------------------------------------------------------


def regression(W: Array, b: Array, power: int) -> Any:
    """Return a class of linear models that start at W, b and apply softmax `power` times."""

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.W = nn.Parameter(torch.tensor(W))
            self.b = nn.Parameter(torch.tensor(b))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y_hat = x.reshape(len(x), -1) @ self.W + self.b
            for _ in range(power):
                y_hat = torch.softmax(y_hat, dim=1)
            return y_hat

        def loss(self, y_hat: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
            return nn.functional.cross_entropy(y_hat, targets)

    return Model


def without_autograd(function: Callable[..., Any], *args: Any) -> Any:
    """Call a function where autograd records nothing."""
    with torch.inference_mode():
        return function(*args)


def differentiate(
    function: Callable[..., Any], x: Array, targets: Array
) -> tuple[Any, Any]:
    """Return a function's value, and autograd's gradient at x or None."""
    at = torch.tensor(x, requires_grad=True)
    value = function(at, torch.tensor(targets))
    if not isinstance(value, torch.Tensor) or not value.requires_grad:
        return value, None
    (gradient,) = torch.autograd.grad(value.sum(), at, allow_unused=True)
    return value.detach(), gradient


def torch_generator(seed: int) -> torch.Generator:
    """Return PyTorch's kind of generator."""
    return torch.Generator().manual_seed(seed)


def defaults(
    model_class: Callable[[], nn.Module], shape: tuple[int, ...]
) -> tuple[list[dict[str, Any]], list[int]]:
    """Make a model of its default size, without memory; trace it, see its output."""
    with torch.device("meta"):
        model = model_class()
        calls, output = trace(model, torch.empty(shape), training=False)
    return calls, list(output.shape)


def dropped(model: nn.Module, x: Array) -> torch.Tensor:
    """Run a model in train mode, but its batch norms in eval mode."""
    model.train()
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()
    with torch.no_grad():
        found: torch.Tensor = model(torch.as_tensor(x))
    return found


def unreached(model: nn.Module, x: Array, weights: Array) -> list[str]:
    """Names of the parameters that get no gradient from the weighted sum of outputs."""
    model.train()
    (model(torch.from_numpy(x)) * torch.from_numpy(weights)).sum().backward()
    return [name for name, p in model.named_parameters() if p.grad is None]


class _Log(list[Any]):
    """A list that copies of its owner share."""

    def __deepcopy__(self, memo: Any) -> "_Log":
        return self


class Scripted(nn.Module):
    """A network whose predictions are written down beforehand, by training age.

    Parameters
    ----------
    script : ndarray, shape (epochs + 1, n), int
        Predicted class of each sample, before training and after each epoch. The first
        pixel of a sample is its number.
    num_classes : int
    batches : int
        Batches an epoch: its age, a buffer, counts those it was trained on.
    """

    def __init__(self, script: Array, num_classes: int, batches: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.register_buffer("age", torch.zeros((), dtype=torch.int64))
        self.script, self.num_classes, self.batches = script, num_classes, batches
        self.log = _Log()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        samples = x[:, 0, 0, 0].round().long().tolist()
        self.log.append((self.training, samples, float(self.weight)))
        age = int(self.age) // self.batches
        row = self.script[min(age, len(self.script) - 1)]
        predicted = torch.as_tensor(row[samples])
        logits = 20.0 * nn.functional.one_hot(predicted, self.num_classes)
        if not self.training:
            return logits
        self.age += 1
        # The weight moves the first logit, and too little to change a prediction.
        return logits + torch.tanh(self.weight) * torch.eye(self.num_classes)[0]
