"""The command ``batch``: requests as JSON lines in, answers as JSON lines out, one process."""

from __future__ import annotations

import json as strict
import math
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import count, takewhile
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hesscli import guard
from hesscli.cli.environment import BatchEnvironment, current
from hesscli.cli.failures import as_error, object_of
from hesscli.cli.lines import opened
from hesscli.cli.options import Output
from hesscli.cli.requests import call
from hesscli.errors import HesscliError
from hesscli.language.sources import files_below
from hesscli.quantities import VERBS

if TYPE_CHECKING:
    from hesscli.compute.asking import InFlight
    from hesscli.result import Result

AsEver = Annotated[bool, typer.Option("--json", help="Requests and answers are JSON without it, too.")]

WORDS = {0: "fine", 1: "not in agreement", 2: "refused", 3: "without an answer", 4: "stopped by a limit"}
"""Exit status -> what standard error says of the requests that end in it."""

AHEAD = 64
"""Up to so many requests are read before the first of them is answered: what the exact side works at meanwhile."""

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
    files only where --allow-files says so. Those in a row that differ in their
    one point are answered together, many times as fast; "formulas": false leaves
    the closed forms out, which take most of the time of different ones.

    [bold]Examples[/bold]

    \b
    echo '{"id": 7, "command": "hessian", "expression": "x^2*y", "at": {"x": 1, "y": 2}}' | hesscli batch
    hesscli batch requests.jsonl -o answers.jsonl
    """
    from hesscli.exact import Session

    outer = current.get()
    guard.tell(guard.USED)
    statuses: Counter[int] = Counter()
    with outer.out(output) as stream, opened(source) as lines, Session() as exact, files_below(allow or ()):
        waiting: deque[Pending] = deque()
        numbers = count(1)
        read = 0
        while True:
            while len(waiting) < AHEAD and (line := lines.next(wait=not waiting)) is not None:
                number = next(numbers)
                if line.strip():
                    waiting.append(_read(line, BatchEnvironment(exact=exact, first=not read), number))
                    read += 1
            if not waiting:
                break
            group = _group(waiting)
            for pending, written in zip(group, _answers(group), strict=True):
                waiting.popleft()
                stream.write(written)
                outer.note(pending.environment.status)
                statuses[pending.environment.status] += 1
            stream.flush()
    if not statuses:
        outer.say("hesscli: there was no request; each is a JSON object in a line of its own")
    if any(statuses):
        outer.say(f"hesscli: {_counted(statuses)}")


def _counted(statuses: Mapping[int, int]) -> str:
    """``9 requests: 8 fine, 1 refused``."""
    counts = ", ".join(f"{statuses[status]} {words}" for status, words in WORDS.items() if statuses[status])
    total = sum(statuses.values())
    return f"{total} request{'s' * (total != 1)}: {counts}"


@dataclass(frozen=True)
class Pending:
    """A request that has been read and not yet answered.

    Attributes:
        environment: where it is answered; the exact side may be at work on it already.
        run: what answers it where the exact side is not: another command, or an error.
        number: of its line; an error names it.
    """

    environment: BatchEnvironment
    run: Callable[[], None]
    number: int


def _read(text: bytes, environment: BatchEnvironment, number: int) -> Pending:
    """Take a request in: of a derivative the exact side is asked at once, all else waits for its turn."""
    with _at(environment):
        try:
            request = _request(text)
            environment.request_id = request.get("id")
            run = call(request)
            if request["command"] in VERBS:
                environment.ahead = True
                run()
                environment.ahead = False
        except Exception as problem:
            return Pending(environment, partial(_fail, as_error(problem)), number)
    return Pending(environment, run, number)


def _fail(error: HesscliError) -> None:
    raise error


def _group(waiting: Iterable[Pending]) -> list[Pending]:
    """The first that waits, with those behind it that differ from it in the point only."""
    first, *others = waiting
    asked = first.environment.asked
    if asked is None or not asked.groups:
        return [first]
    return [first, *takewhile(lambda other: _alike(asked, other.environment.asked), others)]


def _alike(asked: InFlight, other: InFlight | None) -> bool:
    return other is not None and other.groups and asked.matches(other)


def _answers(group: Sequence[Pending]) -> Iterator[bytes]:
    """The lines of every request of a group; where the group fails, each of the rest is answered by itself."""
    from hesscli.compute.asking import together
    from hesscli.compute.compute import answers

    rest = deque(group)
    if len(group) > 1:
        with suppress(Exception):
            for result in answers(
                together([one.environment.asked for one in group if one.environment.asked is not None])
            ):
                written = _line(result, rest[0].environment, first=rest[0].environment.first)
                rest.popleft()
                yield written
    for pending in rest:
        yield _alone(pending)


def _alone(pending: Pending) -> bytes:
    """The lines of one request; whatever happens becomes lines of its own."""
    from hesscli.compute.compute import answers
    from hesscli.output.json import line

    environment = pending.environment
    with _at(environment):
        try:
            if environment.asked is None:
                pending.run()
                return environment.written
            results = enumerate(answers(environment.asked))
            return b"".join(_line(result, environment, first=environment.first and k == 0) for k, result in results)
        except Exception as problem:
            error = as_error(problem)
            environment.note(int(error.status))
            failed = object_of(error)
            failed["error"]["line"] = pending.number
            return line(failed, request_id=environment.request_id)


def _line(result: Result, environment: BatchEnvironment, *, first: bool) -> bytes:
    from hesscli.output.json import line
    from hesscli.verdict import exit_status

    environment.note(int(exit_status(result.verdict, asked=result.asked)))
    return line(result, request_id=environment.request_id, first=first)


@contextmanager
def _at(environment: BatchEnvironment) -> Iterator[None]:
    token = current.set(environment)
    try:
        yield
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
