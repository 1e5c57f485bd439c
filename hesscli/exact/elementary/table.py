"""The one table of smooth functions and the three questions one may ask it.

Balls in, balls out: every coefficient encloses the true one for every real point of the input balls.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, ctx

from hesscli.exact.elementary import algebraic, circular, errors, gammas, hyperbolic, learning
from hesscli.exact.elementary.base import Coefficients, Unary, Unsupported, working

UNARY: dict[str, Unary] = {
    **algebraic.UNARY,
    **circular.UNARY,
    **hyperbolic.UNARY,
    **gammas.UNARY,
    **errors.UNARY,
    **learning.UNARY,
}


def guard(order: int) -> int:
    """Bits of working precision above the caller's: what a series of this length may lose."""
    return 12 + 2 * order


def taylor1(name: str, x: arb, order: int) -> Coefficients:
    """Taylor coefficients c_0 ... c_order of a function of one argument."""
    if name not in UNARY:
        raise Unsupported(name)
    with working(ctx.prec + guard(order), order + 1):
        return UNARY[name](x, order + 1)


def taylor_in(name: str, args: Sequence[arb], j: int, order: int) -> Coefficients:
    """Taylor coefficients in argument j alone."""
    if len(args) == 1:
        return taylor1(name, args[0], order)
    raise Unsupported(name)


def taylor(name: str, args: Sequence[arb], order: int) -> dict[tuple[int, ...], arb]:
    """All Taylor coefficients of total degree <= order, by exponents."""
    if len(args) == 1:
        return {(k,): c for k, c in enumerate(taylor1(name, args[0], order))}
    raise Unsupported(name)
