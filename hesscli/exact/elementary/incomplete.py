"""Incomplete beta function and the generalised exponential integral, in every argument; see `incomplete_gamma`.

In x they are integrals of elementary densities; in the parameters Cauchy's integral serves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate
from math import comb
from operator import add, mul

from flint import acb, acb_series, arb, ctx

from hesscli.exact.elementary import gammas, incomplete_gamma
from hesscli.exact.elementary.base import INFINITY, NAN, ONE, ZERO, Coefficients, outside, working
from hesscli.exact.elementary.cauchy import within
from hesscli.exact.elementary.incomplete_gamma import (
    LARGE,
    MOST_TERMS,
    STRIDE,
    Several,
    falling,
    integral,
    one_minus,
    power_edge,
)
from hesscli.exact.elementary.parametric import Parametric, Singularity, Table, factorial, simplex
from hesscli.exact.jets import Jet, compose_jets, monomial_key

NEAR_ONE = 0.999
"""Beyond, the series for the incomplete beta function is long."""


def beta_density(a: acb, b: acb, x: acb, length: int) -> list[acb]:
    """Coefficients of x**(a-1) (1-x)**(b-1) divided by its value: exact sums, over (x (1-x))**k k!."""
    left, right, y = falling(a - 1, length), falling(b - 1, length), 1 - x
    found = []
    for k in range(length - 1):
        terms = (left[i] * right[k - i] * y**i * (-x) ** (k - i) * comb(k, i) for i in range(k + 1))
        found.append(sum(terms, acb(0)) / ((x * y) ** k * factorial(k)))
    return found


def beta_coefficients(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """Regularised: density x**(a-1) (1-x)**(b-1)/beta(a, b)."""
    a, b = params
    value = x.beta_lower(a, b, 1)
    if length == 1:
        return [value]
    unit = (a + b).gamma() * a.rgamma() * b.rgamma() * x ** (a - 1) * (1 - x) ** (b - 1)
    return integral(value, beta_density(a, b, x, length), unit)


def beta_domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
    """a, b > 0 and 0 < x < 1."""
    a, b, x = args
    if a <= 0 or b <= 0 or x < 0 or x > 1:
        raise outside("betainc", args, "a, b > 0 and 0 <= x <= 1")
    return bool(a > 0 and b > 0 and x > 0 and x < 1)


def beta_edge(args: Sequence[arb], varying: Sequence[int], length: int) -> Coefficients | None:
    """At x = 0, x**a/beta(a, b) times a power series; at x = 1 the same mirrored."""
    a, b, x = args
    if not (x.is_zero() or x == 1) or not (a > 0 and b > 0):
        return None
    if 2 not in varying:
        return [x, *[ZERO] * length][:length]
    if x == 1:
        found = beta_edge([b, a, ZERO], varying, length) or []
        return [1 - found[0], *(c if k % 2 else -c for k, c in enumerate(found[1:], 1))]
    unit = (a + b).gamma() * a.rgamma() * b.rgamma()
    return [c * unit for c in power_edge(a, length, lambda j: (1 - b).rising(j) / (factorial(j) * (a + j)))]


def beta_reach(args: Sequence[arb]) -> Sequence[arb | None]:
    """Analytic for positive real parts."""
    return [args[0], args[1]]


def expint_coefficients(params: Sequence[acb], x: acb, length: int) -> list[acb]:
    """c_k = (-1)**k/k! E_(n-k)(x)."""
    return [x.expint(params[0] - k) / factorial(k) * (-1) ** k for k in range(length)]


def expint_bound(params: list[acb], x: acb, length: int) -> list[arb]:
    """|E_s(x)| <= E_r(x), r = Re s, falling in r and in x > 0."""
    low, s = acb(x.real.lower()), acb(params[0].real.lower())
    if not low.real > 0:
        return [INFINITY] * length
    return [(low.expint(s - k).real / factorial(k)).abs_upper() for k in range(length)]


def expint_in_order(params: Sequence[acb_series], x: acb, length: int) -> list[acb_series]:
    """The same for a large order s + h, by integration: E_s(x) = int_0^oo exp(-x e**u - (s - 1) u) du.

    The coefficient of h**i is the integral of (-u)**i/i! times that. Beyond u = U, where u**i/i! <= e**u, it is at most
    exp(-x - (s - 2) U)/(s - 2). Source: https://dlmf.nist.gov/8.19.E3 with t = e**u.
    """
    s, degree = params[0][0], ctx.cap  # a series tells its length up to its last coefficient that is not 0 only
    if not s.real > LARGE_ORDER or not x.real > 0:
        return [acb_series([acb(NAN)] * degree)] * length
    return [
        acb_series([_moment(s - k, x, i) for i in range(degree)]) * ((-1) ** k / factorial(k)) for k in range(length)
    ]


LARGE_ORDER = 300
"""From here on the integrand is done within a few bits over the order."""


def _moment(s: acb, x: acb, i: int) -> acb:
    rate = s.real.lower() - 2
    end = arb((ctx.prec + 30) / float(rate))
    body = acb.integral(lambda u, _: (-u) ** i * (-x * u.exp() - (s - 1) * u).exp(), 0, end) / factorial(i)
    tail = ((-x.real - rate * end).exp() / rate).abs_upper()
    return acb(body.real + arb(0, tail))


def expint_domain(args: Sequence[arb], varying: Sequence[int]) -> bool:
    """x > 0."""
    if args[1] <= 0:
        raise outside("expint", args, "x > 0")
    return bool(args[1] > 0)


def beta_series(a: arb, b: arb, x: arb, order: int) -> Table:
    """Coefficients in h and u of the sum over n of (a+b+u)_n x**n/((a+h) ... (a+h+n)), a > 1, up to a total order.

    For |h|, |u| <= 1 the n-th term's modulus is at most its value at 0 times (a+n)/(a-1) (a+b+n)/(a+b), which also
    bounds its coefficients; the next such bound is x (a+b+n+1)/(a+n) times this one, and that ratio falls.
    Source: https://dlmf.nist.gov/8.17.E8.
    """
    places = [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]
    term: Table = {(i, j): (-1) ** i / a ** (i + 1) if j == 0 else ZERO for i, j in places}
    total, c, target = dict(term), a + b, arb(2) ** -(ctx.prec + 4)
    for n in range(1, MOST_TERMS):
        raised = {(i, j): (term[i, j] * (c + (n - 1)) + (term[i, j - 1] if j else ZERO)) * x for i, j in places}
        inverse = 1 / (a + n)
        for i, j in places:
            term[i, j] = (raised[i, j] - (term[i - 1, j] if i else ZERO)) * inverse
            total[i, j] = total[i, j] + term[i, j]
        if n % STRIDE == 0:
            ratio, size = (x * (c + n + 1) / (a + n)).upper(), term[0, 0].abs_upper()
            if ratio < 1 and size < target * total[0, 0].abs_lower() * (1 - ratio):
                rest = within(size * (a + n) / (a - 1) * (c + n) / c * ratio / (1 - ratio))
                return {place: s + rest for place, s in total.items()}
    return dict.fromkeys(places, NAN)


def beta_by_series(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """For a large a, in all arguments: x**a (1-x)**b/beta(a, b) times that series; in x by the density.

    Jets in the parameters; one a power of the step in x.
    """
    a, b, x = args
    params, top = [j for j in varying if j < 2], max(order, 1)
    p, q = (Jet.variable(params.index(j), args[j], top) if j in params else args[j] for j in range(2))
    front = (p + q).compose(gammas.gamma(a + b, top + 1))
    for of, rate in ((p, x.log()), (q, (-x).log1p())):
        if isinstance(of, Jet):
            exponential = [rate**i / factorial(i) for i in range(top + 1)]
            front = front * of.compose(gammas.rgamma(of.constant, top + 1)) * of.compose(exponential)
        else:
            front = front * of.rgamma()
    sums = beta_series(a, b, x, top)
    one = (p + q).compose([sums[0, j] for j in range(top + 1)])
    inner = compose_jets([p, p + q], sums) if isinstance(p, Jet) else one
    unit = (a * x.log() + b * (-x).log1p()).exp()
    slopes = [density_shape(p, q, x, k) * (unit / (x * (1 - x)) / (k + 1)) for k in range(order if 2 in varying else 0)]
    rows = [front * inner * unit, *(front * slope for slope in slopes)]
    found = {}
    for index in simplex(len(varying), order):
        powers, k = (index[:-1], index[-1]) if 2 in varying else (index, 0)
        c = rows[k].coefficient(sum(powers), monomial_key(dict(enumerate(powers)), top))
        found[index] = ZERO if c is None else c
    return found


def density_shape(p: Jet | arb, q: Jet | arb, x: arb, k: int) -> Jet | arb:
    """Coefficient k in x of x**(p-1) (1-x)**(q-1) over its value, a polynomial in p and q; see `beta_density`."""
    y, size = 1 - x, (x * (1 - x)) ** k * factorial(k)
    left, right = (list(accumulate([t - arb(i + 1) for i in range(k)], mul, initial=ONE)) for t in (p, q))
    terms = [left[i] * right[k - i] * (y**i * (-x) ** (k - i) * comb(k, i) / size) for i in range(k + 1)]
    return reduce(add, terms)


def betainc(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """Beyond the mean a/(a + b) by the function of (b, a, 1 - x), small there, taken from 1."""
    a, b, x = args
    if a > 0 and b > 0 and (x.is_zero() or x == 1) and len(varying) > 1:
        return at_an_end(args, varying, order)
    if not (a > 0 and b > 0 and x < 1 and x * (a + b) > a):
        return below_the_mean(args, varying, order)
    swap = (1, 0, 2)
    mirrored = one_minus(below_the_mean([b, a, 1 - x], sorted(swap[j] for j in varying), order))
    places = sorted(range(len(varying)), key=lambda place: swap[varying[place]])
    found: Table = {}
    for index, c in mirrored.items():
        own = [0] * len(varying)
        for place, exponent in zip(places, index, strict=True):
            own[place] = exponent
        odd = any(j == 2 and exponent % 2 for j, exponent in zip(varying, own, strict=True))
        found[tuple(own)] = -c if odd else c
    return found


def at_an_end(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """At x = 0 what is like x**(a-k) log(x)**i is zero for a > k, and else unknown unless i = 0; at x = 1 with b."""
    exponent = args[0] if args[2].is_zero() else args[1]
    along_x = beta_edge(args, [2], order + 1) or []
    found = Singularity()
    for index in simplex(len(varying), order):
        k = index[-1] if 2 in varying else 0
        found[index] = along_x[k] if sum(index) == k else ZERO if k == 0 or exponent > k else NAN
    return found


def below_the_mean(args: Sequence[arb], varying: Sequence[int], order: int) -> Table:
    """By the series where a is large and varies, unless it is too long."""
    a, b, x = args
    if a > LARGE and b > 0 and x > 0 and x < NEAR_ONE and any(j < 2 for j in varying):
        with working(ctx.prec + 16 * order, order + 1):
            found = beta_by_series(args, varying, order)
        if all(c.is_finite() for c in found.values()):
            return found
    return PARAMETRIC["betainc"].expand(args, varying, order)


PARAMETRIC: dict[str, Parametric] = {
    **incomplete_gamma.PARAMETRIC,
    "betainc": Parametric(beta_coefficients, beta_domain, beta_reach, beta_edge),
    "expint": Parametric(expint_coefficients, expint_domain, bound=expint_bound, series=expint_in_order),
}

SEVERAL: dict[str, Several] = {
    **incomplete_gamma.SEVERAL,
    "betainc": betainc,
}
