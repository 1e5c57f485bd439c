"""The one place where an error becomes a message and an exit status."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sys
from collections.abc import Container, Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import Any

import typer

from hesscli.errors import ExitStatus, HesscliError, LimitError, render
from hesscli.output.formats import SCHEMA

UsageError: Any = typer.BadParameter.__mro__[1]
"""The parent of all complaints about options, whichever Click the installed Typer uses."""

ClickException: Any = UsageError.__mro__[1]


def as_error(problem: BaseException) -> HesscliError:
    """Whatever stopped a command, in the contract's words.

    Args:
        problem: an exception of any kind; one that nobody foresaw becomes ``Unexpected``.
    """
    if isinstance(problem, HesscliError):
        return problem
    if isinstance(problem, ClickException):
        return HesscliError(_usage(problem), code="usage")
    if isinstance(problem, RecursionError):
        return LimitError("the expression is nested too deeply")
    if isinstance(problem, MemoryError):
        return LimitError("out of memory")
    if isinstance(problem, RuntimeError) and "start new thread" in str(problem):
        return LimitError("the system has no more thread to give; end other programs, or raise the limit (ulimit -u)")
    if isinstance(problem, OSError) and problem.strerror:
        return _refused(problem)
    return Unexpected(problem)


SCARCE = {
    errno.EMFILE: "no more file to open in this process; raise the limit (ulimit -n)",
    errno.ENFILE: "no more file to open; end other programs",
    errno.ENOMEM: "no more memory; end other programs, or raise the limit (ulimit -v)",
    errno.EAGAIN: "no more process to give; end other programs, or raise the limit (ulimit -u)",
}
"""What the system may run out of, in words."""

UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF})
"""What the system says of a stream that takes no more; it has no name there."""


def _refused(problem: OSError) -> HesscliError:
    """What the system refused in a place that has no sentence of its own for it."""
    if problem.errno in SCARCE:
        return LimitError(f"the system has {SCARCE[problem.errno]}")
    if problem.filename is None and problem.errno in UNWRITABLE:
        return HesscliError(f"cannot write standard output: {problem.strerror}", code="output")
    name = "" if problem.filename is None else f"{problem.filename!r}: "
    return HesscliError(f"{name}{problem.strerror}", code="file")


class Unexpected(HesscliError):
    """A mistake of hesscli itself: shown in a line, with its traceback only where one is asked for."""

    status = ExitStatus.LIMIT

    def __init__(self, problem: BaseException) -> None:
        what = " ".join(f"{type(problem).__name__}: {problem}".split())[:500]
        hint = "this is a mistake of hesscli; HESSCLI_TRACEBACK=1 shows where"
        super().__init__(f"{what} ({hint})", code="internal")


def object_of(problem: HesscliError) -> dict[str, Any]:
    """The JSON object of a failed request; ``column`` counts from 1."""
    inside: dict[str, Any] = {"code": problem.code, "message": problem.message}
    if problem.column is not None:
        inside["column"] = problem.column + 1
    return {"schema": SCHEMA, "error": inside}


def report(problem: BaseException, *, as_json: bool) -> int:
    """Tell it: text with a caret on standard error, and for programs an object on standard output besides.

    Args:
        problem: what stopped the command.
        as_json: whether the command line asked for JSON.

    Returns:
        The exit status.
    """
    error = as_error(problem)
    if isinstance(error, Unexpected) and os.environ.get("HESSCLI_TRACEBACK"):
        raise problem
    if type(problem).__name__ == "NoArgsIsHelpError":  # its message is the help, where that is not shown yet
        sys.stderr.write(problem.format_message())  # type: ignore[attr-defined]  # Click's
        return int(error.status)
    with suppress(BrokenPipeError, ValueError, AttributeError, OSError):
        if as_json:
            sys.stdout.write(json.dumps(object_of(error)) + "\n")
            sys.stdout.flush()
    with suppress(BrokenPipeError, ValueError, AttributeError, OSError):
        text = render(error, columns=shutil.get_terminal_size().columns)
        sys.stderr.write(f"hesscli: {text}".rstrip("\n") + "\n")
    return int(error.status)


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the command line asks for JSON; readable even where it cannot be parsed."""
    pairs = zip(arguments, [*arguments[1:], ""], strict=False)
    return any(
        token in {"--json", "--format=json"} or (token in {"--format", "-f"} and after == "json")
        for token, after in pairs
    )


MEANT = {
    "tex": "latex", "txt": "table", "text": "table", "jsonl": "json", "numpy": "npy", "matrixmarket": "mtx",
    "float": "float64", "double": "float64", "single": "float32", "64": "float64", "32": "float32",
    "none": "off", "no": "off", "fd": "finite-difference",
}  # fmt: skip
"""Values that options have under another name."""


COMMANDS = {"diff": "derivative", "d": "derivative", "differentiate": "derivative", "partial": "derivative"}
"""Commands that others call so."""
MANY = 6
"""More commands than these have what is no option of one in particular."""

_POINT = re.compile(r"(?:(?:^|,)(?:[^\W\d]\w*=)?[-+]?[\d.]+(?:e[-+]?\d+)?)+", re.IGNORECASE)
"""Numbers, in order or by name."""


def _extra(message: str, takes: Container[str], command: str) -> str:
    """What is missing before, or around, an argument that is one too many."""
    word = message.partition(" (")[2].removesuffix(")")
    if _POINT.fullmatch(word) and "at" in takes:
        return f"a point is written --at {word}"
    if command == "check" and " " not in word and word[:1] != "-":
        return f"what is checked is written --gradient '{word}' or --hessian '{word}'"
    return "an expression with blanks or brackets needs quotes around it"


def _usage(problem: Any) -> str:
    message = problem.format_message().strip().replace("Value error, ", "")  # words of Typer's own checks
    message = re.sub(r"Input should be ([^,]*)(, unable .*)?$", r"it should be \1", message)
    if one_of := re.search(r"'([^']*)' is not one of (.*)", message):
        words = re.findall(r"'([^']*)'", one_of[2])
        near = [MEANT[one_of[1]]] if MEANT.get(one_of[1]) in words else get_close_matches(one_of[1], words, n=1)
        message += f" Did you mean {near[0]}?" if near else ""
    context = getattr(problem, "ctx", None)
    unknown = re.fullmatch(r"No such command '(.*)'\.", message, re.DOTALL)
    if unknown and context is not None:
        words = context.command.commands
        near = [COMMANDS[unknown[1].lower()]] if COMMANDS.get(unknown[1].lower()) in words else []
        near = near or get_close_matches(unknown[1].lower(), words, n=1)
        message += f" Did you mean '{near[0]}'?" if near else ""
    wrong = re.match(r"No such option: (--?[\w-]+)", message)
    if wrong and context is not None:
        siblings = getattr(context.find_root().command, "commands", {})
        owners = [name for name, other in siblings.items() if any(wrong[1] in param.opts for param in other.params)]
        owners = [] if len(owners) > MANY else owners
        message = f"{wrong[1]} belongs to {', '.join(owners)}, not to {context.command.name}" if owners else message
    option = re.search(r"^Got unexpected extra argument.*\((-[^\W\d_][^ )]*)", message)
    takes = {param.name for param in context.command.params} if context is not None else set()
    if context is not None and message.startswith("Got unexpected extra argument") and "expression" in takes:
        message = f"No such option: {option[1]}" if option else message
        message += f"; {_extra(message, takes, context.command.name)}"
    hint = f"\nTry: {context.command_path} --help" if context is not None else ""
    return f"{message}{hint}"
