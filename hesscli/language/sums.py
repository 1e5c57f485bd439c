"""Whether a text has sums or indexed names, which are read in ``elements``; known without any library."""

from __future__ import annotations

import re

from hesscli.language.latex.reader import is_latex

_INDEXED = re.compile(
    r"\b(?:Sum|Product|sum|mean|prod|dot|norm|len)\s*\((?![^()]*\)\s*=(?!=))"  # no head f(x) = ...
    r"|\b(?:max|min)\s*\(\s*[^\W\d]\w*\s*\)"  # of one name; of several they are functions
    r"|[^\W\d]\w*[^\S\n]*\["
    r"|@"
)


def is_sum(text: str, *, data: bool = False) -> bool:
    """Whether a text is a program: a plain expression has neither sums nor indices.

    Args:
        text: as typed.
        data: whether columns of data come with it.

    Example:
        >>> is_sum("Sum(x[i]**2, (i, 0, 9))"), is_sum("x**2 + y"), is_sum("[x*y, sin(x)]")
        (True, False, False)
    """
    return data or (not is_latex(text) and _INDEXED.search(text) is not None)
