"""The child process in which a person's own Python function runs; knows nothing of the rest of the package.

It is started as a script, so that ``sys.path``, ``sys.argv`` and the working directory are what
``python module.py`` would find. What the function prints goes where standard error goes; the answers have
a pipe of their own: one JSON object a line, first about the function, then one a point.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import linecache
import os
import sys
import threading
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Caller = Callable[[Sequence[float]], Any]
MOST_ENTRIES = 4_000_000
LONGEST = 500


class Refusal(Exception):
    """What is wrong with the function or with what it returned, in words."""


def main() -> None:
    """Read the job, answer each point, end."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    parent = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    job = json.loads(parent.readline())
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _limit_memory(job["memory_limit"])

    def send(**message: Any) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    path = job["file"]
    try:
        call = caller(load(path, job["function"]), job["variables"])
    except BaseException as problem:
        send(error=told(problem, path))
        return
    send(loaded=True)
    for point in job["points"]:
        send(**answered(call, point, path))


def answered(call: Caller, point: Sequence[float], path: str) -> dict[str, Any]:
    """The entries at one point, or why there are none."""
    try:
        return {"values": numbers(call(point)).tolist()}
    except BaseException as problem:
        return {"error": told(problem, path)}


def load(path: str, name: str) -> Callable[..., Any]:
    """Run the file as a module that is not ``__main__`` and look its function up."""
    file = Path(path)
    own = str(Path(__file__).parent)
    sys.path[:] = [str(file.parent), *(place for place in sys.path if place != own)]
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
    found = getattr(module, name)
    if not callable(found):
        raise Refusal(f"is no function but {_kind(found)}")
    return found  # type: ignore[no-any-return]


def caller(function: Callable[..., Any], variables: Sequence[str]) -> Caller:
    """How the function wants its point: one vector, or one number a variable.

    A function of exactly n > 1 required arguments, or of ``*args``, gets n numbers, by name if the arguments
    are named as the variables are, else in their order. Any other gets one array of shape (n,); where n is 1
    and the function cannot work with that, one float.

    Args:
        function: of the user.
        variables: names in the order of the point.

    Returns:
        point -> whatever the function returns.

    Raises:
        Refusal: it takes another number of arguments.
    """
    n = len(variables)
    names, required, most = _arguments(function)
    if n > 1 and (required == n or (required == 0 and (most == n or (most > n and not names)))):
        order = list(variables) if set(names) != set(variables) else names
        return lambda point: function(*(dict(zip(variables, point, strict=True))[name] for name in order))
    if required <= 1 <= most:
        return (lambda point: _of_one(function, point[0])) if n == 1 else (lambda point: function(np.array(point)))
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


def told(problem: BaseException, path: str) -> dict[str, Any]:
    """An exception in words, with the last line of the user's own file that took part."""
    if isinstance(problem, Refusal):
        return {"words": str(problem)}
    if isinstance(problem, SystemExit):
        words = f"ended the process with exit({'' if problem.code is None else repr(problem.code)[:LONGEST]})"
    else:
        words = f"raised {type(problem).__name__}: {problem}".rstrip(": ")[:LONGEST]
    line, trace = None, problem.__traceback__
    while trace is not None:
        line = trace.tb_lineno if _same(trace.tb_frame.f_code.co_filename, path) else line
        trace = trace.tb_next
    if isinstance(problem, SyntaxError) and _same(problem.filename, path):
        line = problem.lineno
        words = f"raised {type(problem).__name__}: {problem.msg}"
    source = linecache.getline(path, line).strip()[:LONGEST] if line else ""
    return {"words": words, "line": line, "source": source, "limit": isinstance(problem, MemoryError)}


def _same(name: str | None, path: str) -> bool:
    return name is not None and os.path.abspath(name) == path


def _end_with(parent: Any) -> None:
    """End when the parent does: its end of the pipe closes."""
    parent.read()
    os._exit(1)


def _limit_memory(size: int) -> None:
    try:
        import resource  # noqa: PLC0415  not on every system

        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    main()
