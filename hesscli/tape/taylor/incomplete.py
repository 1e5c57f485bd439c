"""Power-series rules of the incomplete gamma and beta functions and the exponential integrals.

Of constant parameters the elementary density is integrated; else every term of the lowering's sums is a series.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from hesscli.tape.lowering import KNOWING as VALUES
from hesscli.tape.lowering import gammas, incomplete, integrals
from hesscli.tape.lowering.smooth import Known, Rule, double, integer
from hesscli.tape.taylor.powers import exp, real_power
from hesscli.tape.taylor.series import Series, integral
from hesscli.tape.taylor.terms import summed


def constant_density(known: Known, u: Series) -> Series:
    """u**(a-1)*exp(-u)."""
    return real_power(u, _minus_one(known)) * exp(-u)


def regular_density(known: Known, a: Any, u: Series) -> Series:
    """The same over gamma(a)."""
    if known is not None and known > 100:
        power = double(known) - 1
        return real_power(u * exp(-u / power - math.lgamma(power + 1) / power), _minus_one(known))
    density: Series = constant_density(known, u) / gammas.gamma(a)
    return density


def _minus_one(known: Known) -> Fraction | float:
    return (known or 0) - 1


def gamma_rule(name: str, above: bool, regular: bool) -> Rule:
    """A rule for one of the incomplete gamma functions."""
    formula = incomplete.upper_gamma if above else incomplete.lower_gamma

    def rule(a: Any, u: Any, known: tuple[Known, ...]) -> Any:
        if known[0] is None:
            return summed(formula, a, u, regular=regular)
        slope = regular_density(known[0], a, u) if regular else constant_density(known[0], u)
        return integral(VALUES[name](a, u.start, known), -slope if above else slope, u)

    return rule


def betainc(a: Any, b: Any, u: Any, known: tuple[Known, ...]) -> Any:
    """The incomplete beta function."""
    if known[0] is None or known[1] is None:
        return summed(incomplete.general_betainc, a, b, u)
    slope = real_power(u, _minus_one(known[0])) * real_power(1 - u, _minus_one(known[1])) / gammas.beta(a, b)
    return integral(VALUES["betainc"](a, b, u.start, known), slope, u)


def expint(u: Series, n: int) -> Series:
    """E_n of a constant integer order: E_n' = -E_(n-1)."""
    if n == 0:
        return exp(-u) / u
    if n < 0:
        return (exp(-u) - expint(u, n + 1) * n) / u
    return integral(integrals.expint(u.start, n), -expint(u, n - 1), u)


def any_expint(n: Any, u: Any, known: tuple[Known, ...]) -> Any:
    """E_n."""
    order = integer(known[0])
    if order is not None and abs(order) <= 30:
        return expint(u, order)
    return summed(incomplete.general_expint, n, u)


INCOMPLETE: dict[str, Rule] = {"E1": lambda u: expint(u, 1)}

INCOMPLETE_KNOWING: dict[str, Rule] = {
    "gammainc": gamma_rule("gammainc", False, True),
    "gammaincc": gamma_rule("gammaincc", True, True),
    "lowergamma": gamma_rule("lowergamma", False, False),
    "uppergamma": gamma_rule("uppergamma", True, False),
    "betainc": betainc,
    "expint": any_expint,
}
