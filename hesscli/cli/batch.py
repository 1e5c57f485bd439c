"""The command ``batch``: requests as JSON lines in, answers as JSON lines out, one process."""

from __future__ import annotations

import json as strict
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from hesscli.cli.desk import BatchDesk, current
from hesscli.cli.failures import as_error, object_of
from hesscli.cli.options import Output
from hesscli.cli.reading import awaited
from hesscli.cli.requests import call
from hesscli.errors import HesscliError
from hesscli.language.sources import files_below

AsEver = Annotated[bool, typer.Option("--json", help="Requests and answers are JSON without it, too.")]

WORDS = {0: "fine", 1: "not in agreement", 2: "refused", 3: "without an answer", 4: "stopped by a limit"}
"""Exit status -> what standard error says of the requests that end in it."""

Source = Annotated[
    str, typer.Argument(metavar="[FILE]", show_default=False, help="JSON lines; - or nothing is standard input.")
]

Allow = Annotated[
    list[str] | None,
    typer.Option("--allow-files", metavar="DIR", show_default=False,
                 help="Requests may name files (@FILE) in this folder and below; may be repeated. Default: none."),
]  # fmt: skip


def batch(source: Source = "-", output: Output = None, json: AsEver = False, allow: Allow = None) -> None:
    """Requests as JSON lines in, answers as JSON lines out.

    In order, in one process. A request has the long options' names as keys, and
    an id that its answer repeats. A bad line gives an error object, and the
    rest goes on. Requests may come from anywhere: they run no Python, and name
    files only where --allow-files says so.

    [bold]Examples[/bold]

    \b
    echo '{"id": 7, "command": "hessian", "expression": "x^2*y", "at": {"x": 1, "y": 2}}' | hesscli batch
    hesscli batch requests.jsonl -o answers.jsonl
    """
    from hesscli.exact import Session

    outer = current.get()
    statuses: Counter[int] = Counter()
    with outer.out(output) as stream, _lines(source) as lines, Session() as exact, files_below(allow or ()):
        for number, line in enumerate(lines, 1):
            if line.strip():
                desk = BatchDesk(exact=exact, first=not statuses)
                stream.write(_answer(line, desk, number))
                stream.flush()
                outer.note(desk.status)
                statuses[desk.status] += 1
    if any(statuses):
        outer.say(f"hesscli: {_counted(statuses)}")


def _counted(statuses: Mapping[int, int]) -> str:
    """``9 requests: 8 fine, 1 refused``."""
    counts = ", ".join(f"{statuses[status]} {words}" for status, words in WORDS.items() if statuses[status])
    return f"{sum(statuses.values())} requests: {counts}"


@contextmanager
def _lines(source: str) -> Iterator[Iterable[bytes]]:
    if source == "-":
        awaited("requests, one a line as JSON")
        if sys.stdin is None:
            raise HesscliError("standard input is closed", code="file")
        yield sys.stdin.buffer
        return
    with _opened(source) as stream:
        yield stream


def _opened(source: str) -> BinaryIO:
    try:
        return Path(source).open("rb")
    except OSError as problem:
        raise HesscliError(f"cannot read {source!r}: {problem.strerror or problem}", code="file") from problem


def _answer(text: bytes, desk: BatchDesk, number: int) -> bytes:
    """Run one request; whatever happens becomes lines of its own, an error with the number of its line."""
    from hesscli.output.json import line

    token = current.set(desk)
    try:
        request = _request(text)
        desk.request_id = request.get("id")
        call(request)()
        return desk.written
    except Exception as problem:
        error = as_error(problem)
        desk.note(int(error.status))
        failed = object_of(error)
        failed["error"]["line"] = number
        return line(failed, request_id=desk.request_id)
    finally:
        current.reset(token)


def _request(text: bytes) -> dict[str, Any]:
    try:
        request = strict.loads(text.decode("utf-8"), parse_constant=_no_constant, parse_float=_double)
    except UnicodeDecodeError as problem:
        raise HesscliError(f"the line is not UTF-8: byte {problem.start + 1}", code="json") from None
    except strict.JSONDecodeError as problem:
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


def _double(text: str) -> float:
    if math.isinf(value := float(text)):
        raise ValueError(f"{text[:60]} is larger than the largest double")
    return value
