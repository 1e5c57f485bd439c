"""The words of sums, and whether a text has some, or indexed names, which ``elements`` reads; without any library."""

from __future__ import annotations

import re

from hesscli.language.elsewhere import is_wolfram
from hesscli.language.functions import EXTREMES, REDUCTIONS
from hesscli.language.latex.reader import is_latex

SUMS = ("Sum", "Product")

_INDEXED = re.compile(
    rf"(?:\b|(?<=[0-9]))(?:{'|'.join((*SUMS, *REDUCTIONS))})\s*\((?![^()]*\)\s*=(?!=))"  # no head f(x) = ...
    r"|([^\W\d]\w*)[^\S\n]*\["
    r"|@"
)
_EXTREME = re.compile(rf"\b(?:{'|'.join(EXTREMES)})\s*\(")
_NAME = re.compile(r"[^\W\d]\w*")
_VECTOR = r"\b{}\b['\"]?\s*(?:\[|[=:]\s*(?:\[|@|zeros|ones|random|[^,:]*:))"


def is_sum(text: str, *, data: bool = False, beside: str = "") -> bool:
    """Whether a text is a program: a plain expression has neither sums nor indices.

    Args:
        text: as typed.
        data: whether columns of data come with it.
        beside: what was said of variables and points: ``max(x)`` is the largest entry of a vector x.

    Example:
        >>> is_sum("Sum(x[i]**2, (i, 0, 9))"), is_sum("x**2 + y"), is_sum("[x*y, sin(x)]")
        (True, False, False)
        >>> is_sum("maximum(x)", beside="x=[1,2]"), is_sum("max(x)", beside="x=1")
        (True, False)
    """
    if data or is_latex(text):
        return data
    extremes = [one for found in _EXTREME.finditer(text) if (one := _argument(text, found.end())) is not None]
    # it may be of an intermediate name: max(r) behind r = y - x
    names = _NAME.findall(text if "=" in text else " ".join(extremes)) if extremes else []
    vectors = any(re.search(_VECTOR.format(name), beside) for name in dict.fromkeys(names))
    return vectors or any(_is_indexed(text, found) for found in _INDEXED.finditer(text))


def is_vector(text: str) -> bool:
    """Whether the answer of a text is typed as a vector.

    Example:
        >>> is_vector("s = sum(x); [s, x[0]]"), is_vector("sum(x)*x[0]")
        (True, False)
    """
    word = text.rstrip(" \t\n;")
    depth = 0
    for k in range(len(word) - 1, -1, -1) if word.endswith("]") else ():
        depth += (word[k] in ")]") - (word[k] in "([")
        if not depth:
            before = word[:k].rstrip(" \t")
            return not before or before[-1] in ";\n="
    return False


def _is_indexed(text: str, found: re.Match[str]) -> bool:
    """Whether what looks like a sum or an index is one: not ``Sin[x]``, not ``norm(x, y)`` of numbers."""
    if found[1]:
        return not is_wolfram(found[1])
    return not found[0].startswith("norm") or _argument(text, found.end()) is not None


def _argument(text: str, start: int) -> str | None:
    """The one argument of the call whose bracket opens before a place; None of several."""
    depth = 1
    for k, char in enumerate(text[start:], start):
        depth += (char in "([") - (char in ")]")
        if depth == 1 and char == ",":
            return None
        if not depth:
            return text[start:k]
    return text[start:]
