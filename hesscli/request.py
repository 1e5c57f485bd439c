"""What is asked: a request, and the partial derivatives that fill the arrays of its answer.

Both witnesses read them here. It is bookkeeping, not the mathematics that they must not share.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, factorial, inf, prod
from numbers import Integral

from hesscli.errors import HesscliError, LimitError, PointError
from hesscli.language.expression import Expression
from hesscli.language.lists import names
from hesscli.quantities import VALUE, VERBS, Verb

Index = tuple[int, ...]
"""Where in an array."""
Path = tuple[int, ...]
"""The variables by which f is differentiated, one after the other: (0, 0, 1) is d3f / dx0 dx0 dx1. Number n, one past
the last variable, is the direction of a Hessian-vector product."""
ComponentPath = tuple[int, Path]
"""(component, path): one partial derivative of one component; the empty path is the value."""

MAX_ORDER = 1000
MAX_TENSOR = 1_000_000
MAX_SERIES, MAX_COEFFICIENTS = 150, 20_000
"""Of a Taylor polynomial; the factorial of 171 is no double any more."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of both witnesses at every point.

    Attributes:
        command: one of `hesscli.quantities.VERBS`; or ``partials``, a list of partial derivatives.
        order: of ``derivative`` and ``taylor``: its order N >= 1.
        wrt: of ``derivative``: indices of the variables of one mixed partial, e.g. (0, 0, 1); or None.
        vector: of ``hvp``: the n numbers of v; or None.
        paths: of ``partials``: one partial derivative each; or None.
        radius: of ``taylor``: the remainder is bounded for |x_j - a_j| <= radius; None without a bound.
        further: of ``hessian``: what is computed from it besides, of `hesscli.result.curvature.FURTHER`.
    """

    command: str
    order: int | None = None
    wrt: Path | None = None
    vector: tuple[float, ...] | None = None
    paths: tuple[Path, ...] | None = None
    radius: float | None = None
    further: tuple[str, ...] = ()

    @property
    def degree(self) -> int:
        """How many times f is differentiated at most."""
        if self.paths is not None:
            return max(map(len, self.paths), default=0)
        if (fixed := VERBS[self.command].order) is not None:
            return fixed
        return len(self.wrt) if self.wrt is not None else self.order or 1


@dataclass(frozen=True, slots=True)
class Quantity:
    """One array of the answer: axis by axis an index of a variable, then the same variables for every entry.

    Attributes:
        name: one of `hesscli.quantities.QUANTITIES`.
        n: number of variables.
        axes: how many axes of length n the array has at one point.
        fixed: variables by which every entry is differentiated besides.
        components: length m of the leading axis of a vector expression; None without that axis.
        paths: a list of partial derivatives instead of axes, one an entry.
    """

    name: str
    n: int
    axes: int
    fixed: Path = ()
    components: int | None = None
    paths: tuple[Path, ...] | None = None

    @property
    def degree(self) -> int:
        """How many times f is differentiated at most."""
        return self.axes + len(self.fixed) if self.paths is None else max(map(len, self.paths), default=0)

    @property
    def shape(self) -> tuple[int, ...]:
        """(m, n, ..., n) at one point, without m for a scalar expression; (m, k) of a list of k."""
        axes = (self.n,) * self.axes if self.paths is None else (len(self.paths),)
        return (*(() if self.components is None else (self.components,)), *axes)

    def entry(self, index: Index) -> ComponentPath:
        """What stands at an index of the array."""
        component, rest = (0, index) if self.components is None else (index[0], index[1:])
        return component, (*rest, *self.fixed) if self.paths is None else self.paths[rest[0]]

    def indices(self) -> Iterator[Index]:
        """Every index in row-major order."""
        return itertools.product(*map(range, self.shape))

    def entries(self) -> Iterator[ComponentPath]:
        """What stands in the array, in row-major order."""
        return map(self.entry, self.indices())


@dataclass(frozen=True, slots=True)
class Layout:
    """All arrays of an answer.

    Attributes:
        quantities: by name, in the order in which they are shown.
        n: number of variables.
        components: number of outputs m.
        vector: True where arrays carry a leading axis of m.
        direction: the vector v of a Hessian-vector product, or None.
        divided: True where the entries are Taylor coefficients, partial derivatives divided by factorials.
    """

    quantities: dict[str, Quantity]
    n: int
    components: int
    vector: bool
    direction: tuple[float, ...] | None = None
    divided: bool = False

    @property
    def order(self) -> int:
        """The highest order of derivative among the arrays."""
        return max(quantity.degree for quantity in self.quantities.values())

    @property
    def combined(self) -> bool:
        """Whether entries are sums of partial derivatives; see `summands`."""
        return any(self.n in quantity.fixed for quantity in self.quantities.values())


def layout(expression: Expression, request: Request) -> Layout:
    """The arrays that a request asks of an expression of n variables and m components.

    Args:
        expression: f.
        request: which derivative; it fits the expression, see `check_request`.

    Returns:
        The layout; a tensor of order N is described and never enumerated here.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> hessian = layout(parse("x*y"), Request("hessian")).quantities["hessian"]
        >>> hessian.shape, list(hessian.entries())
        ((2, 2), [(0, (0, 0)), (0, (0, 1)), (0, (1, 0)), (0, (1, 1))])
    """
    n, m = len(expression.variables), len(expression.outputs)
    rows = m if expression.vector else None
    if request.paths is not None:
        return Layout({"partials": Quantity("partials", n, 0, (), rows, request.paths)}, n, m, expression.vector)
    quantities = {VALUE.name: Quantity(VALUE.name, n, 0, (), rows)}
    if VERBS[request.command].series:
        series = Quantity(request.command, n, 0, (), rows, monomials(n, request.degree))
        return Layout({**quantities, series.name: series}, n, m, expression.vector, divided=True)
    for name in VERBS[request.command].arrays[1:]:
        named = "jacobian" if name == "gradient" and expression.vector else name
        quantities[named] = Quantity(named, n, *_axes(VERBS[named], n, request), rows)
    return Layout(quantities, n, m, expression.vector, request.vector)


def _axes(verb: Verb, n: int, request: Request) -> tuple[int, Path]:
    """How many axes the array has, and by what every entry is differentiated besides."""
    if verb.axes is not None:
        return verb.axes, (n,) * verb.contracted
    order = request.degree
    return (0, request.wrt or (0,) * order) if request.wrt or n == 1 else (order, ())


@lru_cache(maxsize=16)
def monomials(n: int, order: int) -> tuple[Path, ...]:
    """The paths of all partial derivatives of orders 0 to N, ascending, each once: C(n+N, N) of them.

    Args:
        n: number of variables.
        order: N.

    Example:
        >>> monomials(2, 2)
        ((), (0,), (1,), (0, 0), (0, 1), (1, 1))
    """
    orders = (itertools.combinations_with_replacement(range(n), k) for k in range(order + 1))
    return tuple(itertools.chain.from_iterable(orders))


def multiplicity(path: Path) -> int:
    """Factor from a Taylor coefficient to its derivative: the product of the exponents' factorials."""
    return prod(factorial(path.count(k)) for k in set(path))


def ascending(entry: ComponentPath) -> ComponentPath:
    """The entry that has the same value: mixed partials do not depend on the order of differentiation."""
    component, path = entry
    return component, tuple(sorted(path))


def summands(layout: Layout, entry: ComponentPath) -> tuple[tuple[float, ComponentPath], ...]:
    """The partial derivatives that an entry is made of, with their weights: (H v)_i = sum_j v_j d2f / dx_i dx_j.

    Args:
        layout: with the vector v, n numbers, where there is one.
        entry: of an array of it.

    Returns:
        (weight, entry without v) of every term whose weight is not 0; the entry itself where it is no sum.
    """
    component, path = entry
    if layout.divided:
        return ((1 / multiplicity(path), entry),)
    if layout.direction is None or layout.n not in path:
        return ((1.0, entry),)
    (row,) = (k for k in path if k != layout.n)
    return tuple((v, ascending((component, (row, j)))) for j, v in enumerate(layout.direction) if v)


def label(quantity: str, index: Sequence[int]) -> str:
    """The one name of an entry in notes and JSON; a scalar has no brackets.

    Args:
        quantity: the name of the array.
        index: where in it.

    Example:
        >>> label("hessian", (0, 1)), label("value", ())
        ('hessian[0,1]', 'value')
    """
    return f"{quantity}[{','.join(map(str, index))}]" if index else quantity


def check_request(expression: Expression, request: Request) -> None:
    """Refuse what the command cannot mean for this expression.

    Raises:
        HesscliError: no variables, a vector where a scalar is needed, an order or vector that does not fit.
    """
    n, verb = len(expression.variables), VERBS[request.command]
    if n == 0:
        raise HesscliError("the expression has no variables to differentiate; name some with --vars", code="variables")
    if expression.vector and verb.scalar:
        raise HesscliError(
            f"{request.command} needs a scalar expression; for [f1, f2, ...] use jacobian or hessian", code="vector"
        )
    if verb.needs == "vector" and len(request.vector or ()) != n:
        raise PointError(
            f"--vector: expected {n} numbers, one a variable, got {len(request.vector or ())}", code="vector"
        )
    if verb.needs == "order":
        _check_order(n, request)


def _check_order(n: int, request: Request) -> None:
    order = len(request.wrt) if request.wrt is not None else request.order
    if not isinstance(order, Integral) or isinstance(order, bool) or order < 1:
        raise HesscliError(f"--order: expected a whole number from 1 to {MAX_ORDER}, got {order}", code="order")
    if VERBS[request.command].series:
        _check_series(n, order, request.radius)
    if order > MAX_ORDER:
        raise LimitError(f"--order: {order} is over the limit of {MAX_ORDER}")
    if request.wrt is None and not VERBS[request.command].series and n**order > MAX_TENSOR:
        raise LimitError(
            f"--order {order} of {_variables(n)} has {n}**{order} entries, over the limit of {MAX_TENSOR}; "
            "ask for one partial with --wrt"
        )


def _variables(n: int) -> str:
    return "1 variable" if n == 1 else f"{n} variables"


def _check_series(n: int, order: int, radius: float | None) -> None:
    if order > MAX_SERIES or comb(n + order, order) > MAX_COEFFICIENTS:
        limits = f"order {MAX_SERIES} and {MAX_COEFFICIENTS} coefficients"
        raise LimitError(
            f"--order: {order} of {_variables(n)} has {comb(n + order, order)} coefficients; the limits are {limits}"
        )
    if radius is not None and not (isinstance(radius, (int, float)) and 0 < radius < inf):
        raise HesscliError(f"--radius: expected a positive number, got {radius}", code="usage")


def derivative_request(expression: Expression, order: int | None, wrt: str | Iterable[object] | None) -> Request:
    """Which derivative ``order`` and ``wrt`` ask for; the first where neither is given.

    Args:
        expression: of n variables.
        order: of all derivatives.
        wrt: the variables of one mixed partial, as ``x,x,y`` or ``x x y`` or a list.

    Raises:
        HesscliError: both are given, no name, or one that is no variable.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> derivative_request(parse("x*y"), None, "x,y").wrt
        (0, 1)
    """
    if order is not None and wrt is not None:
        raise HesscliError(
            "--order and --wrt contradict each other: one partial has the order of its variables", code="usage"
        )
    if (listed := names(wrt, "--wrt", "x,x,y")) is not None:
        return Request("derivative", wrt=positions(expression, listed))
    return Request("derivative", order=1 if order is None else order)


def positions(expression: Expression, listed: Sequence[str]) -> Path:
    """Positions of variables given by name (``x``) in the expression.

    Args:
        expression: of n variables.
        listed: names of some of them, in any order, one or more times.

    Returns:
        A number from 0 to n - 1 for each name.

    Raises:
        HesscliError: a name is no variable.
    """
    for name in listed:
        if name not in expression.variables:
            known = ", ".join(expression.variables)
            raise HesscliError(f"--wrt: {name!r} is no variable; the variables are {known}", code="unknown-name")
    return tuple(expression.variables.index(name) for name in listed)
