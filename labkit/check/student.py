"""How a check talks to what the student wrote.

Checks keep to a small dialect, so that the same check works on the student's object
itself and on a proxy of it in another process: construct, call, get and set attributes,
`len`, index, iterate. They never ask for the type or the identity of a student's
object, and never write into an array that the student may hold.
"""

import functools
import inspect
import linecache
import operator
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.check import misconceptions
from labkit.check.report import CheckFailed

Array = NDArray[Any]


class StudentError(Exception):
    """An exception that the student's code raised, as text.

    Attributes
    ----------
    kind : str
        Name of the exception's class.
    where : str
        The student's line that raised it; empty where unknown.
    """

    def __init__(self, kind: str, message: str, where: str = "") -> None:
        super().__init__(f"{kind}: {message}" if message else kind)
        self.kind = kind
        self.where = where


def attempt(function: Callable[..., Any], *args: Any) -> Any:
    """Call the student's function; its exceptions come as `StudentError`."""
    try:
        return function(*args)
    except (StudentError, CheckFailed):
        raise
    except Exception as error:
        raise StudentError(type(error).__name__, str(error), _where(error)) from error


def make(near: Any, name: str, *args: Any) -> Any:
    """Call a helper of `labkit.check.probes` where a student's object is.

    Parameters
    ----------
    near : object
        The student's: the helper runs in its process.
    name : str
    *args
        Data, student's objects, and what `make` returned.

    Raises
    ------
    StudentError
        With what the helper, or the student's code in it, raised.
    """
    ask = _remote(near, "probe")
    if ask is not None:
        return ask(name, *args)
    from labkit.check import probes  # it needs torch, which Lab 1 does without

    return attempt(getattr(probes, name), *args)


def make_or_fail(question: str, what: str, near: Any, name: str, *args: Any) -> Any:
    """Do what `make` does; what the student's code raises becomes the verdict.

    Parameters
    ----------
    question : str
        Which misconceptions may explain it.
    what : str
        Name of the call in messages.
    near, name, *args
        As for `make`.

    Raises
    ------
    CheckFailed
    """
    try:
        return make(near, name, *args)
    except StudentError as error:
        raise failure(question, what, error) from None


def items(sequence: Any) -> list[Any]:
    """Return a student's ``sequence[0]``, ``sequence[1]``, … in a list.

    Raises
    ------
    StudentError
        With what its length or an index raised.
    """
    ask = _remote(sequence, "items")
    if ask is not None:
        found: list[Any] = ask()  # one message, not one for each
        return found
    length = attempt(len, sequence)
    return [attempt(operator.getitem, sequence, index) for index in range(length)]


def method(owner: Any, name: str) -> Callable[..., Any]:
    """Return what calls a method of a student's object; it is looked up by then."""
    ask = _remote(owner, "method")
    if ask is not None:
        return functools.partial(ask, name)  # one message, not two
    return lambda *args: getattr(owner, name)(*args)


def fields(owner: Any, *names: str) -> list[Any]:
    """Return attributes of a student's object, such as ``W.data``, in a list.

    Raises
    ------
    StudentError
        With what the first of them raised.
    """
    ask = _remote(owner, "fields")
    if ask is not None:
        found: list[Any] = ask(names)  # one message, not one for each dot
        return found
    return [attempt(operator.attrgetter(name), owner) for name in names]


def assign(owner: Any, values: dict[str, Any]) -> None:
    """Set attributes of a student's object, by names such as ``W.data``.

    Raises
    ------
    StudentError
        With what the first of them raised.
    """
    ask = _remote(owner, "assign")
    if ask is not None:
        ask(values)
        return
    for name, value in values.items():
        *path, last = name.split(".")
        attempt(setattr, attempt(functools.reduce, getattr, path, owner), last, value)


def call(question: str, what: str, function: Any, *args: Any, pure: bool = True) -> Any:
    """Call the student's function and see that it kept its manners.

    Parameters
    ----------
    question : str
        Which misconceptions may explain a failure, such as ``linear.backward``.
    what : str
        Name of the call in messages.
    function : callable
    *args
        What to call it with.
    pure : bool
        Whether arrays among them must come back unchanged.

    Returns
    -------
    object
        What the function returned.

    Raises
    ------
    CheckFailed
        If it raises, is not written yet, or changes an argument.
    """
    before = [_copy(a) for a in args]
    shapes = ", ".join(str(a.shape) for a in before if a is not None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = attempt(function, *args)
    except StudentError as error:
        raise failure(question, what, error, shapes) from None
    for position, (arg, kept) in enumerate(zip(args, before, strict=True)):
        if pure and kept is not None and not _equal(_copy(arg), kept):
            raise CheckFailed(
                f"{what} changes its argument number {position + 1}.",
                "It belongs to the caller: compute a new array instead.",
                misconceptions.hint("argument-changed"),
            )
    return result


def failed(title: str, details: str = "", name: str | None = None) -> CheckFailed:
    """Make a verdict, with the hint of that name."""
    return CheckFailed(title, details, misconceptions.hint(name) if name else None)


def failure(
    question: str, what: str, error: StudentError, shapes: str = ""
) -> CheckFailed:
    """Turn an exception of the student's code into a check's verdict."""
    if error.kind == "NotImplementedError":
        name = what.split(" of ")[0]
        return CheckFailed(f"{name} is not written yet.", error.where.strip())
    details = f"{error}{error.where}"
    if shapes:
        details += f"\nIt was called with arrays of the shapes {shapes}."
    found = misconceptions.find(question, error=str(error), shapes=shapes)
    return CheckFailed(f"{what} raised {error.kind}.", details, found)


def array(question: str, what: str, value: Any, shape: tuple[int, ...]) -> Array:
    """Return the student's value as a finite array of numbers of the given shape.

    Raises
    ------
    CheckFailed
        If it is None, no array of numbers, of another shape, or not finite.
    """
    if value is None:
        raise CheckFailed(
            f"{what} is None.",
            f"Expected an array of the shape {shape}.",
            misconceptions.find(question, missing=what)
            or misconceptions.hint("nothing-returned"),
        )
    try:
        result = np.asarray(_values(value))
        if result.dtype.kind not in "biuf":
            raise TypeError(f"it holds {result.dtype}")
    except Exception as error:
        raise CheckFailed(
            f"{what} is not an array of numbers.", f"It is a {_kind(value)}: {error}."
        ) from None
    if result.shape != shape:
        raise CheckFailed(
            f"{what} has the shape {result.shape}, expected {shape}.",
            "",
            misconceptions.find(question, actual=result, shape=shape),
        )
    if not np.isfinite(result).all():
        bad = "nan" if np.isnan(result).any() else "infinite"
        several = f"{int((~np.isfinite(result)).sum())} of {result.size} entries."
        raise CheckFailed(
            f"{what} holds {bad} values." if shape else f"{what} is {bad}.",
            several if shape else "",
            misconceptions.find(question, actual=result, finite=False),
        )
    return result.astype(float)


def number(question: str, what: str, value: Any) -> float:
    """Return the student's value as a finite float; it must be a single number."""
    return float(array(question, what, value, ()))


def pair(
    what: str, value: Any, names: str, details: str = "", name: str | None = None
) -> tuple[Any, Any]:
    """Take a pair of the student's apart.

    Parameters
    ----------
    what : str
        What the student's code is called.
    value : object
        What it returned.
    names : str
        Of the two parts, for the message.
    details : str
    name : str, optional
        Of the hint, if it is not a pair; of None there is another one.

    Raises
    ------
    CheckFailed
        If it has not two parts.
    """
    message = f"{what} does not return a pair ({names})."
    try:
        first, second = attempt(tuple, value)
    except (StudentError, ValueError):
        name = "nothing-returned" if value is None else name
        raise failed(message, details, name) from None
    if isinstance(first, str):
        details = f"A dict gives its keys: return its two values. {details}"
        raise failed(message, details.strip(), name)
    return first, second


def compare(
    question: str,
    what: str,
    value: Any,
    expected: Array | float,
    rtol: float = 1e-5,
    note: str = "",
    **context: Any,
) -> Array:
    """See that the student's array equals the expected one.

    Parameters
    ----------
    question, what : str
        As in `call`.
    value : object
        What the student's code gave.
    expected : ndarray or float
    rtol : float
        Allowed difference, relative to the largest expected magnitude. Single
        precision passes.
    note : str
        Added to the details.
    **context
        Inputs that the misconceptions' predicates look at.

    Raises
    ------
    CheckFailed
        With the largest difference and, where known, the misconception.
    """
    expected = np.asarray(expected, dtype=float)
    try:
        actual = array(question, what, value, expected.shape)
    except CheckFailed as error:
        if error.hint is None and value is not None:
            given = dict(context, actual=value, expected=expected)
            error = CheckFailed(
                error.title, error.details, misconceptions.find(question, **given)
            )
        raise error from None
    if misconceptions.same(actual, expected, rtol):
        return actual
    worst = np.unravel_index(np.argmax(np.abs(actual - expected)), expected.shape)
    place = f" at {[int(i) for i in worst]}" if worst else ""
    details = (
        f"Largest difference{place}: expected {expected[worst]:.6g}, "
        f"got {actual[worst]:.6g}."
    )
    if expected.ndim:
        details = f"Shape {expected.shape}. " + details
    raise CheckFailed(
        f"{what} is wrong.",
        details + (f"\n{note}" if note else ""),
        misconceptions.find(question, actual=actual, expected=expected, **context),
    )


def recorded_warnings(function: Any, *args: Any) -> tuple[Any, list[str]]:
    """Call the student's function; return its result and the warnings' messages."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = attempt(function, *args)
    return result, [str(warning.message) for warning in caught]


@contextmanager
def replaced(owner: Any, stand_ins: dict[str, Any]) -> Iterator[None]:
    """Let the code of a student's class or function see other objects.

    Parameters
    ----------
    owner : class or function
        The names are replaced where it, or its methods, look names up.
    stand_ins : dict
        From name to the object to be seen instead, while the block runs.
    """
    swap = _remote(owner, "replaced")
    if swap is not None:  # a proxy: the other process replaces the names
        with swap(stand_ins):
            yield
        return
    names = _globals(owner)
    missing = object()
    kept = {name: names.get(name, missing) for name in stand_ins}
    names.update(stand_ins)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is missing:
                names.pop(name, None)
            else:
                names[name] = value


def _remote(near: Any, name: str) -> Any:
    """What a proxy has to ask with; None where the student's object itself is here.

    The object is not asked: it may answer, or refuse, any name.
    """
    method = getattr(type(near), f"__labkit_{name}__", None)
    return functools.partial(method, near) if method else None


def _globals(owner: Any) -> dict[str, Any]:
    """Global names that a function, or the methods of a class, look up."""
    for base in getattr(owner, "__mro__", ()):
        for member in vars(base).values():
            names: dict[str, Any] = getattr(member, "__globals__", {})
            if names and not str(names.get("__name__")).startswith("labkit"):
                return names
    found: dict[str, Any] = getattr(inspect.unwrap(owner), "__globals__", {})
    return found


def _values(value: Any) -> Any:
    """Return a tensor as an array; anything else as it is."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return value.detach().cpu().numpy()
    return value


def _copy(value: Any) -> Array | None:
    """Copy an array or a tensor; None for anything else."""
    value = _values(value)
    return value.copy() if isinstance(value, np.ndarray) else None


def _equal(a: Any, b: Any) -> bool:
    return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")


def _kind(value: Any) -> str:
    return type(value).__name__


def _where(error: BaseException) -> str:
    """Last line of the student's own code in an exception's traceback."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if "labkit" not in frame.filename and "site-packages" not in frame.filename:
            line = frame.line or linecache.getline(frame.filename, frame.lineno or 0)
            return f"\nLine {frame.lineno}: {line.strip()}"
    return ""
