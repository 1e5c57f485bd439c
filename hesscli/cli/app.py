"""The commands under one name, and how a run of them ends."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Any, TextIO

import typer
from typer.completion import install  # type: ignore[attr-defined]  # not in its __all__
from typer.main import get_command

from hesscli.cli.batch import batch
from hesscli.cli.commands import COMMANDS
from hesscli.cli.completion import COMPLETE, complete, described, script
from hesscli.cli.environment import Environment, current
from hesscli.cli.failures import report, wants_json
from hesscli.cli.help import help
from hesscli.cli.model import model
from hesscli.cli.parsing import Command, Group
from hesscli.cli.words import arranged
from hesscli.errors import HesscliError

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
    cls=Group,
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings=SETTINGS,
)

EVERY: tuple[tuple[Callable[..., None], str], ...] = (
    *COMMANDS,
    (model, "Differentiate"),
    (help, "Read"),
    (batch, "Many requests"),
)
"""Command -> its place in the help."""

for function, panel in EVERY:
    app.command(
        function.__name__,
        cls=Command,
        help=described(function),
        rich_help_panel=panel,
        no_args_is_help=True,
        context_settings=SETTINGS,
    )(function)


def _version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"hesscli {version('hesscli')}")
        except PackageNotFoundError:
            typer.echo("hesscli, run from its source without being installed")
        raise typer.Exit


def _script(shell: str | None) -> None:
    if shell is not None:
        typer.echo(script(shell))
        raise typer.Exit


def _install(shell: str | None) -> None:
    if shell is not None:
        script(shell)  # refuses what is no shell
        name, path = install(shell=shell, prog_name="hesscli", complete_var=COMPLETE)
        typer.echo(f"completion for {name} is in {path}; it works in the next shell")
        raise typer.Exit


eager = partial(typer.Option, is_eager=True, show_default=False)
"""An option that is answered by itself, whatever else is typed."""

Version = Annotated[bool, eager("--version", "-V", callback=_version, help="Show the version.")]
ShowCompletion = Annotated[
    str | None,
    eager(
        "--show-completion",
        metavar="SHELL",
        callback=_script,
        help="Print what makes Tab complete in bash, zsh or fish.",
    ),
]
InstallCompletion = Annotated[
    str | None,
    eager("--install-completion", metavar="SHELL", callback=_install, help="Write it to where the shell reads it."),
]


@app.callback()
def hesscli(
    version: Version = False, show_completion: ShowCompletion = None, install_completion: InstallCompletion = None
) -> None:
    """Options of hesscli itself; its help is ``HELP``."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line.

    Args:
        arguments: what follows the program's name.

    Returns:
        The exit status.
    """
    environment = Environment()
    token = current.set(environment)
    try:
        _run(list(arguments), environment)
    finally:
        current.reset(token)
        _flush(environment)
    return environment.status


def _run(arguments: list[str], environment: Environment) -> None:
    try:
        with warnings.catch_warnings():
            if not sys.warnoptions:  # a library's warning is nothing that a person can act on
                warnings.simplefilter("ignore")
            if os.environ.get(COMPLETE, "").startswith("complete_"):
                _complete()
            else:
                dispatch(arguments)
    except typer.Exit as end:
        environment.note(int(end.exit_code))
        if sys.stdout is None:  # Typer and Rich say nothing of it
            environment.note(report(OSError(errno.EBADF, "it is closed"), as_json=False))
    except (BrokenPipeError, SystemExit):  # Rich ends the process where the reader of a help text has gone
        return
    except typer.Abort:
        raise KeyboardInterrupt from None
    except Exception as problem:
        environment.status = report(problem, as_json=wants_json(arguments))


def _complete() -> None:
    """What a shell's completion asks for."""
    try:
        words = complete(os.environ)
    except (KeyError, ValueError):
        message = "completion is for a shell, which says in COMP_WORDS what was typed"
        raise HesscliError(message, code="usage") from None
    with current.get().out(None) as stream:
        stream.write(f"{words}\n".encode())


def dispatch(arguments: list[str]) -> None:
    """Parse and run, every complaint an exception."""
    group = _group()
    words = arranged(arguments, group.commands)
    with group.make_context("hesscli", words) as context:
        group.invoke(context)


def commands() -> dict[str, Any]:
    """Name -> command, as Typer made it."""
    return dict(_group().commands)


@cache
def _group() -> Any:
    return get_command(app)


def _flush(environment: Environment) -> None:
    """Say goodbye to the streams here: at exit Python would print what a closed pipe makes it feel."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        problem = _flushed(stream)
        if problem is None:
            continue
        if stream is sys.stdout and not environment.status and not isinstance(problem, BrokenPipeError):
            environment.note(report(problem, as_json=False))
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _flushed(stream: TextIO) -> OSError | None:
    try:
        stream.flush()
    except OSError as problem:
        return problem
    except ValueError:  # it is closed
        return None
    return None
