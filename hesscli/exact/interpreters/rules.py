"""What an operator or a function with a switch does in an interpreter: the table `RULES`, one short function a row.

Functions that are smooth in their domain need no row: `Interpreter.smooth` takes their Taylor coefficients.
Every switch asks `interpreter.sign`, and so works over jets, power series and one-sided expansions alike.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import Any

from flint import arb, arb_series, fmpq

from hesscli.exact.elementary import Undefined
from hesscli.exact.elementary.base import as_integer, outside
from hesscli.exact.elementary.gammas import at_pole
from hesscli.exact.interpreters.recurrences import RECURRENCES, by_recurrence, by_terms, jacobi
from hesscli.exact.jets import Jet
from hesscli.exact.rational import Rational, angle, rational
from hesscli.exact.terms import Arithmetic, Term, V


def _product(interpreter: Arithmetic[V], *factors: Term[V]) -> Term[V]:
    return reduce(mul, factors)


def _absolute(interpreter: Arithmetic[V], a: Term[V]) -> Term[V]:
    if isinstance(a, arb):
        size: Term[V] = abs(a)
        return size
    return interpreter.absolute(a)


def _largest(interpreter: Arithmetic[V], *args: Term[V]) -> Term[V]:
    """The largest argument; ties matter only between arguments that can be the largest."""
    distinct = list({id(a): a for a in args}.values())
    bases = [interpreter.base(a) for a in distinct]
    rivals = [a for a, x in zip(distinct, bases, strict=True) if not any(x < other for other in bases)]
    numbers = [a for a in rivals if isinstance(a, arb)]
    if len(numbers) == len(rivals):
        largest: Term[V] = reduce(arb.max, numbers)
        return largest
    return reduce(lambda a, b: a if interpreter.sign(a - b) >= 0 else b, rivals)


def _smallest(interpreter: Arithmetic[V], *args: Term[V]) -> Term[V]:
    negated = {id(a): -a for a in args}
    return -_largest(interpreter, *[negated[id(a)] for a in args])


def _floor(interpreter: Arithmetic[V], a: Term[V]) -> Term[V]:
    """The sign of a - m settles it, m the integer nearest to the middle of the ball."""
    x = interpreter.base(a)
    if not x.is_finite():
        return interpreter.floor_far_out(a)
    nearest: Term[V] = rational(_nearest(x))
    return nearest if interpreter.sign(a - nearest) >= 0 else nearest - 1


def _nearest(x: arb) -> arb:
    mantissa, power = (int(part) for part in x.mid().man_exp())
    if power >= 0:
        return x.mid()
    if -power > mantissa.bit_length() + 1:
        return arb(0)
    return arb((mantissa + (1 << (-power - 1))) >> -power)


def _atan2(interpreter: Arithmetic[V], y: Term[V], x: Term[V]) -> Term[V]:
    """The angle by whichever quotient is small; on the axis y = 0, x < 0 it jumps."""
    half_turn: Term[V] = angle(fmpq(1, 2))
    if interpreter.base(x) > 0:
        return interpreter.smooth("atan", [interpreter.divide(y, x)])
    side = interpreter.sign(y)
    if side == 0:
        front = interpreter.sign(x)
        if front == 0:
            raise Undefined("atan2(0, 0) is no angle")
        return half_turn * 2 if front < 0 else arb(0)
    return half_turn * side - interpreter.smooth("atan", [interpreter.divide(x, y)])


def _logsumexp(interpreter: Arithmetic[V], *args: Term[V]) -> Term[V]:
    """The largest argument, plus log1p of the sum of exp(x - largest) over the others; of two, softplus."""
    k = max(range(len(args)), key=lambda j: float(interpreter.base(args[j]).mid()))
    top, rest = args[k], [*args[:k], *args[k + 1 :]]
    if len(rest) == 1:
        return top + interpreter.smooth("softplus", [rest[0] - top])
    return (
        top + interpreter.smooth("log1p", [interpreter.sum([interpreter.smooth("exp", [a - top]) for a in rest])])
        if rest
        else top
    )


def _binomial(interpreter: Arithmetic[V], n: Term[V], k: Term[V]) -> Term[V]:
    """A polynomial in n for a small whole constant k; else by gamma functions, of which two are entire."""
    below = as_integer(k) if isinstance(k, arb) else None
    if below is None or below > MOST_FACTORS:
        if isinstance(n, arb):
            return interpreter.smooth("binomial", [n, k])
        parts = interpreter.smooth("rgamma", [k + arb(1)]) * interpreter.smooth("rgamma", [n - k + arb(1)])
        return parts * interpreter.smooth("gamma", [n + arb(1)])
    if isinstance(n, (arb, arb_series, Jet)) and at_pole(interpreter.base(n) + 1):  # an expansion only tends there
        raise outside("binomial", [interpreter.base(n), k], "n is not -1, -2, ...")
    one: Term[V] = arb(int(below >= 0))
    return reduce(mul, [(n - arb(i)) * Rational(fmpq(1, i + 1)) for i in range(below)], one)


MOST_FACTORS = 200
"""Up to this k a binomial coefficient is a polynomial."""


COMPARISONS: dict[str, Callable[[int], bool]] = {
    "lt": lambda s: s < 0,
    "le": lambda s: s <= 0,
    "gt": lambda s: s > 0,
    "ge": lambda s: s >= 0,
    "eq": lambda s: s == 0,
    "ne": lambda s: s != 0,
}
"""Whether a comparison of a and b holds, from the sign of a - b."""


def _comparison(holds: Callable[[int], bool]) -> Callable[..., bool]:
    return lambda interpreter, a, b: holds(interpreter.sign(a - b))


RULES: dict[str, Callable[..., Any]] = {
    "add": lambda interpreter, *terms: interpreter.sum(terms),
    "mul": _product,
    "neg": lambda interpreter, a: -a,
    "div": lambda interpreter, a, b: interpreter.divide(a, b),
    "pow": lambda interpreter, a, b: interpreter.power(a, b),
    **{name: _comparison(holds) for name, holds in COMPARISONS.items()},
    "not": lambda interpreter, a: not a,
    "Abs": _absolute,
    "sign": lambda interpreter, a: arb(interpreter.sign(a)),
    "Max": _largest,
    "Min": _smallest,
    "floor": _floor,
    "atan2": _atan2,
    "logsumexp": _logsumexp,
    "binomial": _binomial,
    **{name: by_recurrence(name) for name in RECURRENCES},
    "jacobi": jacobi,
    **{name: by_terms(name) for name in ("hyp0f1", "hyp1f1", "hyp2f1")},
}
"""Operation -> (interpreter, operands) -> a term of the interpreter's kind, or of a condition whether it holds."""
