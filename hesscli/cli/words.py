"""The words of a command line in the order that the commands have: what people type instead, put right.

``hesscli help hessian``, ``hesscli version``, options before the command, a command forgotten.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from hesscli.cli.environment import current
from hesscli.cli.help import TOPICS
from hesscli.cli.parsing import LONG, options_of
from hesscli.errors import HesscliError
from hesscli.quantities import VERBS

OWN = frozenset({"--help", "-h", "--version", "-V", "--install-completion", "--show-completion"})
"""Options of hesscli itself."""

MEANT = {option: verb.name for verb in VERBS.values() for option in verb.options}
"""Option -> the command that is meant where none is given; else it is the Hessian."""

PLAIN = re.compile(r"[A-Za-z][A-Za-z-]+")
"""A word that may be a command misspelt; anything else is an expression."""


def arranged(arguments: Sequence[str], commands: Mapping[str, Any]) -> list[str]:
    """The same request with its command in front.

    Args:
        arguments: what follows the program's name.
        commands: by name.

    Raises:
        HesscliError: help is wanted about something that is no command.
    """
    words = list(arguments)
    if words[:1] == ["help"]:
        return _help(words[1:], commands)
    if words == ["version"]:
        return ["--version"]
    if not words or words[0] in OWN or words[0].partition("=")[0] in OWN:
        return words
    known = {name: takes for command in commands.values() for name, takes in options_of(command.params).items()}
    k = _leading(words, known)
    if k < len(words) and words[k] in commands:
        return [words[k], *words[:k], *words[k + 1 :]]
    if k == len(words) or PLAIN.fullmatch(words[k]):
        return words[k:] + words[:k]
    shown = [re.sub(r"^-n\d+$", "-n", word) for word in words]
    verb = next((MEANT[word] for word in shown if word in MEANT), "hessian")
    current.get().say(f"hesscli: no command is given; this is: hesscli {verb} {shlex.join(words)}")
    return [verb, *words]


def _leading(words: Sequence[str], known: Mapping[str, bool]) -> int:
    """How many words in front are options and their values."""
    k = 0
    while k < len(words) and (words[k] in known or LONG.fullmatch(words[k])):
        k += 1 + known.get(words[k], False)
    return min(k, len(words))


def _help(about: Sequence[str], commands: Mapping[str, Any]) -> list[str]:
    if (about and about[0] in {*TOPICS, *commands}) and len(about) > 1 and not about[1].startswith("-"):
        raise HesscliError(f"help is about one thing: {about[0]!r}; {about[1]!r} is too much", code="usage")
    if about and about[0] in TOPICS:
        return ["help", about[0]]
    if about and about[0] in OWN:
        return ["help", "--help"]
    if not about or about[0] in commands:
        return [*about[:1], "--help"]
    known = [*(name for name in commands if name != "help"), *TOPICS]
    near = get_close_matches(about[0], known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there is help about {', '.join(known)}"
    raise HesscliError(f"no help about {about[0]!r}; {hint}", code="usage")
