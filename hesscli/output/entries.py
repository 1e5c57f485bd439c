"""A result as a list of entries: tape, exact and formula of one number side by side, with its label."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from hesscli.accuracy import digits, relative_errors, unit_roundoff
from hesscli.quantities import QUANTITIES, VERBS
from hesscli.request import Request, monomials
from hesscli.result import Decimals, Result

ROUNDING = 128
"""Half ulps by which mixed partials may differ that are the same number."""

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

NAMED = re.compile(rf"\b({'|'.join(QUANTITIES)})\[([0-9,]+)\]")
"""How notes name an entry: by its place in an array."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of an answer.

    Attributes:
        quantity: ``value``, ``gradient``, ...
        index: its place in the quantity's array; () for a scalar.
        tape: TensorFlow's number; None if it gave none.
        exact: decimal string; None if it was not computed or could not be decided.
        formula: closed form, or None.
        number: the one to use, NaN where there is none; None if it was not computed.
        error: relative error of the tape, scaled as the verdict scales it; None without both numbers.
    """

    quantity: str
    index: tuple[int, ...]
    tape: float | None
    exact: str | None
    formula: str | None
    number: float | None
    error: float | None

    def digits(self, dtype: str) -> float | None:
        """Decimal digits that the witnesses share."""
        if self.error is None or math.isnan(self.error):
            return None
        return max(0.0, digits(self.error, dtype))


def names(result: Result) -> tuple[str, ...]:
    """The quantities that either witness answered, in order."""
    tape = result.tape.arrays if result.tape else {}
    exact = result.exact.values if result.exact else {}
    series = VERBS[result.request.command].series  # its first number is the value
    return tuple(name for name in QUANTITIES if (name in tape or name in exact) and not (series and name == "value"))


def shape(result: Result, quantity: str) -> tuple[int, ...]:
    """Shape of a quantity, from whichever witness has it."""
    if result.tape is not None and quantity in result.tape.arrays:
        return tuple(np.shape(result.tape.arrays[quantity]))
    return result.exact.values[quantity].shape if result.exact and quantity in result.exact.values else ()


def entries(result: Result, quantity: str, *, errors: bool = True) -> list[Entry]:
    """All entries of one quantity in row-major order; their errors only where they are wanted."""
    array = result.tape.arrays.get(quantity) if result.tape else None
    exact = result.exact.values.get(quantity) if result.exact else None
    formulas, indices = result.formulas.get(quantity), list(product(*map(range, shape(result, quantity))))
    nothing, use = (None,) * len(indices), result.numbers(quantity)
    cells = (
        indices,
        nothing if array is None else _numbers(result, quantity, array),
        nothing if exact is None else exact.texts,
        nothing if formulas is None else formulas.texts,
        nothing if use is None else use.ravel().tolist(),
        nothing if array is None or exact is None or not errors else _errors(result, array, exact),
    )
    return [Entry(quantity, *cell) for cell in zip(*cells, strict=True)]


def _numbers(result: Result, quantity: str, array: Any) -> list[float | None]:
    """The tape's numbers; None where TensorFlow gave None and nobody proved it zero."""
    numbers = np.asarray(array, np.float64).ravel().astype(object)
    holes = result.tape.holes.get(quantity) if result.tape is not None else None
    if holes is not None:
        numbers[np.isnan(np.asarray(array)).ravel() & np.asarray(holes).ravel()] = None
    found: list[float | None] = numbers.tolist()
    return found


def _errors(result: Result, array: Any, exact: Decimals) -> list[float | None]:
    """Relative errors, scaled as the verdict scales them: by the entry, or by the largest of its quantity."""
    errors = relative_errors(np.asarray(array, np.float64), exact.double, result.dtype).ravel().astype(object)
    errors[~(np.isfinite(exact.double) & np.isfinite(np.asarray(array))).ravel()] = None
    found: list[float | None] = errors.tolist()
    return found


def derivative_of(result: Result, quantity: str, index: tuple[int, ...]) -> tuple[int | None, tuple[int, ...]]:
    """(component or None, indices of the variables) that an entry is the derivative of."""
    vector = len(shape(result, "value")) == 1
    return _derivative_of(result.request, result.variables, quantity, index, vector=vector)


def _derivative_of(
    request: Request, variables: Sequence[str], quantity: str, index: tuple[int, ...], *, vector: bool
) -> tuple[int | None, tuple[int, ...]]:
    component, rest = (index[0], index[1:]) if vector and index else (None, index)
    if QUANTITIES[quantity].series:
        return component, monomials(len(variables), request.degree)[rest[0]]
    if quantity == "derivative" and request.wrt is not None:
        return component, request.wrt
    if quantity == "derivative" and len(variables) == 1 and not rest:
        return component, (0,) * (request.order or 1)
    return component, rest


def notation(result: Result, quantity: str, index: tuple[int, ...], *, ascii_only: bool = False) -> str:
    """How an entry is written: ``∂²f/∂x∂y``, or ``d2f/dxdy`` in plain ASCII; see `written`."""
    vector = len(shape(result, "value")) == 1
    return written(result.request, result.variables, quantity, index, vector=vector, ascii_only=ascii_only)


def written(
    request: Request,
    variables: Sequence[str],
    quantity: str,
    index: tuple[int, ...],
    *,
    vector: bool,
    ascii_only: bool = False,
) -> str:
    """The name of an entry of the answers to a request.

    A number of one variable has the straight d; component 3 of a vector is f3. A Taylor coefficient is written as the
    product of steps that it stands before.
    """
    component, by = _derivative_of(request, variables, quantity, index, vector=vector)
    f = "f" if component is None else f"f{component + 1}"
    if quantity == "value":
        return f
    if QUANTITIES[quantity].series:
        return monomial(by, [f"d{name}" for name in variables], ascii_only=ascii_only)
    if entry := QUANTITIES[quantity].entry:
        row = f"[{variables[by[0]]}]" if by else ""
        return f"({'' if component is None else f + ': '}{entry}){row}"
    return partial(f, by, variables, ascii_only=ascii_only)


def labelled(note: str, result: Result, *, ascii_only: bool = False) -> str:
    """A note that names entries as tables do: ``∂²f/∂x∂y`` for ``hessian[0,1]``."""

    def named(place: re.Match[str]) -> str:
        index = tuple(map(int, place[2].split(",")))
        return notation(result, place[1], index, ascii_only=ascii_only)

    return NAMED.sub(named, note)


def monomial(by: Sequence[int], factors: Sequence[str], *, ascii_only: bool = False) -> str:
    """The product of the factors of a path: ``dx²dy``, or ``dx^2*dy`` in plain ASCII; 1 of none."""
    powers = Counter(by)
    return ("*" if ascii_only else "").join(f"{factors[k]}{_power(n, ascii_only)}" for k, n in powers.items()) or "1"


def partial(f: str, by: Sequence[int], variables: Sequence[str], *, ascii_only: bool = False) -> str:
    """The derivative of ``f`` by variables, one after the other; ``f`` itself by none."""
    if not by:
        return f
    d = "d" if ascii_only or len(variables) == 1 else "∂"
    powers = Counter(by)
    below = "".join(f"{d}{variables[k]}{_power(count, ascii_only)}" for k, count in powers.items())
    return f"{d}{_order(len(by), ascii_only)}{f}/{below}"


def _order(order: int, ascii_only: bool) -> str:
    return "" if order == 1 else str(order) if ascii_only else str(order).translate(SUPERSCRIPTS)


def _power(power: int, ascii_only: bool) -> str:
    return "" if power == 1 else f"^{power}" if ascii_only else str(power).translate(SUPERSCRIPTS)


def upper(result: Result, quantity: str, found: list[Entry]) -> list[Entry]:
    """One entry of each symmetric family, where all of the family agree to rounding; otherwise all."""
    component = len(shape(result, "value"))  # how many indices come before those of the variables
    rounding = ROUNDING * unit_roundoff(result.dtype)
    families: dict[tuple[int, ...], Entry] = {}
    for entry in found:
        index = entry.index
        first = families.setdefault((*index[:component], *sorted(index[component:])), entry)
        if first is entry:
            continue
        if first.exact != entry.exact or not _alike(first.tape, entry.tape, rounding):
            return found
    return list(families.values())


def _alike(one: float | None, other: float | None, rounding: float) -> bool:
    """Both missing, both NaN, or apart by rounding only."""
    if one is None or other is None or not (math.isfinite(one) and math.isfinite(other)):
        return one is other or repr(one) == repr(other)
    return abs(one - other) <= rounding * max(abs(one), abs(other))
