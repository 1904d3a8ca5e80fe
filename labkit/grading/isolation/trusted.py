"""The end of the conversation at which checks run (see `wire`).

A check handles a `Proxy` as it would the student's object. What it hands over itself,
modules and loaders that record their calls, say, stays here and is asked for.
"""

import builtins
import re
import types
import warnings
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from labkit.check import StudentError
from labkit.grading.isolation import wire
from labkit.nn import Module, Parameter

_FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)
_WARNINGS = {
    name: category
    for name, category in vars(builtins).items()
    if isinstance(category, type) and issubclass(category, Warning)
}


class Proxy:
    """Stands for an object of the student's, which stays in the sandbox.

    Every operation is carried out there; what the student's code raises arrives as
    `labkit.check.StudentError`.
    """

    __slots__ = ("__weakref__", "_number", "_peer")
    _number: int
    _peer: "Grader"

    def __init__(self, peer: "Grader", number: int) -> None:
        object.__setattr__(self, "_peer", peer)
        object.__setattr__(self, "_number", number)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._peer.student("call", self, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        # Protocols of NumPy, copy, IPython and such must not reach the student's code.
        if name.startswith("__") or name.startswith(("_repr_", "_ipython_")):
            raise AttributeError(name)
        return self._peer.student("get", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._peer.student("set", self, name, value)

    def __len__(self) -> int:
        try:
            length = self._peer.student("len", self)
        except StudentError as error:
            if error.kind == "TypeError":  # it has none; `list` asks, and goes on
                raise TypeError(str(error)) from None
            raise
        if type(length) is not int or length < 0:
            raise StudentError("TypeError", "the length is no whole number")
        return length

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, index: Any) -> Any:
        return self._peer.student("item", self, index)

    def __iter__(self) -> Iterator[Any]:
        iterator = self._peer.student("iter", self)
        while True:
            try:
                item = self._peer.student("next", iterator)
            except StudentError as error:
                if error.kind == "StopIteration":
                    return
                raise
            yield item

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("expected an array")

    def __labkit_items__(self) -> list[Any]:
        """Return the items of a sequence."""
        return self._list("items")

    def __labkit_fields__(self, names: tuple[str, ...]) -> list[Any]:
        """Return attributes, by names that may have dots."""
        found = self._list("fields", names)
        if len(found) != len(names):
            raise StudentError("NoAnswer", f"no list of {len(names)} attributes")
        return found

    def __labkit_method__(self, name: str, *args: Any) -> Any:
        """Call a method."""
        return self._peer.student("method", self, name, *args)

    def __labkit_assign__(self, values: dict[str, Any]) -> None:
        """Set attributes, by names that may have dots."""
        self._peer.student("assign", self, values)

    def _list(self, op: str, *args: Any) -> list[Any]:
        found = self._peer.student(op, self, *args)
        if type(found) is not list:
            raise StudentError("NoAnswer", f"no list of {op}")
        return found

    def __labkit_probe__(self, name: str, *args: Any) -> Any:
        """Call a helper of `labkit.check.probes` where the student's object is."""
        return self._peer.student("probe", name, *args)

    @contextmanager
    def __labkit_replaced__(self, stand_ins: dict[str, Any]) -> Iterator[None]:
        """Let the student's class or function see other objects under global names."""
        self._peer.student("replace", self, stand_ins)
        try:
            yield
        finally:
            if not self._peer.broken:
                self._peer.student("replace", self, None)


def _harmless(text: str) -> str:
    """What a student's code says, so that it passes for no hint."""
    return text.replace("Hint (", "hint (")


class Grader(wire.Peer):
    """Asks about the student's objects, and answers about those of a check."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._proxies: weakref.WeakValueDictionary[int, Proxy]
        self._proxies = weakref.WeakValueDictionary()
        self._arrays: weakref.WeakValueDictionary[int, Any]
        self._arrays = weakref.WeakValueDictionary()
        self._mirrored = 0
        self._returning = False  # arrays handed over come back
        self._raised: list[Exception] = []

    def student(self, op: str, target: Any, *args: Any, **kwargs: Any) -> Any:
        """Ask the sandbox; raise `StudentError` where that fails.

        Arrays come back only from calls, of which `labkit.check.student.call` sees that
        they changed nothing: what a probe is given, the check goes on to compute with.
        """
        outer, self._returning = self._returning, op in ("call", "method")
        try:
            return self.ask(op, target, *args, **kwargs)
        except wire.RemoteError as error:
            if error.token is not None and 0 <= error.token < len(self._raised):
                raise self._raised[error.token] from None
            # No text of the student's must pass for a check's hint.
            said = (error.kind, error.message, error.where)
            raise StudentError(*map(_harmless, said)) from None
        except wire.ProtocolError as error:
            raise StudentError("NoAnswer", str(error)) from None
        finally:
            self._returning = outer

    def perform(self, op: Any, target: Any, args: Any, kwargs: Any) -> dict[str, Any]:
        if id(target) not in self._held_as:
            raise TypeError("this is nothing that was handed over")
        plain = not isinstance(target, (*_FUNCTIONS, type, Iterator))
        if op == "call":
            return {"value": target(*args, **kwargs)}
        if op == "method" and plain:
            name, *rest = args
            if name not in _methods(type(target)):
                raise AttributeError(f"{type(target).__name__} has no method {name!r}")
            return {"value": getattr(target, name)(*rest, **kwargs)}
        if op == "get" and plain:
            [name] = args
            if type(name) is not str or name.startswith("_"):
                raise AttributeError(f"{type(target).__name__} has no {name!r}")
            value = getattr(target, name)
            if isinstance(value, np.random.Generator):
                # From its state everything drawn so far could be computed.
                raise AttributeError(f"{name} is not handed over")
            return {"value": value}
        if op == "len" and plain:
            return {"value": len(target)}
        if op == "item" and plain:
            return {"value": target[args[0]]}
        if op == "iter" and plain:
            return {"value": iter(target)}
        if op == "next" and isinstance(target, Iterator):
            return {"value": next(target)}
        raise TypeError(f"{op!r} is not possible with {type(target).__name__}")

    def describe(self, error: BaseException) -> dict[str, Any]:
        if not isinstance(error, Exception):
            raise error
        kind = type(error).__name__
        if hasattr(builtins, kind):
            # An answer such as "no such attribute", which student code may expect.
            message = str(error)[: wire.MAX_TEXT]
            return {"kind": kind, "message": message, "where": ""}
        # A check's own verdict: it passes through the student's code unseen.
        self._raised.append(error)
        stopped = {"kind": kind, "message": "the check ends here", "where": ""}
        return stopped | {"token": len(self._raised) - 1}

    def reference(self, remote: dict[str, Any]) -> Proxy:
        number = remote["mine"]
        proxy = self._proxies.get(number)
        if proxy is None:
            proxy = self._proxies[number] = Proxy(self, number)
        return proxy

    def number_of(self, value: Any) -> int | None:
        return value._number if type(value) is Proxy else None

    def present(self, value: Any, number: int) -> dict[str, Any]:
        if isinstance(value, types.ModuleType):
            raise TypeError("a Python module cannot be handed over")
        kind = "object"
        if isinstance(value, type):
            kind = "class"
        elif isinstance(value, Iterator):
            kind = "iterator"
        shape = value if isinstance(value, type) else type(value)
        described = {"mine": number, "as": kind, "name": shape.__name__}
        described["module"] = issubclass(shape, Module)
        described["methods"] = _methods(shape)
        return described

    def _encode_object(self, value: Any, blobs: Any, seen: Any, depth: int) -> Any:
        tree = super()._encode_object(value, blobs, seen, depth)
        if "mine" in tree:
            held = list(value.parameters()) if isinstance(value, Module) else []
            tree["parameters"] = self.encode(held, blobs, seen, depth + 1)
        return tree

    def mirror(self, value: Any) -> int | None:
        array = not isinstance(value, np.random.Generator | Parameter)
        if array and not self._returning:
            return None
        self._mirrored += 1
        if array:
            self._arrays[self._mirrored] = value
        return self._mirrored

    def _update(self, number: int, state: Any) -> None:
        if number in self.mirrors:
            if isinstance(self.mirrors[number], Parameter) and len(state) != 2:
                raise wire.ProtocolError("a parameter with other parts")
            super()._update(number, state)
            return
        array = self._arrays.get(number)
        if array is not None and not isinstance(array, np.ndarray):
            array = wire.values_of(array)
        if array is None or not array.flags.writeable:
            return
        if type(state) is np.ndarray and state.shape == array.shape:
            array[...] = state

    # A check gives a parameter other arrays, and never writes into those that it has;
    # they are locked to make sure. So which ones they are says whether it has changed.

    def _state(self, value: Any) -> Any:
        if not isinstance(value, Parameter):
            return super()._state(value)
        found = wire.contents(value)
        for array in found:
            if isinstance(array, np.ndarray):
                array.flags.writeable = False
        return found

    def _same(self, a: Any, b: Any) -> bool:
        if isinstance(a, list):
            return all(x is y for x, y in zip(a, b, strict=True))
        return super()._same(a, b)

    def _warn(self, warning: Any) -> None:
        if type(warning) not in (list, tuple) or len(warning) != 2:
            raise wire.ProtocolError("a warning that cannot be read")
        kind, message = (wire.text(part, 500) for part in warning)
        warnings.warn(message, _WARNINGS.get(kind, UserWarning), stacklevel=4)


def _methods(kind: type) -> list[str]:
    """Names of the methods of a check's class that may be called from the sandbox.

    Those of `Module` itself exist there, too.
    """
    own = [base for base in kind.__mro__ if base not in (object, Module)]
    functions = {
        name
        for base in own
        for name, value in vars(base).items()
        if isinstance(value, types.FunctionType) and not name.startswith("_")
    }
    return sorted(functions)


class Names(dict[str, Any]):
    """A test cell's global names: the trusted ones, else the student's."""

    def __init__(
        self, own: dict[str, Any], peer: Grader, failures: Sequence[Any] = ()
    ) -> None:
        super().__init__(own)
        self._peer, self._failures = peer, failures

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name) or name.startswith("__"):
            raise KeyError(name)  # a student's `len` must not become the check's
        try:
            return self._peer.student("name", name)
        except StudentError as error:
            if error.kind != "NameError":
                raise
            found = [
                why
                for source, why in self._failures
                if re.search(rf"\b{re.escape(name)}\b", source)
            ]
            why = f" ({_harmless(found[-1])})" if found else ""
            raise NameError(f"{name} is not defined: its cell failed{why}") from None
