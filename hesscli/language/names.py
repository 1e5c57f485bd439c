"""What a name means: variable, parameter, intermediate, constant; and what was probably meant."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from hesscli.errors import ExpressionError
from hesscli.language.build import Builder, Operand
from hesscli.language.elsewhere import NAMES, function_remedy, phrase_remedy
from hesscli.language.functions import CALLABLE, CONSTANTS, TYPED
from hesscli.language.notation import SINGLE
from hesscli.language.remarks import instead
from hesscli.language.tokens import WORDS, Token, name_trouble, refuse


def natural_key(name: str) -> tuple[tuple[str | int, ...], str]:
    """Sorts x2 before x10; digits beyond ASCII are letters."""
    parts = re.split("([0-9]+)", name)  # a text, then a number and a text again and again
    return tuple(int(part) if k % 2 else part for k, part in enumerate(parts)), name


def suggestion(name: str, candidates: Iterable[str]) -> str:
    """``; did you mean sin or sinh?`` or nothing.

    Args:
        name: what was typed.
        candidates: what is known.

    Example:
        >>> suggestion("sn", ["sin", "exp"])
        '; did you mean sin?'
    """
    lowered: dict[str, str] = {}
    for candidate in candidates:
        lowered.setdefault(candidate.lower(), candidate)
    if name.lower() in lowered:
        return f"; did you mean {lowered[name.lower()]}?"
    near = [lowered[word] for word in difflib.get_close_matches(name.lower(), lowered, n=2, cutoff=0.6)]
    return f"; did you mean {' or '.join(near)}?" if near else ""


def check_names(names: Sequence[str], kind: str) -> tuple[str, ...]:
    """The names, each valid and given once.

    Args:
        names: as given.
        kind: what they name, for messages: ``variable``.

    Raises:
        ExpressionError: an empty, impossible, reserved or repeated name.
    """
    seen: set[str] = set()
    for name in names:
        trouble = name_trouble(name) if name else f"an empty name among the {kind}s"
        if name in WORDS:
            trouble = f"{name!r} has a meaning of its own and cannot be a {kind}"
        if name in seen:
            trouble = f"the {kind} {name!r} is given twice"
        if trouble:
            raise ExpressionError(trouble, code="name")
        seen.add(name)
    return tuple(names)


class Scope:
    """Resolves names of one expression, in the order: intermediate, variable, parameter, constant."""

    def __init__(self, builder: Builder, variables: Sequence[str] | None, parameters: Mapping[str, float]) -> None:
        self.builder = builder
        self.declared = None if variables is None else check_names(variables, "variable")
        self.parameters = dict(
            zip(check_names(tuple(parameters), "parameter"), map(float, parameters.values()), strict=True)
        )
        self.given: dict[str, Operand] = {}
        self.used: set[str] = set()
        self.free: set[str] = set()
        for name, value in self.parameters.items():
            if name in (self.declared or ()):
                raise ExpressionError(f"{name!r} is both a variable and a parameter", code="name")
            if not math.isfinite(value):
                raise ExpressionError(f"the parameter {name!r} is {value}; it must be a finite number", code="name")

    @property
    def variables(self) -> tuple[str, ...]:
        """The declared variables, or the free names in natural order."""
        return tuple(sorted(self.free, key=natural_key)) if self.declared is None else self.declared

    def declare(self, formal: Sequence[Token]) -> list[str]:
        """The names of a head ``f(x, y) =`` are the variables, but for parameters; ``--vars`` has the last word.

        Args:
            formal: the names.

        Returns:
            What has to be said about it.

        Raises:
            ExpressionError: a name is given twice, or the variables declared are others.
        """
        text, names = self.builder.text, [token.text for token in formal if token.text not in self.parameters]
        for k, token in enumerate(formal):
            if token.text in WORDS or token.text in (other.text for other in formal[:k]):
                refuse(text, f"{token.text!r} cannot be a variable here", token.start, token.end, "name")
        if self.declared is None:
            self.declared = tuple(names)
        elif set(names) != set(self.declared):
            message = f"the variables are {', '.join(self.declared) or 'none'} by --vars, and {', '.join(names)} here"
            refuse(text, message, formal[0].start, formal[-1].end, "name")
        return [] if tuple(names) == self.declared else [f"the order of --vars is kept: {', '.join(self.declared)}"]

    def claimed(self, name: str) -> bool:
        """Is it a variable, parameter or intermediate, whatever it means elsewhere?"""
        return name in self.given or name in self.parameters or name in (self.declared or ()) or name in self.free

    def give(self, name: Token, operand: Operand) -> None:
        """``name = operand``."""
        text, (_, word, start, end) = self.builder.text, name
        if word in WORDS:
            refuse(text, f"{word!r} has a meaning of its own and cannot be given a value", start, end, "name")
        if word in self.given:
            refuse(text, f"{word!r} is given twice; choose another name", start, end, "name")
        if word in (self.declared or ()) or word in self.parameters:
            refuse(text, f"{word!r} is a variable or parameter and cannot be given a value", start, end, "name")
        if word in self.used:
            refuse(text, f"{word!r} is used before it is given", start, end, "name")
        self.given[word] = operand

    def resolve(self, token: Token) -> Operand:
        """The node a bare name stands for."""
        if token.text == "\u03c0" and not self.claimed(token.text):
            token = token._replace(text="pi")
        name = token.text
        self.used.add(name)
        if name in self.given:
            return self.given[name]._replace(start=token.start, end=token.end)
        return self._leaf(token, *self._meaning(token, name))

    def _leaf(self, token: Token, op: str, value: str | float | None) -> Operand:
        if op in ("true", "false"):
            return self.builder.operation(op, (), token.start, token.end)
        return self.builder.leaf(op, value, token.start, token.end)

    def _meaning(self, token: Token, name: str) -> tuple[str, str | float | None]:
        if name in (self.declared or ()):
            return "variable", name
        if name in self.parameters:
            return "parameter", self.parameters[name]
        if name in CONSTANTS:
            return "constant", CONSTANTS[name]
        if name in ("True", "False"):
            return name.lower(), None
        if self.declared is None and "\u03c0" in name and name != "\u03c0":
            factors = "*".join(part for part in re.split("(\u03c0)", name) if part)
            message = f"{name!r} is one name; for a product write {factors}, for a variable list it with --vars"
            refuse(self.builder.text, message, token.start, token.end, "unknown-name")
        if self.declared is None and name not in NAMES and name not in CALLABLE and name != "None":
            self.free.add(name)
            return "variable", name
        return self._refuse_name(token)

    def _refuse_name(self, token: Token) -> NoReturn:
        _, name, start, end = token
        text, claim = self.builder.text, f"; to use it as a variable, list it with --vars: --vars {token.text},..."
        if name == "None":
            refuse(text, "None is not a number", start, end, "type")
        if name in NAMES:
            refuse(text, NAMES[name] + claim, start, end, "unknown-name")
        if name in CALLABLE:
            refuse(
                text, f"{name} is a function and needs arguments, as in {name}(x){claim}", start, end, "unknown-name"
            )
        known = (*(self.declared or ()), *self.parameters, *self.given)
        meant = instead(name, known)
        near = f"; for the {meant}" if meant else suggestion(name, (*known, *CONSTANTS))
        listed = f"the variables are {', '.join(self.declared)}" if self.declared else "there are no variables"
        refuse(text, f"unknown name {name!r}{near or f'; {listed}'}", start, end, "unknown-name")

    def refuse_function(self, token: Token) -> NoReturn:
        """A name before a bracket is not in the catalogue."""
        _, name, start, end = token
        text = self.builder.text
        if self.claimed(name) or name in CONSTANTS:
            refuse(text, f"{name!r} is not a function here; for a product write {name}*(...)", start, end)
        if remedy := phrase_remedy(text) or function_remedy(name):
            product = f"{name} \\cdot (...)" if "\\" in text else f"{name}*(...)"
            remedy = f"for a product write {product}; {remedy}" if len(name) < 3 and name.lower() != "if" else remedy
            refuse(text, f"unknown function {name!r}; {remedy}", start, end, "unknown-name")
        cuts = range(1, len(name)) if name.lower() not in TYPED else ()
        product = next((f"{name[:k]}*{name[k:]}(...)" for k in cuts if name[k:] in SINGLE), "")
        if "\\" in text and not product:
            product = f"\\cdot before the bracket, as in {name} \\cdot (...)"
        near = f"; for a product write {product}" if product else suggestion(name, TYPED)
        remedy = near or f"; for a product write {name}*(...), for all functions: hesscli functions"
        refuse(text, f"unknown function {name!r}{remedy}", start, end, "unknown-name")
