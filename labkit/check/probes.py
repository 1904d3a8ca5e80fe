"""Helpers that run beside the student's objects, where tensors and their graphs are.

`labkit.check.student.make` calls one: in a notebook in the same process, when graded in
the sandbox (see `labkit.grading.isolation.wire`). Student code can change everything
here, so a check believes nothing that a helper says: it compares numbers (weights,
outputs, what a loop returned) with what it computes itself. And a student can read
everything here, so it holds nothing that is asked for in a lab.
"""

import contextlib
import copy
import enum
import functools
import importlib
import os
import random
import sys
import tempfile
import types
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn
from torch.overrides import TorchFunctionMode

from labkit.data import ImageDataset, ImageLoader, Pictures, fast

Array = NDArray[Any]


def picture(pixels: Array) -> Image.Image:
    """Return pixels (H, W, 3) uint8 as a PIL image."""
    return Image.fromarray(pixels)


def repeat(function: Callable[[Any], Any], x: Any, times: int) -> list[Any]:
    """Return what some calls of a function return."""
    return [function(x) for _ in range(times)]


# --- training on images ---------------------------------------------------------------


def has_gpu() -> bool:
    """Whether PyTorch finds a GPU; from now on this process has its part of it.

    ``$LABKIT_GPU_MEMORY`` says how many bytes of its memory.
    """
    if not torch.cuda.is_available():
        return False
    if part := os.environ.get("LABKIT_GPU_MEMORY"):
        memory = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(min(int(part) / memory, 1.0))
    return True


def image_loader(
    images: Array,
    targets: Array,
    batch_size: int,
    mean: Sequence[float],
    std: Sequence[float],
    train: bool,
    erasing: bool,
    device: str,
    channels_last: bool = True,
) -> ImageLoader:
    """Return the kit's loader of images (n, H, W, 3) uint8."""
    return ImageLoader(
        ImageDataset("images", images, targets, ()),
        batch_size,
        mean=mean,
        std=std,
        train=train,
        erasing=erasing,
        device=device,
        channels_last=channels_last,
    )


def fitted(
    fit: Callable[..., Any],
    model: nn.Module,
    loaders: Sequence[ImageLoader],
    optimizer: Any,
    scheduler: Any,
    epochs: int,
    device: str,
) -> Any:
    """Train a model with a student's ``fit``, as fast as the device allows."""
    rest = (nn.CrossEntropyLoss(), optimizer, scheduler, epochs, device)
    with fast(model, device):
        return fit(model, *loaders, *rest)


def logits(
    model: nn.Module,
    images: Array,
    mean: Sequence[float],
    std: Sequence[float],
    device: str,
) -> Array:
    """Return a model's logits (n, C) of images (n, H, W, 3), in eval mode."""
    targets = np.zeros(len(images), np.int64)
    loader = image_loader(images, targets, 500, mean, std, False, False, device)
    model.eval()
    with torch.no_grad():
        parts = [model(x.contiguous()).float() for x, _ in loader]
    found: Array = torch.cat(parts).numpy(force=True)
    return found


# --- any module -----------------------------------------------------------------------


def state(model: nn.Module) -> dict[str, Array]:
    """Copies of all parameters and buffers, by name."""
    return {name: tensor.numpy(force=True).copy() for name, tensor in _named(model)}


def gradients(model: nn.Module) -> dict[str, Array | None]:
    """Copies of all parameters' gradients, by name."""
    return {
        name: None if p.grad is None else p.grad.numpy(force=True).copy()
        for name, p in model.named_parameters()
    }


def shapes(model: nn.Module) -> dict[str, tuple[int, ...]]:
    """Shapes of all parameters that the model finds, by name."""
    return {name: tuple(p.shape) for name, p in model.named_parameters()}


def load(model: nn.Module, values: dict[str, Array]) -> None:
    """Turn a model to float64 and give parameters and buffers these values, by name."""
    model.double()
    with torch.no_grad():
        for name, tensor in _named(model):
            if name in values:
                tensor.copy_(torch.from_numpy(values[name]))


def set_gradients(model: nn.Module, values: dict[str, Array]) -> None:
    """Give parameters these gradients, by name."""
    for name, p in model.named_parameters():
        p.grad = torch.from_numpy(values[name]).to(p)


def mode(model: nn.Module, training: bool) -> nn.Module:
    """Put a model into train or eval mode."""
    return model.train(training)


def enable_gradients() -> bool:
    """Switch gradients on; return whether they were."""
    found = bool(torch.is_grad_enabled())
    torch.set_grad_enabled(True)
    return found


def hooks(model: nn.Module) -> int:
    """How many forward hooks there are, on a model's modules and on all."""
    every = nn.modules.module
    found = [every._global_forward_hooks, every._global_forward_pre_hooks]
    for module in model.modules():
        found += [module._forward_hooks, module._forward_pre_hooks]
    return sum(map(len, found))


def is_training(model: nn.Module) -> list[bool]:
    """Whether a model and each module in it are in train mode."""
    return [module.training for module in model.modules()]


def frozen(model: nn.Module) -> list[str]:
    """Names of the parameters that do not train."""
    return [n for n, p in model.named_parameters() if not p.requires_grad]


class _Precise(TorchFunctionMode):  # type: ignore[misc]
    """Lets a network that is written for float32 compute in float64.

    There, float32 is another name of float64.
    """

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        def wide(value: Any) -> Any:
            return torch.float64 if value is torch.float32 else value

        if function is torch.Tensor.float:
            function = torch.Tensor.double
        given = {key: wide(value) for key, value in (kwargs or {}).items()}
        found = function(*map(wide, args), **given)
        return torch.float32 if found is torch.float64 else found

    def __enter__(self) -> Any:
        self.default = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)
        return super().__enter__()

    def __exit__(self, *exception: Any) -> None:
        super().__exit__(*exception)
        torch.set_default_dtype(self.default)


def _precision(x: Any) -> contextlib.AbstractContextManager[Any]:
    wide = getattr(x, "dtype", None) in (np.float64, torch.float64)
    return _Precise() if wide else contextlib.nullcontext()


def as_it_is(model: nn.Module, x: Array) -> Any:
    """Run a model on x in the mode that it is in, without a graph."""
    given = torch.as_tensor(x).clone()
    with torch.no_grad(), _precision(x):
        return model(given)


def _named(model: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    return chain(model.named_parameters(), model.named_buffers())


def run(model: nn.Module, x: Array, training: bool) -> Any:
    """Run a model on x in one of its modes, without a graph."""
    return as_it_is(model.train(training), x)


def backward(
    model: nn.Module, x: Array, dy: Array, training: bool
) -> tuple[dict[str, Array | None], Array | None]:
    """Return the gradients of sum(dy * model(x)): of the parameters, and at x."""
    model.train(training)
    model.zero_grad()
    leaf = torch.from_numpy(x.copy()).requires_grad_()
    given = leaf.clone()
    with _precision(x):
        y = model(given)
    y.backward(torch.from_numpy(dy))
    dx = None if leaf.grad is None else leaf.grad.numpy().copy()
    return gradients(model), dx


def trace(
    model: nn.Module, x: Array, training: bool, values: bool = False
) -> tuple[list[dict[str, Any]], Any]:
    """Run a model; list the layers that hold parameters, in the order they ran.

    A layer is a module, or a function of `torch.nn.functional` that is given
    parameters of a module that does more than that.

    Returns
    -------
    calls : list of dict
        ``kind`` (the class's name), ``own`` (parameters' and buffers' names in the
        model, by their names in the layer; empty where the model does not find them),
        ``shapes`` of them, ``settings`` (numbers among the module's attributes),
        ``after`` (number of the call whose output came in, or -1), and, with `values`,
        what ``came`` in and ``went`` out.
    output : Tensor
    """
    tracer = _Tracer(model, values)
    every = nn.modules.module
    hooks = [
        every.register_module_forward_pre_hook(tracer.before),
        every.register_module_forward_hook(tracer.after),
    ]
    try:
        with tracer:
            return tracer.calls, run(model, x, training)
    finally:
        for hook in hooks:
            hook.remove()


class _Running(NamedTuple):
    """A module that runs: what came in, how many calls there were, and its own."""

    module: nn.Module
    came: Any
    start: int
    noted: list[dict[str, Any]]


class _Tracer(TorchFunctionMode):  # type: ignore[misc]
    """Notes the layers that run."""

    FUNCTIONS: ClassVar[dict[Any, tuple[str, ...]]] = {
        nn.functional.linear: ("Linear", "input", "weight", "bias"),
        nn.functional.conv2d: ("Conv2d", "input", "weight", "bias", "stride"),
        nn.functional.batch_norm: (
            *("BatchNorm", "input", "running_mean", "running_var", "weight", "bias"),
        ),
    }
    LAYERS = (nn.Linear, nn.Conv2d, nn.modules.batchnorm._BatchNorm)

    def __init__(self, model: nn.Module, values: bool) -> None:
        super().__init__()
        self.names = {id(tensor): name for name, tensor in _named(model)}
        self.values = values
        self.calls: list[dict[str, Any]] = []
        self.made: dict[int, int] = {}
        self.kept: list[Any] = []  # so that an id stays its object's own
        self.inside: list[_Running] = []

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        known = self.FUNCTIONS.get(function)
        running = self.inside[-1] if self.inside else None
        if known is None or running is None or isinstance(running.module, self.LAYERS):
            return function(*args, **kwargs)
        kind, *names = known
        given = dict(zip(names, args, strict=False)) | kwargs
        x = given.pop("input")
        own = {k: given[k] for k in names if isinstance(given.get(k), torch.Tensor)}
        came = x.detach().clone() if self.values else None
        output = function(*args, **kwargs)
        if any(isinstance(tensor, nn.Parameter) for tensor in own.values()):
            settings = {key: given[key] for key in ("eps", "stride") if key in given}
            if isinstance(settings.get("stride"), list):
                settings["stride"] = tuple(settings["stride"])
            self._note(kind, own, settings, x, output, came)
            running.noted.append(self.calls[-1])
        return output

    def before(self, module: nn.Module, args: tuple[Any, ...]) -> None:
        """Note that a module begins."""
        came = None
        if self.values and args and _holds_parameters(module):
            came = args[0].detach().clone()
        self.inside.append(_Running(module, came, len(self.calls), []))

    def after(self, module: nn.Module, args: tuple[Any, ...], output: Any) -> None:
        """Note that a module has run."""
        running = self.inside.pop()
        if not _holds_parameters(module):
            return
        own = {
            key: tensor
            for key, tensor in {**module._parameters, **module._buffers}.items()
            if tensor is not None
        }
        known: dict[str, Any] = {}
        noted = [name for call in running.noted for name in call["own"].values()]
        if len(running.noted) == 1 == len(self.calls) - running.start:
            known = self.calls.pop()["settings"]  # the module is that function
        elif {self.names.get(id(tensor), "") for tensor in own.values()} <= {*noted}:
            return
        settings = {
            key: value
            for key, value in vars(module).items()
            if isinstance(value, int | float | tuple)
        }
        settings |= known
        entered = args[0] if args else None
        name = type(module).__name__
        self._note(name, own, settings, entered, output, running.came)

    def _note(
        self,
        kind: str,
        own: dict[str, torch.Tensor],
        settings: dict[str, Any],
        entered: Any,
        output: Any,
        came: Any,
    ) -> None:
        call = {
            "kind": kind,
            "own": {key: self.names.get(id(t), "") for key, t in own.items()},
            "shapes": {key: tuple(tensor.shape) for key, tensor in own.items()},
            "settings": settings,
            "after": self.made.get(id(entered), -1),
        }
        if self.values:
            call |= {"came": came, "went": output.detach().clone()}
        self.made[id(output)] = len(self.calls)
        self.kept.append((entered, output))
        self.calls.append(call)


def _holds_parameters(module: nn.Module) -> bool:
    return any(p is not None for p in module._parameters.values())


# --- a block, for a network -----------------------------------------------------------


class StandInBlock(nn.Module):  # type: ignore[misc]
    """Takes the place of a residual block: same sizes, something else within.

    It mixes the channels at every position, and is never negative, as a block's output.
    """

    expansion = 1
    made: list["StandInBlock"]

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.sizes = in_channels, out_channels, stride
        self.number = len(self.made)
        self.made.append(self)
        mixing = torch.randn(out_channels, in_channels) / in_channels**0.5
        self.mixing = nn.Parameter(mixing)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        strided = x[:, :, :: self.sizes[2], :: self.sizes[2]]
        return torch.einsum("oc,nchw->nohw", self.mixing, strided).abs().contiguous()


def block() -> type:
    """Return a class to be seen in place of the student's block."""
    return type("StandInBlock", (StandInBlock,), {"made": []})


def mix(block: Any, mixings: dict[int, Array]) -> None:
    """Give the blocks made of a class these mixings, by their numbers."""
    with torch.no_grad():
        for number, mixing in mixings.items():
            block.made[number].mixing.copy_(torch.from_numpy(mixing))


def small_network() -> nn.Module:
    """Return a network that has what networks have: weights, biases, batch norm."""
    return nn.Sequential(
        nn.Conv2d(3, 4, 3, bias=False),
        nn.BatchNorm2d(4),
        nn.Flatten(),
        nn.Linear(16, 10),
    )


# --- model, loader, criterion and optimizer, for a loop -------------------------------


class Elsewhere(torch.Tensor):  # type: ignore[misc]
    """A tensor that is not on the device until it is moved there.

    Images have the wrong sign until then, for what runs the model all the same.

    Attributes
    ----------
    others : tuple of str
        Names of devices that are not the one.
    """

    others: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def of(cls, tensor: torch.Tensor) -> "Elsewhere":
        """Return a tensor, of images or targets, that is not on the device."""
        given = -tensor if tensor.is_floating_point() else tensor
        return cast("Elsewhere", given.as_subclass(cls))

    @classmethod
    def __torch_function__(
        cls, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        found = super().__torch_function__(func, types, args, kwargs or {})
        if func is torch.Tensor.copy_ and not isinstance(args[0], cls):
            into = args[0]  # where it was made, it is
            return into.neg_() if into.is_floating_point() else into
        if func is not torch.Tensor.to:
            return found
        to = [*args[1:], *(kwargs or {}).values()]
        if not any(
            isinstance(arg, torch.device | torch.Tensor)
            or (isinstance(arg, str) and arg not in cls.others)
            for arg in to
        ):
            return found
        moved = found.as_subclass(torch.Tensor)
        return -moved if moved.is_floating_point() else moved


class Apart(Elsewhere):
    """Goes to the device ``cpu:0``: that is the argument, ``cpu`` is made up."""

    others = ("cpu",)


def _here(tensor: torch.Tensor, name: str) -> torch.Tensor:
    if isinstance(tensor, Elsewhere):
        raise _not_moved(name)
    return tensor


def _not_moved(name: str) -> RuntimeError:
    return RuntimeError(
        "Expected all tensors to be on the same device, but found at least two "
        f"devices: {name} has not been moved"
    )


class Watch(nn.Module):  # type: ignore[misc]
    """Knows how the model runs: its mode is the model's.

    It notes in its buffers how each sample was seen, for hints, and has other logits to
    add in each mode, with and without a graph, so that numbers tell.
    """

    def __init__(self, total: int, shifts: Array) -> None:
        super().__init__()
        for name in ("trained", "tested", "with_graph"):
            self.register_buffer(name, torch.zeros(total, dtype=torch.bool))
        self.register_buffer("latest", torch.zeros(()))
        self.register_buffer("shifts", torch.from_numpy(shifts.copy()))

    def forward(self, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        numbers = (x[:, 0, 0, 0].detach() * 256).round().long()
        numbers = numbers.clamp(0, len(self.trained) - 1)
        (self.trained if self.training else self.tested)[numbers] = True
        graph = torch.is_grad_enabled() and weight.requires_grad
        self.with_graph[numbers] |= graph
        if self.training:
            self.latest.copy_(weight.detach()[0, 0])
        return self.shifts[int(self.training), int(graph)]


class Network(nn.Module):  # type: ignore[misc]
    """Linear, so that its training can be computed beforehand.

    Parameters
    ----------
    weight : ndarray, shape (D, C)
    total : int
        Number of samples.
    shifts : ndarray, shape (2, 2, C)
        Added to the logits, by train mode or not and with a graph or not.
    """

    def __init__(self, weight: Array, total: int, shifts: Array) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(weight.copy()))
        self.watch = Watch(total, shifts)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Network":
        """Copy it; what is seen through the copy is noted here, too."""
        watch = self.watch
        start = self.weight.detach().numpy(), len(watch.trained), watch.shifts.numpy()
        other = Network(*start)
        other.weight = copy.deepcopy(self.weight, memo)
        for name in ("trained", "tested", "with_graph"):
            setattr(other.watch, name, getattr(watch, name))
        other.watch.latest.copy_(watch.latest)
        other.train(self.training)
        return other

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shift = self.watch(_here(x, "x"), self.weight)
        return x.flatten(1) @ self.weight + shift


class Criterion(nn.Module):  # type: ignore[misc]
    """Mean over the batch of half the squared distance to the class's own logits."""

    reduction = "mean"

    def __init__(self, wanted: Array) -> None:
        super().__init__()
        self.wanted = torch.from_numpy(wanted.copy())

    def forward(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        _here(targets, "targets")
        if logits.ndim != 2 or targets.shape != logits.shape[:1]:
            raise ValueError(
                "the criterion takes logits (N, C) and targets (N,); it got "
                f"{tuple(logits.shape)} and {tuple(targets.shape)}"
            )
        distance = logits - self.wanted[targets]
        return 0.5 * (distance**2).sum(dim=1).mean()


class Loader:
    """The batches given, in their order."""

    def __init__(self, batches: list[tuple[Array, Array]], elsewhere: bool) -> None:
        self.dataset = range(sum(len(targets) for _, targets in batches))
        self.batch_size = max(len(targets) for _, targets in batches)
        self._elsewhere = elsewhere
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for x, targets in self._batches:
            here = torch.from_numpy(x.copy()), torch.from_numpy(targets.copy())
            if self._elsewhere:
                yield Apart.of(here[0]), Apart.of(here[1])
            else:
                yield here


class Sgd(torch.optim.SGD):  # type: ignore[misc]
    """Plain gradient descent that notes its calls, for hints."""

    def __init__(self, model: nn.Module, lr: float) -> None:
        super().__init__(model.parameters(), lr=lr)
        self.noted: list[str] = []
        for parameter in model.parameters():
            parameter.register_post_accumulate_grad_hook(
                lambda _: self.noted.append("gradient")
            )

    def step(self, closure: Any = None) -> Any:
        grads = [p.grad for group in self.param_groups for p in group["params"]]
        clear = all(grad is None or not grad.any() for grad in grads)
        self.noted.append("step without gradient" if clear else "step")
        return super().step(closure)

    def zero_grad(self, set_to_none: bool = True) -> None:
        self.noted.append("zero")
        super().zero_grad(set_to_none)


def network(weight: Array, total: int, shifts: Array) -> Network:
    return Network(weight, total, shifts)


def criterion(wanted: Array) -> Criterion:
    return Criterion(wanted)


def loader(batches: list[tuple[Array, Array]], elsewhere: bool = False) -> Loader:
    return Loader(batches, elsewhere)


def sgd(model: nn.Module, lr: float) -> Sgd:
    return Sgd(model, lr)


def scheduler(optimizer: Any, factors: list[float]) -> Any:
    """Return a scheduler that multiplies the first rate by a factor an epoch.

    What is no epoch, such as a loss that it is stepped with, gives the last factor.
    """
    last = len(factors) - 1
    return torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda epoch: factors[min(epoch, last) if isinstance(epoch, int) else last],
    )


def schedule(
    model: nn.Module,
    optimizer: Any,
    scheduler: Any,
    epochs: int,
    step: dict[str, Array],
) -> list[list[float]]:
    """Step an optimizer and its scheduler once an epoch, always at one gradient.

    Returns
    -------
    list of list of float
        The learning rate of each parameter group, in each epoch.
    """
    rates = []
    for epoch in range(epochs):
        rates.append([float(group["lr"]) for group in optimizer.param_groups])
        set_gradients(model, step)
        optimizer.step()
        if epoch < epochs - 1:
            scheduler.step()
    return rates


# --- the same training, computed without a graph --------------------------------------


def measure(
    weight: Array, x: Array, targets: Array, wanted: Array, shift: Array | float = 0.0
) -> tuple[Array, Array, Array]:
    """Loss and correctness of each sample, and the gradient of the mean loss.

    Parameters
    ----------
    weight : ndarray, shape (D, C)
        Of a `Network`.
    x : ndarray, shape (N, ...)
        D numbers a sample.
    targets : ndarray, shape (N,)
    wanted : ndarray, shape (C, C)
        Of a `Criterion`.
    shift : ndarray, shape (C,)
        What the `Network` adds to its logits.
    """
    flat = x.reshape(len(x), -1).astype(float)
    logits = flat @ weight + shift
    distance = logits - wanted[targets]
    losses = 0.5 * (distance**2).sum(axis=1)
    return losses, logits.argmax(axis=1) == targets, flat.T @ distance / len(x)


def epochs_without_graph() -> dict[str, Any]:
    """Return stand-ins for a student's loops, good for a `Network` alone."""
    return {"train_one_epoch": _descend, "evaluate": _score}


def _descend(
    model: Any, loader: Any, criterion: Any, optimizer: Any, device: Any
) -> Any:
    return _over(model.train(), loader, criterion, optimizer.param_groups[0]["lr"])


def _score(model: Any, loader: Any, criterion: Any, device: Any) -> Any:
    return _over(model, loader, criterion, 0.0)


def _over(model: Any, loader: Any, criterion: Any, rate: float) -> tuple[float, float]:
    found = []
    for x, targets in loader:
        weight = model.weight.numpy(force=True).astype(float)
        if rate:
            run(model, x.numpy(), True)
        arrays = (x.numpy(), targets.numpy(), criterion.wanted.numpy())
        losses, right, slope = measure(weight, *arrays)
        found.append((losses, right))
        with torch.no_grad():
            model.weight.copy_(torch.from_numpy(weight - rate * slope))
    losses, right = (np.concatenate(part) for part in zip(*found, strict=True))
    return float(losses.mean()), float(right.mean())


# --- Lab 3 ----------------------------------------------------------------------------


class SmallNet(nn.Module):  # type: ignore[misc]
    """Takes the place of torchvision's ResNets: its names and features, not its layers.

    It trains in seconds. Built as a ResNet is (kind of block, blocks a stage), and with
    as many features before ``fc``: 512, or 2048 where a block expands.
    """

    def __init__(
        self,
        block: Any = None,
        layers: Sequence[int] = (2, 2, 2, 2),
        num_classes: int = 1000,
        width: int = 16,
        **_: Any,
    ) -> None:
        super().__init__()
        features = 512 * getattr(block, "expansion", 1)
        parts: dict[str, nn.Module] = {
            "conv1": nn.Conv2d(3, width, kernel_size=3, padding=1, bias=False),
            "bn1": nn.BatchNorm2d(num_features=width),
            "relu": nn.ReLU(inplace=True),
            "maxpool": nn.MaxPool2d(2),
        }
        for number, count in enumerate(layers):
            into, out = width << max(number - 1, 0), width << number
            units = [Unit(into, out, 3, 1 + (number > 0))]
            units += [Unit(out, out, 3, 1) for _ in range(count // 2 - 1)]
            if number == 3:
                units.append(Unit(out, features, 1, 1))
            parts[f"layer{number + 1}"] = nn.Sequential(*units)
        parts["avgpool"] = nn.AdaptiveAvgPool2d(output_size=1)
        parts["fc"] = nn.Linear(features, num_classes)
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        *body, head = self.children()
        for part in body:
            x = part(x)
        found: torch.Tensor = head(x.flatten(1))
        return found


class Unit(nn.Module):  # type: ignore[misc]
    """A convolution, and where it strides a second one that says what passes."""

    def __init__(self, into: int, out: int, size: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(into, out, size, stride, size // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Module | None = None
        if stride > 1:
            gate = nn.Conv2d(into, out, 1, stride, bias=False)
            self.downsample = nn.Sequential(gate, nn.BatchNorm2d(out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y: torch.Tensor = self.relu(self.bn1(self.conv1(x)))
        return y if self.downsample is None else y * self.downsample(x).sigmoid()


for _class in (SmallNet, Unit):  # what a network says of where it comes from
    _class.__module__ = "torchvision.models.resnet"

SIZES = {"resnet18": (2, 2, 2, 2), "resnet34": (3, 4, 6, 3), "resnet50": (3, 4, 6, 3)}
_EXPANDS = ("resnet50",)
_SEED = [0]  # of the weights that are said to be published


def small_network_of(arch: str, num_classes: int = 1000) -> SmallNet:
    """Return the network that stands in for one of torchvision's."""
    kind = _Wide if arch in _EXPANDS else _Narrow
    return SmallNet(kind, SIZES[arch], num_classes)


class _Narrow:
    expansion = 1


class _Wide:
    expansion = 4


def published(arch: str, name: str, seed: int) -> dict[str, Array]:
    """Return what stands in for published weights: random, of 1000 classes."""
    model = small_network_of(arch)
    rng = np.random.default_rng([seed, *arch.encode(), *name.encode()])
    values: dict[str, Array] = {}
    for key, tensor in model.state_dict().items():
        draw = rng.standard_normal(tuple(tensor.shape), np.float32) * np.float32(0.1)
        values[key] = np.abs(draw) + 0.5 if "running_var" in key else draw
        if "num_batches" in key:
            values[key] = np.array(7)
    return values


def _published_tensors(weights: Any) -> dict[str, torch.Tensor]:
    arch = type(weights).__name__.removesuffix("_Weights").lower()
    values = published(arch, weights.name, _SEED[0])
    return {key: torch.as_tensor(value) for key, value in values.items()}


def classifier(
    make_classifier: Callable[..., Any],
    arch: str,
    num_classes: int,
    weights: str | dict[str, Array] | None,
    seed: int = 0,
) -> Any:
    """Call a student's function; small networks take the place of torchvision's.

    Parameters
    ----------
    make_classifier : callable
    arch : str
    num_classes : int
    weights : str, dict or None
        A dict of arrays is written to a file, and its path is handed on.
    seed : int
        Of the published weights.
    """
    _SEED[0] = seed
    with _small_networks(), tempfile.TemporaryDirectory() as folder:
        if isinstance(weights, dict):
            from safetensors.numpy import save_file

            path = os.path.join(folder, f"{arch}.safetensors")
            save_file({k: np.array(v, order="C") for k, v in weights.items()}, path)
            weights = path
        return make_classifier(arch, num_classes, weights)


@contextlib.contextmanager
def _small_networks() -> Iterator[None]:
    """Let torchvision build small networks, with weights that are drawn."""
    import torchvision.models as models

    if models.ResNet is SmallNet:  # as in the sandbox
        yield
        return
    from torchvision.models import _api, resnet

    kept = resnet.ResNet, _api.WeightsEnum.get_state_dict
    resnet.ResNet = SmallNet
    _api.WeightsEnum.get_state_dict = lambda self, *_, **__: _published_tensors(self)
    try:
        yield
    finally:
        resnet.ResNet, _api.WeightsEnum.get_state_dict = kept


def stand_in_models() -> None:
    """Put a module with small networks where ``torchvision.models`` is absent.

    So a network that is to be built by hand cannot be one of torchvision's, whatever
    a submission does, and a question about these has something to work on.
    """
    import torchvision

    with contextlib.suppress(ModuleNotFoundError):
        importlib.import_module("torchvision.models.resnet")
        return  # it is there: in a notebook
    module: Any = types.ModuleType("torchvision.models")
    module.__dict__.update(
        ResNet=SmallNet, BasicBlock=_Narrow, Bottleneck=_Wide, **_builders()
    )
    module.__path__ = []
    module.__getattr__ = _absent
    inner = types.ModuleType("torchvision.models.resnet")
    inner.__dict__.update({k: v for k, v in vars(module).items() if k[0] != "_"})
    module.resnet = inner
    sys.modules["torchvision.models"] = torchvision.models = module
    sys.modules["torchvision.models.resnet"] = inner


def _absent(name: str) -> Any:
    """Stand for what else is in ``torchvision.models``: to be named, not called."""
    if name.startswith("__"):
        raise AttributeError(name)

    def build(*_: Any, **__: Any) -> Any:
        raise ModuleNotFoundError(f"the grader has no torchvision.models.{name}")

    return build


def _builders() -> dict[str, Any]:
    """Return the functions and weights of ``torchvision.models`` that stand in."""
    kinds: dict[str, Any] = {}
    for arch in SIZES:
        name = f"{arch.replace('resnet', 'ResNet')}_Weights"
        names = ["IMAGENET1K_V1"] + ["IMAGENET1K_V2"] * (arch in _EXPANDS)
        members = [*zip(names, names, strict=True), ("DEFAULT", names[-1])]
        kinds[arch] = cast(Any, _Weights)(name, members)

    def builder(arch: str) -> Callable[..., Any]:
        def build(
            weights: Any = None, progress: bool = True, **kwargs: Any
        ) -> SmallNet:
            if kwargs.pop("pretrained", False):
                weights = "IMAGENET1K_V1"
            if weights is None:
                return small_network_of(arch, kwargs.get("num_classes", 1000))
            found = kinds[arch].verify(weights)
            if kwargs.get("num_classes", 1000) != 1000:
                raise ValueError(
                    "The parameter 'num_classes' expected value 1000 but got "
                    f"{kwargs['num_classes']} instead."
                )
            model = small_network_of(arch)
            model.load_state_dict(found.get_state_dict())
            return model

        build.__name__ = arch
        return build

    built = {arch: builder(arch) for arch in SIZES}

    def get_weight(name: str) -> Any:
        kind, _, member = name.partition(".")
        return {k.__name__: k for k in kinds.values()}[kind][member]

    return {
        **built,
        **{kind.__name__: kind for kind in kinds.values()},
        "get_model": lambda name, **config: built[name.lower()](**config),
        "get_model_builder": lambda name: built[name.lower()],
        "get_model_weights": lambda name: kinds[str(getattr(name, "__name__", name))],
        "get_weight": get_weight,
        "list_models": lambda *_, **__: list(built),
        "WeightsEnum": _Weights,
    }


class _Weights(enum.Enum):
    """As torchvision's enumerations of published weights are used."""

    @classmethod
    def verify(cls, found: Any) -> Any:
        if isinstance(found, str):
            return cls[found.replace(f"{cls.__name__}.", "")]
        if not isinstance(found, cls):
            raise TypeError(f"expected {cls.__name__}, got {type(found).__name__}")
        return found

    def get_state_dict(self, *_: Any, **__: Any) -> dict[str, torch.Tensor]:
        return _published_tensors(self)

    @functools.cached_property
    def meta(self) -> dict[str, Any]:
        return {
            "categories": [f"class {number}" for number in range(1000)],
            "num_params": sum(t.numel() for t in self.get_state_dict().values()),
            "min_size": (1, 1),
        }

    def transforms(self, **settings: Any) -> Any:
        from torchvision.transforms._presets import ImageClassification

        return ImageClassification(crop_size=224, **settings)

    @property
    def url(self) -> str:
        return f"https://download.pytorch.org/models/{self.name}.pth"


def sources(model: nn.Module) -> list[str]:
    """Names of the modules that the classes of a model's parts come from."""
    kinds = {kind for module in model.modules() for kind in type(module).__mro__}
    return sorted({str(kind.__module__) for kind in kinds})


def double_hidden(model: nn.Module, x: Array) -> None:
    """Turn to float64 what runs in a model that does not find it."""
    hook = nn.modules.module.register_module_forward_pre_hook(
        lambda module, _: module.double() and None
    )
    try:
        run(model, x, False)
    finally:
        hook.remove()


def on_meta(
    network: Callable[[], nn.Module], shape: tuple[int, ...]
) -> tuple[list[dict[str, Any]], dict[str, tuple[int, ...]]]:
    """Make a network, without memory if it can be; return its calls and parameters."""
    try:
        with torch.device("meta"):
            model = network()
            calls, _ = trace(model, torch.empty(shape), False)
    except (RuntimeError, NotImplementedError):  # it looks at numbers, say
        model = network()
        calls, _ = trace(model, torch.zeros(shape).numpy(), False)
    return calls, shapes(model)


def torchvision_like(layers: Sequence[int], width: int, num_classes: int) -> SmallNet:
    """Return a network with torchvision's names."""
    return SmallNet(_Narrow, layers, num_classes, width)


def walked(model: nn.Module, x: Array, dy: Array, lr: float) -> None:
    """Take one step of gradient descent in the mode and state that a model is in."""
    model.zero_grad()
    given = torch.from_numpy(x)
    with _precision(x):
        y = model(given)
    if y.requires_grad:
        y.backward(torch.from_numpy(dy))
    with torch.no_grad():
        for p in model.parameters():
            if p.grad is not None:
                p.sub_(lr * p.grad)


def stepped(
    parameter_groups: Callable[..., Any],
    model: nn.Module,
    rates: Sequence[float],
    step: dict[str, Array],
) -> list[tuple[float, int]] | None:
    """Take one step along a gradient with an optimizer of a student's groups.

    Returns
    -------
    list of (float, int)
        Each group's learning rate, and how many parameters it has; None where there
        are no groups.
    """
    groups = parameter_groups(model, *rates)
    if groups is None:
        return None
    optimizer = torch.optim.SGD(groups, lr=0.0)
    set_gradients(model, step)
    optimizer.step()
    return [(float(g["lr"]), len(g["params"])) for g in optimizer.param_groups]


def grouped_sgd(model: SmallNet, rates: Sequence[float]) -> torch.optim.SGD:
    """Return an optimizer with a group for each of three rates, or of one.

    The last group is the head's. A schedule is said to have halved the rates.
    """
    head = list(model.fc.parameters())
    rest = [p for name, p in model.named_parameters() if not name.startswith("fc.")]
    parts = [rest[:1], rest[1:], head] if len(rates) > 1 else [rest + head]
    groups = [
        {"params": part, "lr": rate, "initial_lr": 2 * rate}
        for part, rate in zip(parts, rates, strict=True)
    ]
    return torch.optim.SGD(groups)


class Moody(nn.Module):  # type: ignore[misc]
    """Linear; in train mode its logits are those of other classes."""

    def __init__(self, weight: Array) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(weight.copy()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits = x.flatten(1) @ self.weight
        return logits.flip(1) if self.training else logits


def moody(weight: Array) -> Moody:
    return Moody(weight)


def written(
    function: Callable[..., Any], model: nn.Module, batches: Any, old: str = ""
) -> str | None:
    """Let a student's function write a file; return what is in it, or None.

    There may be an old one in its place.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "predictions.csv")
        if old:
            Path(path).write_text(old, "utf-8")
        function(model, Loader(batches, False), path)
        return text(path)


def text(path: str) -> str | None:
    """Return what is in a file, as far as it is not too long; None without one."""
    if not os.path.isfile(path):
        return None
    # What some editors write at the start, a mark, is no part of it.
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        return file.read(2_000_000)


def seeded(seed: int) -> None:
    """Seed what a student's code draws from without a generator of its own."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - for students who draw from it
    torch.manual_seed(seed)


def tuned(
    fine_tune: Callable[..., Any],
    model: nn.Module,
    pairs: Sequence[tuple[Array, Array]],
    looks: Sequence[Callable[[Any], Any]],
    batch_size: int,
    epochs: int,
) -> Any:
    """Train a classifier with a student's function and transforms, on the CPU."""
    enable_gradients()  # a call before may have left them off
    loaders = [
        torch.utils.data.DataLoader(
            Pictures(ImageDataset("images", *pair, ()), look), size, shuffle=shuffled
        )
        for pair, look, size, shuffled in zip(
            pairs, looks, (batch_size, 200), (True, False), strict=True
        )
    ]
    return fine_tune(model, *loaders, epochs, "cpu")


def transformed_logits(
    model: nn.Module, images: Array, look: Callable[[Any], Any]
) -> Array:
    """Return a model's logits of images (n, H, W, 3), in eval mode."""
    model.eval()
    with torch.no_grad():
        x = torch.stack([look(Image.fromarray(image)) for image in images])
        found: Array = model(x).float().numpy(force=True)
    return found


# --- Lab 4 ----------------------------------------------------------------------------


def regression(W: Array, b: Array, power: int) -> Any:
    """Return a class of linear models from W, b, with softmax `power` times."""

    class Model(nn.Module):  # type: ignore[misc]
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
    given = torch.as_tensor(x)
    with torch.no_grad(), _precision(x):
        found: torch.Tensor = model(given)
    return found


class Loaders:
    """Three loaders: as a tuple, by name, or as attributes."""

    def __init__(
        self, train: Any, valid: Any, test: Any, elsewhere: bool = False
    ) -> None:
        self.train, self.valid, self.test = (
            _LoaderElsewhere(loader) if elsewhere else loader
            for loader in (train, valid, test)
        )

    def __len__(self) -> int:
        return 3

    def __iter__(self) -> Iterator[Any]:
        return iter((self.train, self.valid, self.test))

    def __getitem__(self, key: Any) -> Any:
        return getattr(self, key) if isinstance(key, str) else (*self,)[key]


class _LoaderElsewhere:
    """A loader whose images are not on the device until they are moved there."""

    def __init__(self, loader: Any) -> None:
        self._loader, self.dataset = loader, loader.dataset

    def __len__(self) -> int:
        return len(self._loader)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for x, targets in self._loader:
            yield Elsewhere.of(x), targets


def tested(
    compare: Callable[..., Any],
    models: dict[str, nn.Module],
    loaders: Loaders,
    epochs: int,
    device: str,
) -> dict[str, nn.Module]:
    """Run a student's ``compare``; return the network of each class that ran last.

    It may be a copy of the one that was handed over.
    """
    names = {type(model): name for name, model in models.items()}
    last = dict(models)

    def note(module: nn.Module, *_: Any) -> None:
        if type(module) in names:
            last[names[type(module)]] = module

    hook = nn.modules.module.register_module_forward_hook(note)
    try:
        compare(models, loaders, epochs, device)
    finally:
        hook.remove()
    return last


class _Shared:
    """Something that copies of its owner share, those saved and loaded included."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __deepcopy__(self, memo: Any) -> "_Shared":
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        _SAVED[id(self)] = self
        return _loaded, (id(self),)


def _loaded(key: int) -> _Shared:
    return _SAVED[key]


_SAVED: dict[int, _Shared] = {}


class Scripted(nn.Module):  # type: ignore[misc]
    """A network whose answers are written down beforehand, by training age.

    Parameters
    ----------
    answers : object
        Where they are: ``logits(training, age, samples, weight, added)``, where
        ``added`` says that the gradient before was not cleared, and ``direction``.
        Its age, a buffer, counts the batches it was trained on, and the first pixel of
        a sample is its number.
    elsewhere : bool
        Whether it must be moved to the device.
    """

    def __init__(self, answers: Any, elsewhere: bool = False) -> None:
        super().__init__()
        self.elsewhere = elsewhere
        self.weight = nn.Parameter(torch.zeros(1))
        self.register_buffer("age", torch.zeros((), dtype=torch.int64))
        self.answers, self.direction = _Shared(answers), answers.direction
        self.slope = float("inf")  # of the last batch's loss alone

    def _apply(self, *args: Any, **kwargs: Any) -> Any:
        self.elsewhere = False
        return super()._apply(*args, **kwargs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.elsewhere:
            raise _not_moved("the network")
        samples = _here(x, "the batch")[:, 0, 0, 0].round().long().tolist()
        # A clipped gradient is smaller than the batch's own.
        grad = 0.0 if self.weight.grad is None else abs(float(self.weight.grad))
        added = self.training and grad > 1.001 * self.slope
        asked = self.training, int(self.age), samples, float(self.weight), added
        logits = torch.as_tensor(self.answers.value.logits(*asked))
        if not self.training:
            return logits + 0 * self.weight
        self.age += 1
        # The weight moves the first logit, and too little to change a prediction.
        weight = self.weight + 0
        if weight.requires_grad:
            weight.register_hook(self._note)
        shift = self.direction * torch.tanh(weight)
        return logits + shift * torch.eye(logits.shape[1])[0]

    def _note(self, gradient: torch.Tensor) -> None:
        self.slope = abs(float(gradient))
