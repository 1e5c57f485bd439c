"""Closed forms of the derivatives, where they are short: SymPy's, each one checked in balls at the point.

They are for people to read; no number depends on them. A form is shown only if its text, parsed again,
agrees with the power series at the point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import sympy
from flint import arb

from hesscli.errors import HesscliError
from hesscli.exact.collecting import Collecting
from hesscli.exact.decimals import precision
from hesscli.exact.derivation import Derivation
from hesscli.exact.elementary import Unsupported
from hesscli.exact.evaluate import Task
from hesscli.exact.events import Singular, Undecided
from hesscli.exact.symbolic import MOST_DEGREE, NoClosedForm, exact_number, trees
from hesscli.exact.writing import Size, Writing
from hesscli.language.expression import Expression
from hesscli.language.syntax import parse
from hesscli.request import ComponentPath, Layout, Request, ascending, layout, summands
from hesscli.result import Texts

LONGEST, MOST_ENTRIES, MOST_NODES = 200, 100, 2000
BRIEF, CHECK_BITS = 12, 192
ARTEFACTS = (sympy.Derivative, sympy.Subs, sympy.DiracDelta, sympy.Heaviside, sympy.Integral, sympy.nan, sympy.zoo)


def closed_forms(
    expression: Expression,
    request: Request,
    point: Sequence[float] | None,
    dtype: str = "float64",
    *,
    partial: bool = False,
) -> dict[str, Texts]:
    """Quantity -> the closed forms of its array, for each array whose forms are all short and check out.

    Args:
        expression: what is differentiated.
        request: which derivatives.
        point: where the forms are checked.
        dtype: in which numbers are rounded for the check.
        partial: whether an array counts of which one entry has a form; the others are None then.

    Example:
        >>> closed_forms(parse("x0**2+x0*x1"), Request("hessian"), (1.0, 2.0))["gradient"].texts
        ('2*x0 + x1', 'x0')
    """
    forms = _forms_of(expression, request)
    if forms is None or forms.arrays.divided:  # coefficients are of the point, and no formula says them better
        return {}
    check = _Check(expression, request, point, dtype)
    texts: dict[ComponentPath, str | None] = {}

    def text(entry: ComponentPath) -> str | None:
        if entry not in texts:
            texts[entry] = next((form for form in forms.candidates(entry) if check.holds(form, entry)), None)
        return texts[entry]

    found: dict[str, Texts] = {}
    for quantity in forms.arrays.quantities.values():
        if quantity.name != "value":
            with suppress(_TooLong):
                one = _counted(text, partial=partial)
                forms_of = Texts(quantity.shape, tuple(one(ascending(e)) for e in quantity.entries()))
                if any(form is not None for form in forms_of.texts):
                    found[quantity.name] = forms_of
    return found


@lru_cache(maxsize=64)
def _forms_of(expression: Expression, request: Request) -> _Forms | None:
    """The forms of a request, worked out once for all its points."""
    try:
        symbols, functions = trees(expression)
    except NoClosedForm:
        return None
    return _Forms(layout(expression, request), symbols, functions)


class _TooLong(Exception):
    """A form is missing or too long, or there are too many."""


def _counted(text: Callable[[ComponentPath], str | None], *, partial: bool) -> Callable[[ComponentPath], str | None]:
    count = iter(range(MOST_ENTRIES))

    def one(entry: ComponentPath) -> str | None:
        written = text(entry) if next(count, None) is not None else None
        if written is None and not partial:
            raise _TooLong
        return written

    return one


class _Forms:
    """What SymPy makes of the derivatives, each one worked out when it is first asked for.

    Args:
        arrays: that the request fills.
        symbols: the variables.
        functions: the components.
    """

    def __init__(self, arrays: Layout, symbols: Sequence[Any], functions: Sequence[Any]) -> None:
        self.arrays = arrays
        self._along, self._functions = [Derivation(symbol) for symbol in symbols], functions
        self._derivatives: dict[ComponentPath, Any] = {}
        self._candidates: dict[ComponentPath, list[str]] = {}
        self._collecting, self._text, self._size = Collecting(), Writing().doprint, Size()

    def candidates(self, entry: ComponentPath) -> list[str]:
        """The texts of one entry's form that are short enough, the shortest first."""
        if entry not in self._candidates:
            self._candidates[entry] = self._written(entry)
        return self._candidates[entry]

    def _written(self, entry: ComponentPath) -> list[str]:
        try:
            terms = [exact_number(w) * self._derivative(part) for w, part in summands(self.arrays, entry)]
        except _TooLong:
            return []
        if any(term.has(*ARTEFACTS) for term in terms):
            return []
        form = sympy.Add(*terms)
        texts = {text := self._text(form)}
        if len(text) > BRIEF and self._size(form) < MOST_NODES / 10:
            texts.update(map(self._text, self._rearranged(form)))
        return sorted((text for text in texts if len(text) <= LONGEST), key=lambda text: (len(text), text))

    def _rearranged(self, form: Any) -> Iterator[Any]:
        """The derivative as quickly done otherwise, which may be shorter."""
        yield self._collecting(form)
        if form.is_polynomial() and all(p.exp <= MOST_DEGREE for p in form.atoms(sympy.Pow)):
            yield sympy.expand(form)
            yield sympy.factor(form)

    def _derivative(self, entry: ComponentPath) -> Any:
        """Differentiate step by step, and stop when it swells."""
        component, indices = entry
        if not indices:
            return self._functions[component]
        if entry not in self._derivatives:
            lower = self._derivative((component, indices[:-1]))
            if self._size(lower) > MOST_NODES:
                raise _TooLong
            self._derivatives[entry] = self._along[indices[-1]](lower)
        return self._derivatives[entry]


class _Check:
    """Whether a text has the value that the power series has at the point."""

    def __init__(self, expression: Expression, request: Request, point: Sequence[float] | None, dtype: str) -> None:
        self.expression, self.point, self.dtype = expression, point, dtype
        self.balls: dict[ComponentPath, arb] | None = None
        if point is not None:
            task = _checked(expression, request, dtype)
            with precision(CHECK_BITS, task.layout.order), suppress(HesscliError, Singular, Undecided, Unsupported):
                self.balls = task.derivatives(point)

    def holds(self, text: str, entry: ComponentPath) -> bool:
        """Whether the ball of the text overlaps the ball of the entry."""
        if self.balls is None or self.point is None:
            return False
        wanted = self.balls.get(entry, arb(0))
        task = _task(text, self.expression.variables, self.expression.parameters, self.dtype)
        if task is None:
            return False
        try:
            with precision(CHECK_BITS, 0):
                (found,) = task.derivatives(self.point).values()
        except (HesscliError, Singular, Undecided, Unsupported):
            return False
        return bool(found.is_finite() and found.overlaps(wanted) and found.rad() < 1e-20 * (1 + abs(wanted)))


@lru_cache(maxsize=64)
def _checked(expression: Expression, request: Request, dtype: str) -> Task:
    """Kept, as the forms of a request are, for all its points."""
    return Task.of(expression, request, dtype=dtype)


@lru_cache(maxsize=512)
def _task(text: str, variables: tuple[str, ...], parameters: tuple[tuple[str, float], ...], dtype: str) -> Task | None:
    """The value of a form, from its text; None if it is not understood."""
    try:
        return Task.of(
            parse(text, variables=variables, parameters=dict(parameters)), Request("derivative", wrt=()), dtype=dtype
        )
    except HesscliError:
        return None
