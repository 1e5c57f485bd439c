"""Free names that may have been meant to be something else: Euler's number, a product, a function of a variable."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Container, Sequence
from string import digits

from hesscli.language.expression import Node
from hesscli.language.notation import POWERS, SINGLE
from hesscli.language.tokens import Token

LONGEST = 12
"""Letters of a name that may be a product of others."""

ELSEWHERE = {
    "e": "e is a variable here; Euler's number is E, and e^x is exp(x)",
    "Pi": "Pi is a variable here; the number is pi",
    "PI": "PI is a variable here; the number is pi",
    **dict.fromkeys(("deg", "degrees"), "deg is a variable here; angles are in radians, 30 degrees are 30*pi/180"),
    "i": "i is a variable here, not the imaginary unit: all numbers are real",
}
"""Variables that are constants elsewhere."""


_LETTER = re.compile(r"[^\W\d_]\d*")
_FACTOR = re.compile(r"[^\W\d_](?:_?\d+)?")
RUNS = (
    re.compile(r"[abckmi][xyz]|[xyz]e|xyz|xy|xz|yz"),  # ax + b, iy: a coefficient of a variable
    re.compile(r"(?:[^\W\d_]_?\d+){2,}"),  # x1x2
    re.compile(r"(?![ΔδΔ])(?=.*[α-ωΑ-Ω])[^\W\d_]{2,}"),  # λx, αβ; but not Δx
)
"""Names that look like a product, whatever other names there are."""


SECOND = {
    "log": "the logarithm of {}; the base comes second",
    "huber": "the loss of {}; the bound of its middle comes second",
    "clip": "{} within bounds; the bounds come second and third",
}
"""Functions whose first argument others put elsewhere."""

_CALL = re.compile(rf"({'|'.join(sorted(SINGLE, key=len, reverse=True))})([^\W\d_])")
_CALLS = re.compile(rf"(?:{_CALL.pattern}){{2,}}")
"""Functions of a letter each, side by side: ``sinxcosy``."""


def turned(nodes: Sequence[Node], tokens: Sequence[Token], text: str) -> tuple[str, ...]:
    """A sentence about what stands the other way round elsewhere: ``log(2, x)``, ``x^1/2``.

    Args:
        nodes: of the program.
        tokens: of its text.
        text: as typed.
    """
    found = list[str]()
    for node in nodes:
        operands = [nodes[k] for k in node.args]
        if node.op in SECOND and len(operands) > 1 and operands[0].op == "number" != operands[1].op:
            number = operands[0].value
            found.append(f"{node.op}({number}, ...) is {SECOND[node.op].format(number)}")
    words = [token.text for token in tokens]
    for at, word in enumerate(words):
        first = at + 1 + (words[at + 1 : at + 2] == ["-"])
        if word in POWERS and words[first : first + 2] == ["1", "/"] and tokens[first + 2].kind == "number":
            raised = text[tokens[at + 1].start : tokens[first + 2].end]
            read = f"(^{raised.partition('/')[0]})/{words[first + 2]}"
            found.append(f"^{raised} is read as {read}; for the root write ^({raised})")
    return tuple(found)


def remarks(free: Collection[str]) -> tuple[str, ...]:
    """A sentence about every free name that looks like something else; names declared mean themselves.

    Args:
        free: the variables, none of them declared.

    Example:
        >>> remarks(["x", "y", "xy"])
        ('xy is one variable here; for the product write x*y',)
    """
    known = frozenset(free)
    constants = (ELSEWHERE[name] for name in free if name in ELSEWHERE)
    others = ((name, instead(name, known)) for name in free)
    return (*constants, *(f"{name} is one variable here; for the {meant}" for name, meant in others if meant))


def unexpected(notes: Collection[str]) -> str:
    """Why there are more variables than were meant, to follow a refusal of a point; empty where no note says so.

    Args:
        notes: of the expression.

    Example:
        >>> unexpected(remarks(["i", "x"]))
        '; i is a variable here, not the imaginary unit: all numbers are real'
    """
    return "".join(f"; {note}" for note in ELSEWHERE.values() if note in notes)


def instead(name: str, known: Container[str]) -> str:
    """``product write x*y`` of xy, ``function write sin(x)`` of sinx; empty of other names.

    Args:
        name: as typed.
        known: other names that there are.
    """
    if not 1 < len(name) <= LONGEST:
        return ""
    if factors := factors_of(name, known):
        return f"product write {'*'.join(factors)}"
    for begin, end in itertools.combinations(range(len(name)), 2):
        first, head, rest = name[:begin], name[begin:end], name[end:]
        tail = rest.lstrip(digits)
        number = rest.removesuffix(tail)
        if head not in SINGLE or not (tail in known or _LETTER.fullmatch(tail)):
            continue
        called = f"{head}({number}*{tail})" if number else f"{head}({tail})"
        called = f"log{number}({tail})" if head == "log" and number in ("2", "10") else called
        if not first:
            return f"function write {called}"
        if first in known or first == tail:
            return f"product write {first}*{called}"
    if _CALLS.fullmatch(name):
        return f"product write {'*'.join(f'{head}({letter})' for head, letter in _CALL.findall(name))}"
    if run := next((run for pattern in RUNS if (run := pattern.fullmatch(name))), None):
        return f"product write {'*'.join(_FACTOR.findall(run[0]))}"
    return ""


def factors_of(name: str, known: Container[str]) -> list[str]:
    """The shortest known names, other than itself, that follow one another in a name; none if there are not.

    Args:
        name: as typed.
        known: names that there are.

    Example:
        >>> factors_of("Xw", {"X", "w", "y"})
        ['X', 'w']
    """
    ways: list[list[str] | None] = [[]]
    for end in range(1, len(name) + 1):
        found = None
        for begin in range(end):
            way, word = ways[begin], name[begin:end]
            if way is not None and word != name and word in known:
                found = [*way, word]
                break
        ways.append(found)
    return ways[-1] or []
