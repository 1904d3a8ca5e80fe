"""What travels between the trusted process and the sandbox, and how it is judged.

This file is the whole protocol. Both ends run it; neither end ever unpickles.

**Frames.** A frame is two little-endian 64-bit lengths, a JSON header, then raw bytes
("blobs", the memory of arrays) whose sizes stand in the header's ``blobs``. A frame or
a conversation that is too large, and a header that is not as described here, ends the
conversation: the question being graded is lost, nothing else.

**Conversation.** Strictly nested requests. Whoever has sent a request waits for its
``return`` or ``error``, and answers requests of the other end meanwhile. A request has
an ``op``, a ``target`` and ``args`` (and ``kwargs``); ``return`` has a ``value`` and
the ``warnings`` given meanwhile; ``error`` has ``kind``, ``message``, ``where``, and a
``token`` where the exception came from the other end in the first place.

========  =============================  ==========================================
op        target                         asks for
========  =============================  ==========================================
name      a name                         the student's object of that name
call      object, args, kwargs           its result
method    object, name, args, kwargs     the result of its method of that name
get, set  object, attribute (, value)    the attribute
len       object                         its length
item      object, index                  the item
items     object                         a list of the items from 0 to its length
fields    object, names                  a list of attributes; names may have dots
assign    object, dict                   these attributes set; names may have dots
iter      object                         an iterator
next      iterator                       the next item; ``error`` StopIteration
replace   class or function, dict        other objects under global names
probe     a name of `labkit.check.probes`  what it returns for args
========  =============================  ==========================================

The sandbox answers all of them about the student's objects: the worst that they do
happens in there. A probe is a helper of a check that is made and runs beside the
student's objects, where tensors and their graphs are; like them it is not believed.
The trusted process answers ``call``, ``method``, ``get``, ``len``, ``item``, ``iter``
and ``next`` alone, about objects that a check has handed over, and never an attribute
whose name starts with an underscore, nor any attribute of functions, classes and
iterators: what a check hands over keeps its secrets behind an underscore. It says with
such an object which ``methods`` it has.
``files``, ``cell`` and ``fork`` (`student`), which drive a notebook, go to a kernel
alone.

**Values.** None, booleans, numbers, strings and lists are JSON. All else is a dict with
one key:

=============  ====================================================================
tuple, set     list of values
dict           list of [key, value]
bytes          number of a blob
complex        [real, imaginary]
range          [start, stop, step]
array          dtype, shape, blob; ``w`` writeable, ``scalar``, ``mirror``; ``torch``
               for a tensor, which crosses by value, without its graph
generator      state of a numpy.random.Generator
parameter      data and grad of a labkit.nn.Parameter, with its ``mirror``
mirror         number of an object that both ends have
mine, yours    number of an object that stays at the sender's, the receiver's end
=============  ====================================================================

Booleans, integers, floats and complex numbers are the only dtypes. Sizes, depths and
numbers of keys are bounded (the constants below). A subclass of a
data type arrives as the data type. Any other object stays where it is: the other end
holds a number for it, and asks.

**Mirrors.** Generators and parameters that the trusted process hands over exist at both
ends, and so do the arrays and tensors that it hands over in a ``call`` or ``method``.
Every frame carries, in ``sync``, those that its sender has changed since the last frame
(arrays and tensors: when the outermost request ends), so that a check sees its
generator advanced, its parameters updated and its arrays overwritten. What a probe is
given stays as it is: the check goes on to compute with it. A generator is only moved
along its own sequence, never put on another one.
"""

import json
import math
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from labkit.nn import Parameter

MAX_FRAME = 256 << 20
MAX_HEADER = 4 << 20
MAX_DEPTH = 32
MAX_NESTING = 50
MAX_TEXT = 20_000
MAX_RANGE = 1_000_000
MAX_KEYS = 1000  # more, chosen to have one hash, would take the receiver hours
MIRRORED_BYTES = 16 << 20

_SMALL = 64 << 10
_PLAIN = frozenset((type(None), bool, int, float, str))
_NUMBERS = frozenset((bool, int, float))
_JSON = json.JSONEncoder(check_circular=False)  # what is encoded is a tree
_LENGTHS = struct.Struct("<QQ")
_DTYPES = {
    *("|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8"),
    *("<f2", "<f4", "<f8", "<c8", "<c16"),
}


class ProtocolError(Exception):
    """The other end did not keep to the protocol, or left."""


class RemoteError(Exception):
    """An exception at the other end, as text."""

    def __init__(self, kind: str, message: str, where: str, token: int | None) -> None:
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind, self.message, self.where, self.token = kind, message, where, token


def text(value: object, limit: int = MAX_TEXT) -> str:
    """Return a string that is short and that every encoding can write."""
    found = value if type(value) is str else ""
    if len(found) > limit:
        found = found[: limit // 2] + "\n[...]\n" + found[-limit // 2 :]
    return found.encode("utf-8", "replace").decode("utf-8")


class Peer:
    """One end of the conversation.

    Parameters
    ----------
    sock : socket.socket
    budget : int, optional
        Bytes that may arrive in all; unbounded without it.

    Attributes
    ----------
    deadline : float or None
        `time.monotonic` at which waiting for the other end is given up.
    broken : str
        Why the conversation ended; empty while it goes on.
    """

    def __init__(self, sock: socket.socket, budget: int | None = None) -> None:
        self.sock = sock
        self.budget = budget
        self.deadline: float | None = None
        self.broken = ""
        self.depth = 0
        self._room = 0  # bytes that the frame being decoded may still grow to
        self.held: dict[int, Any] = {}  # objects of this end, by number
        self._held_as: dict[int, int] = {}  # and back, by id()
        self.mirrors: dict[int, Any] = {}
        self._mirrored_as: dict[int, int] = {}
        self._synced: dict[int, Any] = {}  # the state that both ends last had
        self.lock = threading.RLock()  # one thread at a time has the conversation

    # Frames

    def send(self, header: dict[str, Any], blobs: Iterable[Any] = ()) -> None:
        """Send one frame."""
        blobs = [memoryview(blob).cast("B") for blob in blobs]
        header["blobs"] = [len(blob) for blob in blobs]
        encoded = _JSON.encode(header).encode()
        total = sum(header["blobs"])
        if len(encoded) > MAX_HEADER or total > MAX_FRAME:
            raise ValueError(f"{len(encoded) + total} bytes are too many to hand over")
        try:
            frame = [_LENGTHS.pack(len(encoded), total) + encoded, *blobs]
            if total < _SMALL:  # each part would wake the other end
                frame = [b"".join(frame)]
            for part in frame:
                self._wait()
                self.sock.sendall(part)
        except TimeoutError:
            raise ProtocolError("it took too long") from None
        except OSError:
            raise ProtocolError("the other process has ended") from None

    def receive(self) -> tuple[dict[str, Any], list[memoryview]]:
        """Receive one frame: header and blobs."""
        head, total = _LENGTHS.unpack(self._read(_LENGTHS.size))
        if head > MAX_HEADER or total > MAX_FRAME:
            raise ProtocolError(f"a message of {head + total} bytes is too large")
        if self.budget is not None:
            self.budget -= head + total
            if self.budget < 0:
                raise ProtocolError("more data than a question may take")
        rest = self._read(head + total)
        try:
            header = json.loads(str(rest[:head], "utf-8"))
            sizes = header["blobs"]
            if type(header) is not dict or not all(_is_count(n) for n in sizes):
                raise TypeError
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ProtocolError("a message that cannot be read") from None
        if sum(sizes) != total:
            raise ProtocolError("a message that cannot be read")
        self._room = MAX_FRAME
        blobs, start = memoryview(rest), head
        ends = [start := start + size for size in sizes]
        return header, [blobs[e - n : e] for e, n in zip(ends, sizes, strict=True)]

    def _read(self, count: int) -> bytearray:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            self._wait()
            try:
                got = self.sock.recv_into(view)
            except TimeoutError:
                raise ProtocolError("it took too long") from None
            except OSError:
                got = 0
            if not got:
                raise ProtocolError("the other process has ended")
            view = view[got:]
        return data

    def _wait(self) -> None:
        """Let the next operation on the socket take the time that is left."""
        left = None
        if self.deadline is not None:
            left = self.deadline - time.monotonic()
            if left <= 0:
                raise ProtocolError("it took too long")
        self.sock.settimeout(left)

    # Requests

    def ask(self, op: str, target: Any, *args: Any, **kwargs: Any) -> Any:
        """Send a request; return the decoded answer.

        Threads take turns.

        Raises
        ------
        RemoteError
            If the other end answers with an error.
        ProtocolError
            If it does not answer properly or in time; the conversation is over.
        """
        with self.lock:
            return self._ask(op, target, args, kwargs)

    def _ask(self, op: str, target: Any, args: Any, kwargs: Any) -> Any:
        if self.broken:
            raise ProtocolError(self.broken)
        if self.depth >= MAX_NESTING:
            raise RecursionError("calls are nested too deeply")
        self.depth += 1
        try:
            request: dict[str, Any] = {"op": op, "target": target}
            self._post(request | {"args": list(args), "kwargs": kwargs})
            while True:
                header, blobs = self.receive()
                self._apply(header, blobs)
                if header.get("op") == "return":
                    for warning in self.decode(header.get("warnings"), blobs) or []:
                        self._warn(warning)
                    return self.decode(header.get("value"), blobs)
                if header.get("op") == "error":
                    raise self._error(header)
                self.answer(header, blobs)
        except ProtocolError as error:
            self.broken = str(error)
            raise
        finally:
            self.depth -= 1

    def answer(self, header: dict[str, Any], blobs: list[memoryview]) -> None:
        """Carry out a request of the other end and send what came of it."""
        self.depth += 1
        try:
            if self.depth >= MAX_NESTING:
                raise RecursionError("calls are nested too deeply")
            target = self.decode(header.get("target"), blobs)
            args = self.decode(header.get("args"), blobs)
            kwargs = self.decode(header.get("kwargs"), blobs)
            reply = self.perform(header.get("op"), target, args, kwargs)
            message = {"op": "return"} | reply
            with self.lock:
                self._post(message, outermost=self.depth == 1)
        except ProtocolError:
            raise
        except BaseException as error:  # whatever it was, the other end must hear
            with self.lock:
                self._post({"op": "error"} | self.describe(error), self.depth == 1)
        finally:
            self.depth -= 1

    def _post(self, message: dict[str, Any], outermost: bool = False) -> None:
        blobs: list[Any] = []
        seen: dict[int, Any] = {}
        for key in ("target", "value", "warnings", "args"):
            if key in message:
                message[key] = self.encode(message[key], blobs, seen)
        if "kwargs" in message:
            message["kwargs"] = self.encode(message["kwargs"], blobs, seen)
        message["sync"] = self._changes(blobs, outermost)
        self.send(message, blobs)

    # What the two ends do differently

    def perform(self, op: Any, target: Any, args: Any, kwargs: Any) -> dict[str, Any]:
        """Carry out one request; return ``value`` and perhaps ``warnings``."""
        raise NotImplementedError

    def describe(self, error: BaseException) -> dict[str, Any]:
        """Describe an exception to the other end."""
        raise NotImplementedError

    def reference(self, remote: dict[str, Any]) -> Any:
        """Return what stands for an object that stays at the other end."""
        raise NotImplementedError

    def number_of(self, value: Any) -> int | None:
        """Return the other end's number of its object that `value` stands for."""
        raise NotImplementedError

    def present(self, value: Any, number: int) -> dict[str, Any]:
        """Describe an object of this end that stays here."""
        return {"mine": number}

    def mirror(self, value: Any) -> int | None:
        """Return the number under which both ends shall have `value`, or None."""
        return None

    def _warn(self, warning: Any) -> None:
        raise NotImplementedError

    # Values

    def encode(
        self, value: Any, blobs: list[Any], seen: dict[int, Any], depth: int = 0
    ) -> Any:
        """Turn a value into JSON and blobs, as the module's text says."""
        if depth > MAX_DEPTH:
            raise ValueError("a value is nested too deeply to be handed over")
        if type(value) in _PLAIN:
            return value

        def each(values: Iterable[Any]) -> list[Any]:
            return [self.encode(v, blobs, seen, depth + 1) for v in values]

        if isinstance(value, np.generic | np.ndarray):
            return self._encode_array(value, blobs, seen)
        if isinstance(value, int):
            return int.__add__(value, 0)
        if isinstance(value, float):
            return float.__add__(value, 0.0)
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, bytes | bytearray):
            blobs.append(bytes(value))
            return {"bytes": len(blobs) - 1}
        if isinstance(value, list):
            return each(value)
        if isinstance(value, tuple):
            return {"tuple": each(value)}
        if isinstance(value, dict | set | frozenset) and len(value) > MAX_KEYS:
            raise ValueError(f"{len(value)} keys are too many to hand over")
        if isinstance(value, set | frozenset):
            return {"set": each(value)}
        if isinstance(value, dict):
            return {"dict": [each(item) for item in value.items()]}
        if isinstance(value, range) and len(value) <= MAX_RANGE:
            return {"range": [value.start, value.stop, value.step]}
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(value, torch.Tensor):
            return self._encode_array(value, blobs, seen)
        number = self.number_of(value)
        if number is not None:
            return {"yours": number}
        return self._encode_object(value, blobs, seen, depth)

    def _encode_array(
        self, value: Any, blobs: list[Any], seen: dict[int, Any]
    ) -> dict[str, Any]:
        if id(value) in seen:
            tree: dict[str, Any] = seen[id(value)][0]
            return tree
        torch = not isinstance(value, np.generic | np.ndarray)
        array = values_of(value) if torch else np.asarray(value)
        if array.dtype == object and {type(x) for x in array.flat} <= _NUMBERS:
            value = array = array.astype(float)  # such as of np.zeros_like(None)
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype("<f8")
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        if array.dtype.str not in _DTYPES:
            raise TypeError(
                f"an array of dtype {array.dtype}; expected booleans or numbers"
            )
        blobs.append(np.ascontiguousarray(array).reshape(-1).view(np.uint8))
        described = {
            "dtype": array.dtype.str,
            "shape": list(array.shape),
            "blob": len(blobs) - 1,
            "scalar": isinstance(value, np.generic),
            "w": array.flags.writeable,
        }
        if torch:
            described["torch"] = True
        changes = array.flags.writeable and not isinstance(value, np.generic)
        if changes and (number := self.mirror(value)) is not None:
            described["mirror"] = number
        tree = {"array": described}
        seen[id(value)] = (tree, value)  # holding value keeps its id its own
        return tree

    def _encode_object(
        self, value: Any, blobs: list[Any], seen: dict[int, Any], depth: int
    ) -> dict[str, Any]:
        if isinstance(value, np.random.Generator | Parameter):
            if id(value) in self._mirrored_as:
                return {"mirror": self._mirrored_as[id(value)]}
            number = self.mirror(value)
            if isinstance(value, Parameter) and number is not None:
                state: Any = self._remember(number, value)
                fields = [self._plain(v, blobs, seen, depth) for v in state]
                return {"parameter": {"state": fields, "mirror": number}}
            if isinstance(value, np.random.Generator):
                if number is not None:
                    self._remember(number, value)
                state = self.encode(value.bit_generator.state, blobs, seen, depth + 1)
                return {"generator": {"state": state, "mirror": number}}
        return self.present(value, self.keep(value))

    def _plain(self, value: Any, blobs: list[Any], seen: Any, depth: int) -> Any:
        """Encode a parameter's array; the parameter is the mirror, not the array."""
        if isinstance(value, np.ndarray):
            tree = self._encode_array(value, blobs, {})
            tree["array"].pop("mirror", None)
            tree["array"]["w"] = True
            return tree
        return self.encode(value, blobs, seen, depth + 1)

    def keep(self, value: Any) -> int:
        """Return the number under which the other end may speak of `value`."""
        number = self._held_as.get(id(value))
        if number is None:
            number = self._held_as[id(value)] = len(self._held_as) + 1
            self.held[number] = value
        return number

    def decode(self, tree: Any, blobs: list[memoryview], depth: int = 0) -> Any:
        """Turn JSON and blobs into a value; refuse whatever is malformed."""
        if depth > MAX_DEPTH + 2:
            raise ProtocolError("a value is nested too deeply")
        if type(tree) is str:
            return text(tree, MAX_HEADER)
        if type(tree) in _PLAIN:
            return tree

        def each(values: Any) -> list[Any]:
            if type(values) is not list:
                raise ProtocolError("a list was expected")
            return [self.decode(v, blobs, depth + 1) for v in values]

        if type(tree) is list:
            return each(tree)
        try:
            [(kind, value)] = tree.items() if "mine" not in tree else [("mine", tree)]
            if kind in ("dict", "set") and len(value) > MAX_KEYS:
                raise ProtocolError("too many keys")
            if kind == "tuple":
                return tuple(each(value))
            if kind == "set":
                return set(each(value))
            if kind == "dict":
                return {k: v for k, v in map(each, value)}
            if kind == "bytes":
                return bytes(self._blob(blobs, value))
            if kind == "complex":
                real, imaginary = value
                return complex(real, imaginary)
            if kind == "range":
                found = range(*map(_integer, value))
                if len(found) > MAX_RANGE:
                    raise ProtocolError("a range that is too long")
                return found
            if kind == "array":
                return self._decode_array(value, blobs)
            if kind == "generator":
                state = self.decode(value["state"], blobs, depth + 1)
                return self._decode_generator(state, value["mirror"])
            if kind == "parameter":
                data, grad = each(value["state"])
                return self._decode_parameter(data, grad, value["mirror"])
            if kind == "mirror":
                return self.mirrors[value]
            if kind == "yours":
                return self.held[value]
            if kind == "mine":
                _count(tree["mine"])
                return self.reference(
                    {k: self.decode(v, blobs, depth + 1) for k, v in tree.items()}
                )
        except ProtocolError:
            raise
        except Exception:
            raise ProtocolError("a value that cannot be read") from None
        raise ProtocolError("a value of no known kind")

    def _decode_array(self, tree: Any, blobs: list[memoryview]) -> Any:
        if tree["dtype"] not in _DTYPES:
            raise ProtocolError("an array that holds no numbers")
        dtype = np.dtype(tree["dtype"])
        shape = tuple(map(_count, tree["shape"]))
        blob = self._blob(blobs, tree["blob"])
        if math.prod(shape) * dtype.itemsize != len(blob):
            raise ProtocolError("an array whose size is not its shape's")
        array = np.frombuffer(blob, np.uint8).copy()
        if dtype.kind == "b":
            array = array != 0  # any other byte would be neither true nor false
        array = array.view(dtype).reshape(shape)  # and so a view of its memory
        number = tree.get("mirror")
        if number is not None:
            self._adopt(_count(number), array, blob)
        if tree["w"] is False:
            array.flags.writeable = False
        if tree.get("torch"):
            torch = sys.modules.get("torch")
            if torch is None:
                raise ProtocolError("a tensor, in a lab without torch")
            return torch.from_numpy(array)
        return array[()] if tree["scalar"] is True and shape == () else array

    def _blob(self, blobs: list[memoryview], number: Any) -> memoryview:
        """Return a blob; a header may name it more than once, but not without end."""
        blob = blobs[_count(number)]
        self._room -= len(blob)
        if self._room < 0:
            raise ProtocolError("a message that grows too large")
        return blob

    def _decode_generator(self, state: Any, number: Any) -> np.random.Generator:
        # Others' states hold positions in a table, which NumPy does not check.
        if state["bit_generator"] != "PCG64":
            raise ProtocolError("a random generator that is not PCG64")
        # Children that it spawns come of the seed: equal states give equal ones.
        seed = np.random.SeedSequence(int(state["state"]["state"]))
        generator = np.random.Generator(np.random.PCG64(seed))
        generator.bit_generator.state = state
        if number is not None:
            self._adopt(_count(number), generator)
        return generator

    def _decode_parameter(self, data: Any, grad: Any, number: Any) -> Parameter:
        parameter = Parameter(data)
        parameter.grad = grad
        self._adopt(_count(number), parameter)
        return parameter

    # Mirrors

    def _adopt(self, number: int, value: Any, sent: Any = None) -> None:
        """Remember an object of the other end's that exists here as well."""
        raise ProtocolError("only the trusted process has mirrors to give")

    def _remember(self, number: int, value: Any) -> Any:
        """Note the state that both ends now have; return it."""
        self._synced[number] = state = self._state(value)
        self.mirrors[number] = value
        self._mirrored_as[id(value)] = number
        return state

    def _changes(self, blobs: list[Any], outermost: bool) -> list[Any]:
        changes = []
        for number, value in self.mirrors.items():
            if not self._same(contents(value), self._synced[number]):
                self._synced[number] = state = self._state(value)
                if isinstance(value, Parameter):
                    tree = [self._plain(v, blobs, {}, 0) for v in state]
                else:
                    tree = self.encode(state, blobs, {})
                changes.append([number, tree])
        return changes

    def _apply(self, header: dict[str, Any], blobs: list[memoryview]) -> None:
        changes = header.get("sync")
        if type(changes) is not list:
            raise ProtocolError("a message that cannot be read")
        for change in changes:
            try:
                number, tree = change
                state = self.decode(tree, blobs)
                self._update(_count(number), state)
            except ProtocolError:
                raise
            except Exception:
                raise ProtocolError("a change that cannot be made") from None

    def _update(self, number: int, state: Any) -> None:
        value = self.mirrors[number]
        if isinstance(value, Parameter):
            value.data, value.grad = state
        else:
            current: Any = value.bit_generator.state
            # A state with another increment is another sequence: with the increment 0
            # all that a check draws would be 0.
            if (
                state["bit_generator"] != "PCG64"
                or current["bit_generator"] != "PCG64"
                or state["state"]["inc"] != current["state"]["inc"]
            ):
                raise ProtocolError("a random generator put on another sequence")
            value.bit_generator.state = state
        self._synced[number] = self._state(value)

    def _state(self, value: Any) -> Any:
        """Copy what a mirror consists of."""
        found = contents(value)
        if isinstance(found, list):
            return [v.copy() if isinstance(v, np.ndarray) else v for v in found]
        return found

    def _same(self, a: Any, b: Any) -> bool:
        """Whether a mirror's contents are those of a state, bit by bit."""
        return _same(a, b)

    def _error(self, header: dict[str, Any]) -> Exception:
        token = header.get("token")
        return RemoteError(
            text(header.get("kind"), 200),
            text(header.get("message")),
            text(header.get("where")),
            token if type(token) is int else None,
        )


def values_of(tensor: Any) -> Any:
    """Return a tensor's values as an array, which shares its memory where it can."""
    plain = tensor.detach().cpu()
    if str(plain.dtype) == "torch.bfloat16":
        plain = plain.float()
    return plain.numpy()


def holds(array: Any, content: Any) -> bool:
    """Whether a buffer has the bytes of an array; large ones are not copied."""
    plain = array.dtype.str in _DTYPES and array.flags.c_contiguous
    if array.nbytes < _SMALL or not plain:
        return bool(array.tobytes() == bytes(content))
    content = np.frombuffer(content, np.uint8)
    if content.size != array.nbytes:
        return False
    word = np.uint64 if array.nbytes % 8 == 0 else np.uint8
    return bool((array.reshape(-1).view(word) == content.view(word)).all())


def contents(value: Any) -> Any:
    """What a mirror consists of: a parameter's arrays, or a generator's state."""
    if isinstance(value, Parameter):
        return [value.data, value.grad]
    return value.bit_generator.state


def _same(a: Any, b: Any) -> bool:
    """Whether two states are the same, bit by bit."""
    if isinstance(a, dict) and a.get("bit_generator") == "PCG64":
        return bool(a == b)  # whole numbers alone; it is asked with every message
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        return holds(a, b.data if b.flags.c_contiguous else b.tobytes())
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    return type(a) is type(b) and (a is b or (isinstance(a, int | str) and a == b))


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MAX_FRAME


def _count(value: Any) -> int:
    if not _is_count(value):
        raise ProtocolError("a number that cannot be")
    return int(value)


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise ProtocolError("a number that cannot be")
    return value
