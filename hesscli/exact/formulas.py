"""Closed forms of the derivatives, where they are short: SymPy's, each one checked in balls at the point.

They are for people to read; no number depends on them. A form is shown only if its text, parsed again,
agrees with the power series at the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import sympy
from flint import arb

from hesscli.errors import HesscliError
from hesscli.exact.decimals import precision
from hesscli.exact.elementary import Unsupported
from hesscli.exact.evaluate import Task
from hesscli.exact.events import Singular, Undecided
from hesscli.exact.symbolic import MOST_DEGREE, NoClosedForm, number, trees
from hesscli.language.expression import Expression
from hesscli.language.syntax import parse
from hesscli.request import Entry, Layout, Request, ascending, layout, summands
from hesscli.result import Texts

LONGEST, MOST_ENTRIES, MOST_OPERATIONS = 200, 100, 1000
BRIEF, CHECK_BITS = 12, 192
ARTEFACTS = (sympy.Derivative, sympy.Subs, sympy.DiracDelta, sympy.Heaviside, sympy.Integral, sympy.nan, sympy.zoo)


def closed_forms(
    expression: Expression, request: Request, point: Sequence[float] | None, dtype: str = "float64"
) -> dict[str, Texts]:
    """Quantity -> the closed forms of its array, for each array whose forms are all short and check out.

    Args:
        expression: what is differentiated.
        request: which derivatives.
        point: where the forms are checked.
        dtype: in which numbers are rounded for the check.

    Example:
        >>> closed_forms(parse("x0**2+x0*x1"), Request("hessian"), (1.0, 2.0))["gradient"].texts
        ('2*x0 + x1', 'x0')
    """
    arrays = layout(expression, request)
    try:
        symbols, functions = trees(expression)
    except NoClosedForm:
        return {}
    check = _Check(expression, request, point, dtype)
    texts: dict[Entry, str | None] = {}

    def text(entry: Entry) -> str | None:
        if entry not in texts:
            texts[entry] = _text(arrays, functions, symbols, entry, check)
        return texts[entry]

    found: dict[str, Texts] = {}
    for quantity in arrays.quantities.values():
        if quantity.name != "value":
            with suppress(_TooLong):
                one = _counted(text)
                found[quantity.name] = Texts(quantity.shape, tuple(one(ascending(e)) for e in quantity.entries()))
    return found


class _TooLong(Exception):
    """A form is missing or too long, or there are too many."""


def _counted(text: Callable[[Entry], str | None]) -> Callable[[Entry], str]:
    count = iter(range(MOST_ENTRIES))

    def one(entry: Entry) -> str:
        written = text(entry) if next(count, None) is not None else None
        if written is None:
            raise _TooLong
        return written

    return one


def _text(arrays: Layout, functions: Sequence[Any], symbols: Sequence[Any], entry: Entry, check: _Check) -> str | None:
    """One entry's form: the shortest that checks out."""
    try:
        terms = [
            number(w) * _derivative(functions[c], [symbols[k] for k in indices])
            for w, (c, indices) in summands(arrays, entry)
        ]
    except _TooLong:
        return None
    form = sympy.Add(*terms)
    for candidate in sorted({str(f) for f in _forms(form)}, key=lambda text: (len(text), text)):
        if len(candidate) <= LONGEST and check.holds(candidate, entry):
            return candidate
    return None


def _derivative(function: Any, symbols: Sequence[Any]) -> Any:
    """Differentiate step by step, and stop when it swells."""
    for symbol in symbols:
        if function.count_ops() > MOST_OPERATIONS:
            raise _TooLong
        function = function.diff(symbol)
    if function.has(*ARTEFACTS):
        raise _TooLong
    return function


def _forms(form: Any) -> Iterator[Any]:
    """The derivative as it came, and quickly rearranged where that may be shorter."""
    yield form
    if len(str(form)) > BRIEF and form.count_ops() < MOST_OPERATIONS / 10:
        yield sympy.factor_terms(form)
        yield sympy.powsimp(form)
        if form.is_polynomial() and all(p.exp <= MOST_DEGREE for p in form.atoms(sympy.Pow)):
            yield sympy.expand(form)
            yield sympy.factor(form)


class _Check:
    """Whether a text has the value that the power series has at the point."""

    def __init__(self, expression: Expression, request: Request, point: Sequence[float] | None, dtype: str) -> None:
        self.expression, self.point, self.dtype = expression, point, dtype
        self.balls: dict[Entry, arb] | None = None
        if point is not None:
            task = Task.of(expression, request, dtype=dtype)
            with precision(CHECK_BITS, task.layout.order), suppress(HesscliError, Singular, Undecided, Unsupported):
                self.balls = task.derivatives(point)

    def holds(self, text: str, entry: Entry) -> bool:
        """Whether the ball of the text overlaps the ball of the entry."""
        if self.balls is None or self.point is None:
            return False
        wanted = self.balls.get(entry, arb(0))
        try:
            again = parse(text, variables=self.expression.variables, parameters=dict(self.expression.parameters))
            task = Task.of(again, Request("derivative", wrt=()), dtype=self.dtype)
            with precision(CHECK_BITS, 0):
                (found,) = task.derivatives(self.point).values()
        except (HesscliError, Singular, Undecided, Unsupported):
            return False
        return bool(found.is_finite() and found.overlaps(wanted) and found.rad() < 1e-20 * (1 + abs(wanted)))
