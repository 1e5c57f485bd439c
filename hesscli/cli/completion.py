"""What Tab offers: commands, options, the values of options, functions; files where nothing else is known.

The shells' scripts call this program again, with half a line in the environment. Nothing heavy is loaded.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
import shlex
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import typer

from hesscli.cli.batch import batch
from hesscli.cli.commands import COMMANDS
from hesscli.cli.help import TOPICS
from hesscli.cli.model import model
from hesscli.cli.signature import parameters
from hesscli.errors import HesscliError

COMPLETE = "_HESSCLI_COMPLETE"
"""Where the shells' scripts say that they ask, and for which shell."""

SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")

Offer = tuple[str, str]
"""A word, and what it means in a few more."""

CALLS: dict[str, Callable[..., None]] = {call.__name__: call for call in (*(one for one, _ in COMMANDS), model, batch)}
OWN: tuple[Offer, ...] = (("--help", "Show help."), ("--version", "Show the version."))
EXTRA: tuple[Offer, ...] = (("help", "Help about a command, or a topic."), ("version", "The version."))


class KnownOption(NamedTuple):
    """An option: its names, its help, and the type of the value that follows it; a bool's does not."""

    names: tuple[str, ...]
    help: str
    kind: Any


def complete(environment: Mapping[str, str]) -> str:
    """The answer to a shell's question.

    Args:
        environment: as the scripts of ``--show-completion`` set it.

    Returns:
        Lines in the form that the shell's script reads; nothing where it shall offer files.
    """
    shell = environment[COMPLETE].rpartition("_")[2]
    words = _split(environment.get("COMP_WORDS" if shell == "bash" else "_TYPER_COMPLETE_ARGS", ""))
    if shell == "bash":
        place = int(environment.get("COMP_CWORD", "1"))
        before, begun = words[1:place], words[place] if place < len(words) else ""
        before, begun = _joined(before, begun)
    elif shell in ("powershell", "pwsh"):
        begun = environment.get("_TYPER_COMPLETE_WORD_TO_COMPLETE", "")
        before = words[1:-1] if begun else words[1:]
    else:
        ended = environment.get("_TYPER_COMPLETE_ARGS", "").endswith(" ")
        before, begun = (words[1:], "") if ended else (words[1:-1], (words[1:] or [""])[-1])
    return _written(shell, offers(before, begun), environment)


def _written(shell: str, found: list[Offer], environment: Mapping[str, str]) -> str:
    if shell == "fish" and environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        raise typer.Exit(0 if found else 1)
    if shell == "zsh":
        listed = "\n".join(":".join(f'"{_escaped(text)}"' for text in offer if text) for offer in found)
        return f"_arguments '*: :(({listed}))'" if found else "_files"
    join = {"fish": "{}\t{}", "powershell": "{}:::{}", "pwsh": "{}:::{}"}.get(shell, "{}")
    return "\n".join(join.format(word, told or " ") for word, told in found)


def _escaped(text: str) -> str:
    """Inside double quotes of a list that zsh evaluates once more, and where a colon begins what a word means."""
    return re.sub(r"[$`]", r"\\\g<0>", text.replace("'", "").replace('"', "")).replace(":", r"\\:")


def _split(line: str) -> list[str]:
    """The words of half a line; the last may have a quote that is open."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words


def _joined(before: list[str], begun: str) -> tuple[list[str], str]:
    """Bash parts ``--format=cs`` at the equals sign and ``@points`` behind the @.

    What is offered then stands behind the equals sign, but in place of the @ too.
    """
    if begun in ("=", "=@"):
        return before, begun[1:]
    if before[-1:] in (["@"], ["=@"]):
        return before[:-1], f"@{begun}"
    return (before[:-1], begun) if before[-1:] == ["="] else (before, begun)


def offers(before: list[str], begun: str) -> list[Offer]:
    """What may stand at a place of a command line, and nothing where it is a file or one's own words.

    Args:
        before: the complete words in front of it, without the program's name.
        begun: the beginning of the word.

    Example:
        >>> offers(["hessian", "x", "--exact"], "f")
        [('full', '')]
    """
    return [(word, told) for word, told in _possible(before, begun) if word.startswith(begun)]


def _possible(before: list[str], begun: str) -> list[Offer]:
    name = next((word for word in before if word in CALLS or word == "help"), None)
    if before[-1:] in (["--show-completion"], ["--install-completion"]):
        return [(shell, "") for shell in SHELLS]
    if name == "help" or (name is None and not begun.startswith("-")):
        commands = [(command, _summary(call)) for command, call in CALLS.items()]
        return [*commands, *TOPICS.items()] if name == "help" else [*commands, *EXTRA]
    if name is None:
        return [*OWN, *((f"--{verb}-completion", "bash, zsh or fish.") for verb in ("show", "install"))]
    known = options(CALLS[name])
    option = next((one for one in known if before[-1] in one.names and one.kind is not bool), None)
    head, at, path = begun.rpartition("@")
    if at and not head.strip("=-abcdefghijklmnopqrstuvwxyz"):
        return [(f"{head}@{name}", "") for name in _files(path)]
    if option is not None:
        return _values(option)
    short = next((one for one in known if len(begun) > 1 and begun[:2] in one.names and one.kind is not bool), None)
    if short is not None and not begun.startswith("--"):
        return [(begun[:2] + word, told) for word, told in _values(short)]
    if begun.startswith("--") and "=" in begun:
        typed = begun.partition("=")[0]
        values = [value for one in known if typed in one.names for value in _values(one)]
        return [(f"{typed}={word}", told) for word, told in values]
    if begun.startswith("-"):
        return [*((one.names[0], one.help) for one in known), *OWN[:1]]
    return [(row, "") for row in _functions()] if name == "functions" else []


def options(call: Callable[..., None]) -> list[KnownOption]:
    """The options of a command, read from its signature."""
    found = []
    for parameter in parameters(call):
        for names in filter(None, (parameter.names, parameter.opposite)):  # --formulas/--no-formulas are both offered
            longest = tuple(sorted(names, key=len, reverse=True))
            found.append(KnownOption(longest, _first(parameter.help), parameter.word))
    return found


def _values(option: KnownOption) -> list[Offer]:
    if issubclass(option.kind, Enum):
        return [(str(member.value), "") for member in option.kind]
    if "--op" in option.names:
        from hesscli.audit.names import operations

        return [(name, "") for name in operations()]
    return []


def _files(begun: str) -> list[str]:
    """What lies in a folder by names that need no quotes; for one folder what lies in that."""
    folder, name = os.path.split(begun)
    try:
        inside = sorted(os.scandir(folder or "."), key=lambda entry: entry.name)
    except OSError:
        return []
    plain = [entry for entry in inside if re.fullmatch(r"[\w%+,.-]+", entry.name) and not entry.name.startswith(".")]
    found = [os.path.join(folder, one.name) + "/" * one.is_dir() for one in plain if one.name.startswith(name)]
    return (_files(found[0]) or found) if len(found) == 1 and found[0].endswith("/") else found


def _functions() -> list[str]:
    from hesscli.language.functions import TYPED

    return sorted(TYPED)


def _summary(call: Callable[..., None]) -> str:
    return described(call).partition("\n")[0]


def described(call: Callable[..., None]) -> str:
    """A command's docstring; read from its file where Python was told to drop it (``-OO``, ``PYTHONOPTIMIZE=2``)."""
    if call.__doc__ is None:
        body = ast.parse(Path(str(sys.modules[call.__module__].__file__)).read_bytes()).body
        named = (node for node in body if isinstance(node, ast.FunctionDef) and node.name == call.__name__)
        return next(filter(None, map(ast.get_docstring, named)), "")
    return inspect.cleandoc(call.__doc__)


def _first(help_text: str) -> str:
    """The first sentence, without marks of Rich."""
    return re.sub(r"\\(?=\[)", "", re.split(r"(?<=\w)[.;:] ", help_text)[0])


def script(shell: str) -> str:
    """What a shell must run to complete our lines.

    Raises:
        HesscliError: a shell that is not known.
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # not in its __all__

    if shell not in SHELLS:
        raise HesscliError(f"--show-completion: expected one of {', '.join(SHELLS)}, got {shell!r}", code="usage")
    return str(get_completion_script(prog_name="hesscli", complete_var=COMPLETE, shell=shell))
