"""The child process in which a person's own Python function runs; knows of the rest of the package its pipes only.

``sys.path``, ``sys.argv`` and the working directory are what ``python module.py`` would find. What the function
prints goes where standard error goes.
"""

from __future__ import annotations

import importlib.util
import inspect
import linecache
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.child import Channel

MOST_ENTRIES = 4_000_000
LONGEST = 500
"""Characters of an exception's message, or of a line."""


class Refusal(Exception):
    """What is wrong with the function or with what it returned, in words."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is to be run.

    Attributes:
        file: absolute path.
        function: its name there.
        variables: of f, in order.
        points: k of them, n coordinates each.
    """

    file: str
    function: str
    variables: tuple[str, ...]
    points: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """Why there is no answer.

    Attributes:
        words: to stand behind the function's name.
        line: of the user's file that took part last; 0 for none.
        source: that line.
        memory: whether memory ran out.
    """

    words: str
    line: int = 0
    source: str = ""
    memory: bool = False


@dataclass(frozen=True, slots=True)
class Binding:
    """How a function is called with a point.

    Attributes:
        call: point -> whatever the function returns.
        note: which argument stands for which variable, where their names do not say so; else empty.
    """

    call: Callable[[Sequence[float]], Any]
    note: str = ""


def main(channel: Channel) -> None:
    """Receive a Call; send the note of its binding, then an array a point, a Complaint in place of what fails."""
    job: Call = channel.receive()
    try:
        binding = call_convention(load(job.file, job.function), job.variables)
    except BaseException as problem:
        channel.send(complaint(problem, job.file))
        return
    channel.send(binding.note)
    for point in job.points:
        try:
            answer: Any = numbers(binding.call(point))
        except BaseException as problem:
            answer = complaint(problem, job.file)
        channel.send(answer)


def load(path: str, name: str) -> Callable[..., Any]:
    """The function of a file, which is run as a module that is not ``__main__``.

    Args:
        path: absolute, of the file.
        name: of the function.

    Raises:
        Refusal: it has no such function.
    """
    file = Path(path)
    sys.path.insert(0, str(file.parent))
    sys.argv = [path]
    sys.dont_write_bytecode = True
    stem = file.stem if file.stem not in sys.modules else f"_{file.stem}"
    spec = importlib.util.spec_from_file_location(stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[stem] = module
    spec.loader.exec_module(module)
    return _lookup(module, name)


def _lookup(module: Any, name: str) -> Callable[..., Any]:
    if not hasattr(module, name):
        there = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
        near = get_close_matches(name, there, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(there[:8]) or 'none'}"
        raise Refusal(f"has no function {name}; {hint}")
    found: Callable[..., Any] = getattr(module, name)
    if not callable(found):
        raise Refusal(f"is no function but {_kind(found)}")
    return found


def call_convention(function: Callable[..., Any], variables: Sequence[str]) -> Binding:
    """How the function wants its point: one vector, or one number a variable.

    A function of exactly n > 1 required arguments, or of ``*args``, gets n numbers, by name if the arguments
    are named as the variables are, else in their order. Any other gets one array of shape (n,); where n is 1
    and the function cannot work with that, one float.

    Args:
        function: of the user.
        variables: names in the order of the point.

    Raises:
        Refusal: it takes another number of arguments.

    Example:
        >>> call_convention(lambda y, x: [x, y], ("x", "y")).call((1.0, 2.0))
        [1.0, 2.0]
        >>> call_convention(lambda a, b: [a, b], ("x", "y")).note
        'its arguments are not named as the variables are: a is x, b is y'
    """
    n = len(variables)
    names, required, most = _arguments(function)
    if n > 1 and (required == n or (required == 0 and (most == n or (most > n and not names)))):
        if set(names) == set(variables):
            positions = [list(variables).index(name) for name in names]
            return Binding(lambda point: function(*(point[k] for k in positions)))
        pairs = ", ".join(f"{name} is {variable}" for name, variable in zip(names, variables, strict=False))
        told = f"its arguments are not named as the variables are: {pairs}" if names else ""
        return Binding(lambda point: function(*point), told)
    if required <= 1 <= most:
        if n == 1:
            return Binding(lambda point: _of_one(function, point[0]))
        return Binding(lambda point: function(np.array(point)))
    wanted = "one vector" if n == 1 else f"one vector or {n} numbers, {', '.join(variables[:8])}"
    raise Refusal(f"takes {required} arguments; expected one that takes {wanted}")


def _arguments(function: Callable[..., Any]) -> tuple[list[str], int, float]:
    """Names of the required positional arguments (of all if none is required), how many, and how many at most."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # built in, without a signature
        return ["x"], 1, 1
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p.name for p in positional if p.default is p.empty]
    most = float("inf") if any(p.kind is p.VAR_POSITIONAL for p in parameters) else len(positional)
    return required or [p.name for p in positional], len(required), most


def _of_one(function: Callable[..., Any], x: float) -> Any:
    """A function of one variable, written for a vector ``x[0]`` or for a number ``math.sin(x)``."""
    try:
        return function(np.array([x]))
    except Exception as problem:
        try:
            return function(x)
        except Exception as second:
            converted = isinstance(problem, TypeError) and "scalar" in str(problem)
            raise (second if converted else problem) from None


def numbers(result: Any) -> NDArray[np.float64]:
    """What came back as an array of doubles.

    Raises:
        Refusal: it is something else.
    """
    if hasattr(result, "toarray"):
        result = result.toarray()
    try:
        array = np.asarray(result)
    except ValueError:
        raise Refusal("returned rows that differ in length") from None
    if array.size > MOST_ENTRIES:
        raise Refusal(f"returned {array.size:,} entries, over the limit of {MOST_ENTRIES:,}")
    if array.dtype.kind == "c":
        raise Refusal("returned complex numbers")
    if array.dtype.kind == "O":
        return _converted(result, array)
    if array.dtype.kind not in "fiu":
        raise Refusal(f"returned {_kind(array.flat[0].item() if array.size else result)}, expected numbers")
    return array.astype(np.float64)


def _converted(result: Any, array: NDArray[Any]) -> NDArray[np.float64]:
    """Objects that are numbers, such as SymPy's or fractions."""
    if result is None:
        raise Refusal("returned None; is the return statement missing?")
    try:
        return np.array([float(_real(entry)) for entry in array.flat]).reshape(array.shape)
    except (TypeError, ValueError, OverflowError):
        entry = next((entry for entry in array.flat if not hasattr(entry, "__float__")), array.flat[0])
        raise Refusal(f"returned {_kind(entry)}, expected numbers") from None


def _real(entry: Any) -> Any:
    if isinstance(entry, (str, bytes, bool)):
        raise TypeError
    return entry.item() if isinstance(entry, np.ndarray) else entry


def _kind(value: Any) -> str:
    name = "None" if value is None else type(value).__name__
    return name if value is None else f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def complaint(problem: BaseException, path: str) -> Complaint:
    """An exception in words, with the last line of the user's own file that took part.

    Args:
        problem: what was raised.
        path: absolute, of the user's file.
    """
    if isinstance(problem, Refusal):
        return Complaint(str(problem))
    if isinstance(problem, SystemExit):
        words = f"ended the process with exit({'' if problem.code is None else _said(problem.code, repr)})"
    else:
        words = f"raised {type(problem).__name__}: {_said(problem, str)}".rstrip(": ")
    line, trace = 0, problem.__traceback__
    while trace is not None:
        line = trace.tb_lineno if _same(trace.tb_frame.f_code.co_filename, path) else line
        trace = trace.tb_next
    if isinstance(problem, SyntaxError) and _same(problem.filename, path):
        line = problem.lineno or 0
        words = f"raised {type(problem).__name__}: {problem.msg}"
    source = linecache.getline(path, line).strip() if line else ""
    return Complaint(words[:LONGEST], line, source[:LONGEST], isinstance(problem, MemoryError))


def _said(value: object, how: Callable[[object], str]) -> str:
    """An exception's own text; that may fail too."""
    try:
        return str(how(value))[:LONGEST]
    except Exception:
        return ""


def _same(name: str | None, path: str) -> bool:
    return name is not None and os.path.abspath(name) == path
