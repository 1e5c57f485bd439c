"""The command ``batch``: requests as JSON lines in, answers as JSON lines out, one process."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from hesscli.cli.desk import BatchDesk, current
from hesscli.cli.failures import as_error, object_of
from hesscli.cli.options import Output
from hesscli.errors import HesscliError

REFUSED = frozenset({"help", "output", "format", "json", "quiet", "no-color"})
"""Options that belong to the batch and not to a request."""

POSITIONAL = {"expression": "expression", "name": "name", "op": "op"}

Source = Annotated[
    str, typer.Argument(metavar="[FILE]", show_default=False, help="JSON lines; - or nothing is standard input.")
]


def batch(source: Source = "-", output: Output = None) -> None:
    """Requests as JSON lines in, answers as JSON lines out.

    In order, in one process. A request has the long options' names as keys, and
    an id that its answer repeats. A bad line gives an error object, and the
    rest goes on.

    [bold]Examples[/bold]

    \b
    echo '{"id": 7, "command": "hessian", "expression": "x^2*y", "at": {"x": 1, "y": 2}}' | hesscli batch
    hesscli batch requests.jsonl -o answers.jsonl
    """
    from hesscli.exact import Session

    outer = current.get()
    if isinstance(outer, BatchDesk):
        raise HesscliError("a batch cannot hold a batch", code="request")
    with outer.out(output) as stream, _lines(source) as lines, Session() as exact:
        for line in lines:
            if line.strip():
                desk = BatchDesk(stream=io.BytesIO(), exact=exact)
                _answer(line, desk, stream)
                outer.note(desk.status)


@contextmanager
def _lines(source: str) -> Iterator[Iterable[bytes]]:
    if source == "-":
        if sys.stdin is None:
            raise HesscliError("standard input is closed", code="file")
        yield sys.stdin.buffer
        return
    try:
        with Path(source).open("rb") as stream:
            yield stream
    except OSError as problem:
        raise HesscliError(f"cannot read {source!r}: {problem.strerror or problem}", code="file") from problem


def _answer(line: bytes, desk: BatchDesk, stream: BinaryIO) -> None:
    """Run one request; whatever happens becomes lines of its own."""
    from hesscli.cli.door import dispatch

    name: Any = None
    token = current.set(desk)
    try:
        request = _request(line)
        name = request.get("id")
        dispatch(arguments(request))
        answers = desk.stream.getvalue()  # type: ignore[attr-defined]
    except typer.Exit as end:
        desk.note(int(end.exit_code))
        answers = desk.stream.getvalue()  # type: ignore[attr-defined]
    except Exception as problem:
        error = as_error(problem)
        desk.note(int(error.status))
        answers = json.dumps(object_of(error)).encode() + b"\n"
    finally:
        current.reset(token)
    mark = b"" if name is None else b', "id": ' + json.dumps(name).encode()
    for answer in answers.splitlines(keepends=True):
        stream.write(answer.replace(b'"hesscli/1"', b'"hesscli/1"' + mark, 1))
    stream.flush()


def _request(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as problem:
        raise HesscliError(f"the line is not UTF-8: byte {problem.start + 1}", code="json") from None
    except json.JSONDecodeError as problem:
        message = f"the line is no JSON: {problem.msg}"
        raise HesscliError(
            message, code="json", source=problem.doc, column=min(problem.pos, len(problem.doc))
        ) from None
    except (RecursionError, ValueError) as problem:
        raise HesscliError(f"the line is no JSON: {problem}", code="json") from None
    if not isinstance(request, dict):
        raise HesscliError(f"expected an object, got {type(request).__name__}", code="json")
    return request


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def arguments(request: dict[str, Any]) -> list[str]:
    """A request as the command line that asks the same.

    Args:
        request: keys as the long options.

    Returns:
        Arguments, JSON asked for.

    Raises:
        HesscliError: an unknown command or key, or a value that no option takes.

    Example:
        >>> arguments({"command": "hessian", "expression": "x*y", "at": [1, 2], "vars": ["x", "y"]})
        ['hessian', '--json', '--at=1,2', '--vars=x,y', '--', 'x*y']
    """
    command = request.get("command")
    known = _options(command)
    found, positional = [str(command), "--json"], list[str]()
    for key, value in request.items():
        if key in {"command", "id"} or value is None:
            continue
        if key in POSITIONAL and key in known:
            positional.append(_no_stdin(key, _text(key, value)))
        elif key.replace("_", "-") in known:
            found += _option(key.replace("_", "-"), value)
        else:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"{command} has {', '.join(sorted(known))}"
            raise HesscliError(f"unknown key {key!r}; {hint}", code="request")
    return [*found, "--", *positional]


def _options(command: Any) -> set[str]:
    from hesscli.cli.door import commands

    known = commands()
    if not isinstance(command, str) or command not in known or command == "batch":
        names = ", ".join(name for name in known if name != "batch")
        raise HesscliError(f'"command": expected one of {names}; got {json.dumps(command)[:100]}', code="request")
    found = set()
    for param in known[command].params:
        if param.param_type_name == "argument":
            found.add(param.name)
        else:
            found |= {name.removeprefix("--") for name in param.opts if name.startswith("--")}
    return found - REFUSED


def _option(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [f"--{name}"] if value else []
    return [f"--{name}={text}" for text in TEXTS.get(name, lambda v: [_text(name, v)])(value)]


def _text(name: str, value: Any) -> str:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value)
    raise HesscliError(f"{name!r}: expected a text or a number, got {json.dumps(value)[:60]}", code="request")


def _point(value: Any) -> list[str]:
    """A text, a list of numbers, numbers by name, or a list of any of these."""
    if isinstance(value, dict):
        return [",".join(f"{name}={_coordinate(x)}" for name, x in value.items())]
    if isinstance(value, list) and value and all(isinstance(x, (list, dict)) for x in value):
        return [text for point in value for text in _point(point)]
    return [",".join(map(_coordinate, value))] if isinstance(value, list) else [_no_stdin("at", _text("at", value))]


def _no_stdin(name: str, text: str) -> str:
    if text.strip() == "-":
        raise HesscliError(f"{name!r}: standard input is where the requests come from", code="request")
    return text


def _coordinate(value: Any) -> str:
    if isinstance(value, list):
        return f"[{','.join(map(_coordinate, value))}]"
    return _text("at", value)


def _words(value: Any) -> list[str]:
    return [",".join(_text("name", word) for word in value)] if isinstance(value, list) else [_text("name", value)]


def _pairs(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{name}={_text(name, number)}" for name, number in value.items()]
    return [_text("param", text) for text in (value if isinstance(value, list) else [value])]


def _nested(value: Any) -> list[str]:
    return [_brackets(value)]


def _brackets(value: Any) -> str:
    """Nested lists of formulas and numbers as one text."""
    return f"[{', '.join(map(_brackets, value))}]" if isinstance(value, list) else _text("claim", value)


def _several(value: Any) -> list[str]:
    return [_text("name", word) for word in value] if isinstance(value, list) else [_text("name", value)]


TEXTS: dict[str, Callable[[Any], Sequence[str]]] = {
    "at": _point,
    "vector": _point,
    "vars": _words,
    "wrt": _words,
    "param": _pairs,
    "hessian": _nested,
    "gradient": _nested,
    "jacobian": _nested,
    "method": _several,
}
"""Option -> its texts, for options that are more than one word or number."""
