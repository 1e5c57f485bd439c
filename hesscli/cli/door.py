"""The commands under one name, and how a run of them ends."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, TextIO

import typer
from typer.main import get_command

from hesscli.cli.batch import batch
from hesscli.cli.commands import COMMANDS
from hesscli.cli.desk import Desk, current
from hesscli.cli.failures import report, wants_json
from hesscli.cli.parsing import Command

HELP = """Derivatives you can trust.

Each is computed twice: by TensorFlow's nested gradient tapes, and exactly,
to proven digits. Both are shown, and whether they agree.

\b
hesscli hessian "x0**2+x0*x1" --at 1,2

Exit status: 0 the two agree; 1 they do not; 2 the request is wrong;
3 no derivative exists there; 4 a limit stopped it.
"""

SETTINGS = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="hesscli",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
)

for function, panel in (*COMMANDS, (batch, "Many requests")):
    app.command(function.__name__, cls=Command, rich_help_panel=panel, no_args_is_help=True, context_settings=SETTINGS)(
        function
    )


def _version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"hesscli {version('hesscli')}")
        except PackageNotFoundError:
            typer.echo("hesscli, run from its source without being installed")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version.")]


@app.callback()
def hesscli(version: Version = False) -> None:
    """Options of hesscli itself; its help is ``HELP``."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line.

    Args:
        arguments: what follows the program's name.

    Returns:
        The exit status.
    """
    if "_HESSCLI_COMPLETE" in os.environ:
        app(list(arguments), prog_name="hesscli")
    desk = Desk()
    token = current.set(desk)
    try:
        return _run(list(arguments), desk)
    finally:
        current.reset(token)
        _flush()


def _run(arguments: list[str], desk: Desk) -> int:
    try:
        with warnings.catch_warnings():
            if not sys.warnoptions:  # a library's warning is nothing that a person can act on
                warnings.simplefilter("ignore")
            dispatch(arguments)
    except typer.Exit as end:
        return max(desk.status, int(end.exit_code))
    except (BrokenPipeError, SystemExit):  # Rich ends the process where the reader of a help text has gone
        return desk.status
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as problem:
        return report(problem, as_json=wants_json(arguments))
    return desk.status


def dispatch(arguments: list[str]) -> None:
    """Parse and run, every complaint an exception."""
    group = _group()
    with group.make_context("hesscli", arguments) as context:
        group.invoke(context)


def commands() -> dict[str, Any]:
    """Name -> command, as Typer made it."""
    return dict(_group().commands)


@cache
def _group() -> Any:
    return get_command(app)


def _flush() -> None:
    """Say goodbye to the streams here: at exit Python would print what a closed pipe makes it feel."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        if not _flushed(stream):
            with suppress(OSError, ValueError, AttributeError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _flushed(stream: TextIO) -> bool:
    try:
        stream.flush()
    except (OSError, ValueError):
        return False
    return True
