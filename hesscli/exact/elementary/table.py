"""The one table of smooth functions and the questions one may ask it.

Balls in, balls out: every coefficient encloses the true one for every real point of the input balls. A ball
that is not finite says that the coefficient is infinite, does not exist or is not known at this precision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from flint import acb, arb, ctx, fmpq, fmpq_poly

from hesscli.exact.elementary import (
    algebraic,
    bessel,
    circular,
    error_functions,
    gammas,
    hyperbolic,
    hypergeometric,
    incomplete,
    integrals,
    polynomials,
    struve,
    zetas,
)
from hesscli.exact.elementary.base import (
    NAN,
    Coefficients,
    Ends,
    Unary,
    Undefined,
    Unsupported,
    as_integer,
    coefficients_of,
    nans,
    outside,
    variable,
    working,
)
from hesscli.exact.elementary.incomplete_gamma import Several
from hesscli.exact.elementary.parametric import Parametric, Singularity, Table, simplex
from hesscli.language.functions import BY_NAME

UNARY: dict[str, Unary] = {
    **algebraic.UNARY,
    **circular.UNARY,
    **hyperbolic.UNARY,
    **gammas.UNARY,
    **error_functions.UNARY,
    **integrals.UNARY,
}
PARAMETRIC: dict[str, Parametric] = {
    **bessel.PARAMETRIC,
    **hypergeometric.PARAMETRIC,
    **incomplete.PARAMETRIC,
    **polynomials.PARAMETRIC,
    **struve.PARAMETRIC,
    **zetas.PARAMETRIC,
}


def constant_integer(name: str, x: arb) -> int:
    """An argument that must be an integer."""
    n = as_integer(x)
    if n is None:
        raise outside(name, x, "this argument is a constant integer")
    return n


def zeta_in_s(args: Sequence[arb], length: int) -> Coefficients:
    """Hurwitz's zeta in its first argument."""
    s, a = args
    if not PARAMETRIC["zeta"].domain(args, [0]):
        return nans(length)
    return coefficients_of(variable(s, length).zeta(a), length)


MOST_DEGREE, MOST_BITS = 64, 2000
"""Bernoulli polynomials up to this degree, at fractions up to this length, are computed exactly."""


def fraction_bits(x: arb) -> float:
    """Bits of an exact number written as a fraction, infinitely many of any other."""
    if not x.is_exact():
        return inf
    mantissa, exponent = x.man_exp()
    return int(mantissa).bit_length() + abs(int(exponent))


def zeta_in_a(args: Sequence[arb], length: int) -> Coefficients:
    """Hurwitz's zeta in its second argument; for s = 0, -1, ... it is -B_(1-s)(a)/(1-s), exactly."""
    s, a = args
    n = as_integer(s)
    if not PARAMETRIC["zeta"].domain(args, [1]):
        return nans(length)
    if n is None or n > 0 or n < -MOST_DEGREE or fraction_bits(a) > MOST_BITS:
        return [c.real for c in PARAMETRIC["zeta"].evaluate([acb(s)], acb(a), length)]
    point, polynomial, found, step = a.fmpq(), fmpq_poly.bernoulli_poly(1 - n) / (n - 1), [], fmpq(1)
    for k in range(length):
        found.append(arb(polynomial(point) * step))
        polynomial, step = polynomial.derivative(), step / (k + 1)
    return found


def zeta_in_both(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """Hurwitz's zeta in both arguments; what is a polynomial in the second is exact."""
    found = zetas.hurwitz(args, varying, order)
    return found | {(0, k): c for k, c in enumerate(zeta_in_a(args, order + 1))}


Along = Callable[[Sequence[arb], int], Coefficients]
"""(arguments, length) -> coefficients in one of them."""
ALONG: dict[tuple[str, int], Along] = {
    ("root", 0): lambda args, length: algebraic.root(constant_integer("root", args[1]), args[0], length),
    ("LambertW", 0): lambda args, length: integrals.lambert(args[0], length, constant_integer("LambertW", args[1])),
    ("binomial", 1): gammas.binomial,
    ("zeta", 0): zeta_in_s,
    ("zeta", 1): zeta_in_a,
}
"""(name, argument that varies) -> coefficients in it, the others constant."""


SEVERAL: dict[str, Several] = {
    **incomplete.SEVERAL,
    "besseli": bessel.besseli,
    "besselk": bessel.besselk,
    "polygamma": gammas.any_polygamma,
    "polylog": zetas.polylog,
    "zeta": zeta_in_both,
}
RETRIES = (1, 4, 16)
"""Multiples of the precision to try where exact arguments give no finite ball."""

SPARE = 64
"""Bits computed beyond what a wide ball can tell."""


def guard(order: int) -> int:
    """Bits of working precision above the caller's: what a series of this length may lose."""
    return 12 + 2 * order


def taylor1(name: str, x: arb, order: int) -> Coefficients:
    """Taylor coefficients c_0 ... c_order of a function of one argument.

    Args:
        name: canonical name.
        x: the point, a ball.
        order: the last coefficient's index.

    Returns:
        order + 1 balls; for an exact x those that are not finite do not exist, as for sqrt at 0; `Ends` at an end of
        the domain.

    Raises:
        Undefined: x lies outside the domain for certain.
        Unsupported: no such function here, or no enclosure within the precision.
    """
    return taylor_in(name, [x], 0, order)


def taylor_over(name: str, args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """Taylor coefficients in some of the arguments, the others held constant.

    Args:
        name: canonical name.
        args: the point, balls.
        varying: positions of the arguments that vary, ascending.
        order: largest total degree.

    Returns:
        exponents, one for each varying argument -> coefficient; for exact arguments those that are not
        finite do not exist, at any precision.

    Raises:
        Undefined: the point lies outside the domain for certain.
        Unsupported: no rigorous enclosure in these arguments.
    """
    exact = all(x.is_exact() for x in args)
    prec = min(ctx.prec, *map(useful, args)) + guard(order)
    for more in RETRIES:
        with working(more * prec, order + 1):
            found = attempted(name, args, varying, order)
        if not exact or isinstance(found, Singularity) or all(c.is_finite() for c in found.values()):
            return found
    raise Unsupported(f"{name}: not enclosed with {RETRIES[-1] * ctx.prec} bits")


def useful(x: arb) -> int:
    """Bits of precision that an argument's own radius leaves worth while."""
    if x.is_exact() or not x.is_finite():
        return int(ctx.prec)
    mantissa, exponent = x.rad().man_exp()
    return int(max(0, x.rel_accuracy_bits(), -int(exponent) - int(mantissa).bit_length())) + SPARE


def attempted(name: str, args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """One evaluation; nothing is known where a ball is so wide that flint will not divide by or invert its series."""
    try:
        return evaluated_once(name, args, varying, order)
    except ValueError as error:
        if "leading term" not in str(error) and "valuation" not in str(error):
            raise
        return dict.fromkeys(simplex(len(varying), order), NAN)


def evaluated_once(name: str, args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """One evaluation at the working precision."""
    if len(varying) < 2:
        rule = along(name, args, varying)
        if rule is not None:
            row = rule(args, order + 1 if varying else 1)
            table: Table = {(k,) if varying else (): c for k, c in enumerate(row)}
            return Singularity(table) if isinstance(row, Ends) else table
    if name in SEVERAL:
        return SEVERAL[name](args, varying, order)
    if name in PARAMETRIC:
        return PARAMETRIC[name].expand(args, varying, order)
    raise Unsupported(name)


def along(name: str, args: Sequence[arb], varying: Sequence[int]) -> Along | None:
    """The rule for one varying argument, or any rule for none."""
    if len(args) == 1 and name in UNARY:
        unary = UNARY[name]
        return lambda at, length: unary(at[0], length)
    if varying:
        return ALONG.get((name, varying[0]))
    return next((rule for (of, _), rule in ALONG.items() if of == name), None)


def taylor_in(name: str, args: Sequence[arb], j: int, order: int) -> Coefficients:
    """Taylor coefficients c_0 ... c_order in argument j alone.

    Args:
        name: canonical name.
        args: the point, balls.
        j: position of the argument that varies.
        order: the last coefficient's index.

    Returns:
        order + 1 balls; `Ends` at an end of the domain.

    Raises:
        Undefined: the point lies outside the domain for certain.
        Unsupported: no rigorous enclosure in this argument.
    """
    found = taylor_over(name, args, [j], order)
    row = [found[(k,)] for k in range(order + 1)]
    return Ends(row) if isinstance(found, Singularity) else row


def taylor_all(name: str, args: Sequence[arb], order: int) -> Table:
    """All Taylor coefficients of total degree <= order in all arguments.

    Args:
        name: canonical name.
        args: the point, balls.
        order: largest total degree.

    Returns:
        exponents, one for each argument -> coefficient; that of a constant integer argument stays 0.

    Raises:
        Undefined: the point lies outside the domain for certain.
        Unsupported: no rigorous enclosure.

    >>> [float(taylor_all("exp", [arb(0)], 2)[k,]) for k in range(3)]
    [1.0, 1.0, 0.5]
    """
    row = BY_NAME.get(name)
    varying = [j for j in range(len(args)) if order and not (row and j in row.constant)]
    found = taylor_over(name, args, varying, order)
    where = {j: place for place, j in enumerate(varying)}
    return {tuple(index[where[j]] if j in where else 0 for j in range(len(args))): c for index, c in found.items()}


def is_real(name: str, args: Sequence[arb]) -> bool:
    """Whether a function has a real value; true too where no enclosure is known.

    Args:
        name: canonical name.
        args: the point, balls.

    >>> is_real("log", [arb(-1)]), is_real("log", [arb(2)])
    (False, True)
    """
    try:
        taylor_all(name, args, 0)
    except Undefined:
        return False
    except Unsupported:
        return True
    return True
