"""Free names that may have been meant to be something else: Euler's number, a product, a function of a variable."""

from __future__ import annotations

from collections.abc import Collection, Container

from hesscli.language.notation import SINGLE

LONGEST = 12
"""Letters of a name that may be a product of others."""

ELSEWHERE = {
    "e": "e is a variable here; Euler's number is E, and e^x is exp(x)",
    "Pi": "Pi is a variable here; the number is pi",
    "PI": "PI is a variable here; the number is pi",
    "i": "i is a variable here, not the imaginary unit: all numbers are real",
}
"""Variables that are constants elsewhere."""


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
    if factors := _factors(name, known):
        return f"product write {'*'.join(factors)}"
    for cut in range(len(name) - 1, 1, -1):
        head, tail = name[:cut], name[cut:]
        if head in SINGLE and (tail in known or (tail[:1].isalpha() and (len(tail) == 1 or tail[1:].isdigit()))):
            return f"function write {head}({tail})"
    return ""


def _factors(name: str, known: Container[str]) -> list[str]:
    """The shortest known names, other than itself, that follow one another in a name; none if there are not."""
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
