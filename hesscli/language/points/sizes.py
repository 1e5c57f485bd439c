"""The sizes of vectors and matrices of variables, as --vars says them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hesscli.errors import ExpressionError, HesscliError
from hesscli.language.lists import split
from hesscli.language.names import check_names
from hesscli.language.programs.integers import whole
from hesscli.language.programs.spans import Extent
from hesscli.language.syntax import parse

SIZED = re.compile(r"\s*([^\W\d]\w*)\s*(?:\[\s*(.+?)\s*\])?\s*")
"""``x[100]`` of --vars."""


def declared(
    given: str | Sequence[str] | None, parameters: Mapping[str, float]
) -> tuple[list[str] | None, dict[str, Extent]]:
    """``x[n],W[2,n],a`` of --vars: the names in order, and the sizes of vectors and matrices.

    Raises:
        HesscliError: no names, or a size that is no whole number.

    Example:
        >>> declared("x[2*n],a", {"n": 3.0})
        (['x', 'a'], {'x': 6})
    """
    if given is None:
        return None, {}
    names, sizes = [], dict[str, Extent]()
    for part in split(given) if isinstance(given, str) else given:
        match = SIZED.fullmatch(part)
        if match is None:
            raise HesscliError(f"--vars: expected names such as x[100],a, got {part.strip()!r}", code="name")
        names.append(match[1])
        if match[2]:
            found = tuple(_size(one, match[1], parameters) for one in split(match[2]))
            if len(found) > 2:
                told = f"{match[1]} has {len(found)} sizes; a vector has one, a matrix has two"
                raise HesscliError(f"--vars: {told}", code="name")
            sizes[match[1]] = found if len(found) == 2 else found[0]
    return list(check_names(names, "variable")), sizes


def _size(text: str, name: str, parameters: Mapping[str, float]) -> int:
    what = f"--vars: the size of {name}"
    try:
        expression = parse(text, variables=(), parameters=parameters)
    except ExpressionError as problem:
        unknown, _, _ = problem.message.partition(";")
        told = f"{unknown}; --param gives it a value" if problem.code == "unknown-name" else problem.message
        raise HesscliError(f"{what}: {told}", code="name") from None
    try:
        size = whole(expression, {}, what)
    except ExpressionError as problem:
        raise HesscliError(problem.message, code="name") from None
    if not isinstance(size, int) or size < 1:
        raise HesscliError(f"--vars: the size of {name} is {size}; expected at least 1", code="name")
    return size
