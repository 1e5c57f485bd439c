"""A Taylor polynomial as one formula of the language, which can be typed again, and what bounds its remainder."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hesscli.output.entries import entries, monomial
from hesscli.request import monomials
from hesscli.result import Result

MOST = 60
"""Terms of a polynomial that is written out for people."""


def polynomial(result: Result, *, exact: bool = False) -> str | None:
    """``1 + (x - 1) + 0.5*(x - 1)**2``, zeros left out; None where a coefficient is missing.

    Args:
        result: of ``taylor``.
        exact: write the exact side's digits where there are some, not the nearest doubles.
    """
    steps = [step(name, a) for name, a in zip(result.variables, result.point, strict=True)]
    steps = [f"({one})" if " " in one else one for one in steps]
    written: list[str] = []
    for entry, path in zip(entries(result, "taylor"), paths(result), strict=True):
        if entry.number is None or not math.isfinite(entry.number):
            return None
        digits = entry.exact if exact and entry.exact else repr(entry.number).removesuffix(".0")
        if entry.number or (digits not in ("0", "-0")):
            written.append(_term(digits, monomial(path, steps, ascii_only=True).replace("^", "**")))
    return " + ".join(written or ["0"]).replace(" + -", " - ")


def paths(result: Result) -> tuple[tuple[int, ...], ...]:
    """What stands in the array: the variables of every term, ascending."""
    return monomials(len(result.variables), result.request.degree)


def exponents(result: Result) -> list[list[int]]:
    """The same as one exponent a variable."""
    return [[path.count(k) for k in range(len(result.variables))] for path in paths(result)]


def remainder(result: Result) -> dict[str, Any] | None:
    """``radius`` and ``bound`` of what the polynomial leaves out; None where no radius was asked for."""
    if result.request.radius is None:
        return None
    bound = None if result.exact is None else result.exact.remainder
    return {"radius": result.request.radius, "bound": None if bound is None else _above(bound)}


def _above(decimal: str) -> float:
    """The smallest double that is no less: the decimal is a proven bound."""
    nearest = float(decimal)
    return nearest if Fraction(nearest) >= Fraction(decimal) else math.nextafter(nearest, math.inf)


def _term(digits: str, product: str) -> str:
    if product == "1":
        return digits
    return {"1": product, "-1": f"-{product}"}.get(digits, f"{digits}*{product}")


def step(name: str, a: float) -> str:
    """``x``, ``x - 1``, ``x + 2``."""
    size = repr(abs(a)).removesuffix(".0")
    return name if a == 0 else f"{name} {'+' if a < 0 else '-'} {size}"


def closing(result: Result) -> Sequence[str]:
    """The lines below a table."""
    written, bound = polynomial(result), remainder(result)
    terms = "" if written is None else written
    lines = [f"P = {terms}"] if terms and terms.count(" ") < 2 * MOST else []
    if bound is not None and bound["bound"] is not None and result.exact is not None:
        where = ", ".join(
            f"|{step(name, a)}| <= {bound['radius']:g}"
            for name, a in zip(result.variables[:3], result.point, strict=False)
        )
        more = ", ..." if len(result.variables) > 3 else ""
        lines.append(f"|f - P| <= {result.exact.remainder} for {where}{more}, proven")
    return lines
