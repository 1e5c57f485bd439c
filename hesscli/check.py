"""The verb ``check``: a hand-written gradient, Jacobian or Hessian against the exact one, entry by entry.

A wrong entry is compared with what people usually get wrong: the sign, a constant factor, a lost
constant term, an entry that stands elsewhere.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli import exact as exact_side
from hesscli.claims import Claim
from hesscli.compute import Options, check_request, rounded
from hesscli.errors import HesscliError, LimitError, NoAnswerError
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.reports import Checked, Report
from hesscli.result import ExactAnswer, Request
from hesscli.verdict import flatten

Array = NDArray[np.float64]

POINTS = 5
"""Random points of a check without ``--at``."""

BOXES = ((-2.0, 2.0), (0.1, 0.9), (0.5, 3.0), (1.1, 4.0), (-0.9, 0.9))
"""Where they are drawn from, in turn, so that most domains are met."""

CANDIDATES = 60
SEED = 20
LARGEST_DENOMINATOR = 12


def check(
    expression: Expression,
    claims: Mapping[str, Claim],
    points: Array | None,
    options: Options,
    *,
    session: exact_side.Session | None = None,
) -> Report:
    """Compare claims with the exact derivatives.

    Args:
        expression: f, of n variables.
        claims: quantity -> what is claimed for it.
        points: shape (k, n), or None for random ones in the domain.
        options: tolerance, digits, limits.
        session: the exact side's process to use; None starts one.

    Returns:
        The report.

    Raises:
        HesscliError: the shapes do not fit, or nothing can be compared at the points.
    """
    if session is None:
        with exact_side.Session(time_limit=options.time_limit, digits=options.digits) as own:
            return check(expression, claims, points, options, session=own)
    request = Request("hessian" if "hessian" in claims else "jacobian" if expression.vector else "gradient")
    check_request(expression, request)
    for name, claim in claims.items():
        _check_shape(expression, name, claim)
    where, truths, formulas = _truth(expression, request, points, options, session)
    entries: list[Checked] = []
    notes: list[str] = []
    for name, claim in claims.items():
        given = claim.values(where, session)
        true = np.array([_floats(truth, name) for truth in truths]).reshape(len(where), *claim.shape)
        texts = [list(flatten(truth.values[name])) for truth in truths]
        entries += _compare(name, claim, given, true, texts, formulas.get(name), where, options.tolerance)
        notes += _overall(name, given, true, options.tolerance)
    points_used = tuple(tuple(row) for row in where)
    return Report(
        expression.source,
        unparse(expression),
        expression.variables,
        points_used,
        tuple(entries),
        tuple(notes),
        options.tolerance,
    )


def _check_shape(expression: Expression, name: str, claim: Claim) -> None:
    n, m = len(expression.variables), len(expression.outputs)
    shapes = {"gradient": (n,), "jacobian": (m, n), "hessian": (m, n, n) if expression.vector else (n, n)}
    if claim.shape != shapes[name]:
        names = ", ".join(expression.variables[:8])
        expected, got = (" x ".join(map(str, shape)) or "a number" for shape in (shapes[name], claim.shape))
        raise HesscliError(f"--{name}: expected {expected} entries for the variables {names}; got {got}", code="shape")


def _truth(
    expression: Expression, request: Request, points: Array | None, options: Options, session: exact_side.Session
) -> tuple[list[tuple[float, ...]], list[ExactAnswer], Mapping[str, Any]]:
    """Points at which all derivatives exist, the exact answers there, and closed forms."""
    rows = [
        rounded(row, options.dtype)
        for row in (_random(len(expression.variables)) if points is None else points.tolist())
    ]
    ticket = session.submit(expression, request, rows)
    answers = list(zip(rows, ticket.answers(), strict=True))
    usable = [(row, answer) for row, answer in answers if _usable(answer, request)]
    if points is not None and len(usable) < len(answers):
        row, answer = next((row, answer) for row, answer in answers if not _usable(answer, request))
        _refuse(row, answer)
    if not usable:
        if all(answer.status == "unchecked" for _, answer in answers):
            _refuse(*answers[0])
        raise NoAnswerError("no random point lies in the domain; give one with --at", code="point")
    usable = usable if points is not None else usable[:POINTS]
    return [row for row, _ in usable], [answer for _, answer in usable], ticket.formulas()


def _refuse(row: Sequence[float], answer: ExactAnswer) -> None:
    why = "; ".join(answer.notes) or answer.status
    message = f"nothing to compare with at {', '.join(f'{x:g}' for x in row)}: {why}"
    if answer.status == "unchecked":
        raise LimitError(message)
    raise NoAnswerError(message, code=answer.status)


def _usable(answer: ExactAnswer, request: Request) -> bool:
    if answer.status != "ok" or request.command not in answer.values:
        return False
    return all(
        text is not None and math.isfinite(float(text))
        for name in answer.values
        for text in flatten(answer.values[name])
    )


def _random(n: int) -> list[list[float]]:
    """Points with three decimals, the same ones every time."""
    source = random.Random(SEED)
    return [[round(source.uniform(*BOXES[k % len(BOXES)]), 3) for _ in range(n)] for k in range(CANDIDATES)]


def _floats(truth: ExactAnswer, name: str) -> list[float]:
    return [float(text or "nan") for text in flatten(truth.values[name])]


def _compare(
    name: str,
    claim: Claim,
    given: Array,
    true: Array,
    texts: Sequence[Sequence[str | None]],
    formulas: Any,
    where: Sequence[tuple[float, ...]],
    rtol: float,
) -> list[Checked]:
    errors = relative_errors(given, true)
    found = []
    for flat, index in enumerate(product(*map(range, claim.shape))):
        column = column_of(errors, index)
        worst = int(np.argmax(np.where(np.isnan(column), np.inf, column)))
        error = float(column[worst])
        right = error <= rtol
        formula = formulas
        for k in index:
            formula = None if formula is None else formula[k]
        slip = "" if right else _slip(given, true, index, rtol)
        found.append(
            Checked(
                name, index, claim.text(index), right, error, where[worst], float(column_of(given, index)[worst]),
                str(texts[worst][flat]), formula, slip,
            )
        )  # fmt: skip
    return found


def relative_errors(given: Array, true: Array) -> Array:
    """|given - true| scaled by the entry, or by the largest one of its point where the entry is 0; shape (k, ...)."""
    flat = np.abs(true).reshape(len(true), -1)
    largest = flat.max(axis=1, initial=0.0)
    largest = np.where(largest == 0, 1.0, largest).reshape(-1, *([1] * (true.ndim - 1)))
    with np.errstate(all="ignore"):
        return np.abs(given - true) / np.where(true == 0, largest, np.abs(true))


def _same(one: Array, other: Array, rtol: float) -> bool:
    scale = np.maximum(np.abs(one), np.abs(other))
    return bool(np.isfinite(one).all() and (np.abs(one - other) <= rtol * np.where(scale == 0, 1.0, scale)).all())


def column_of(array: Array, index: tuple[int, ...]) -> Array:
    """One entry at every point, shape (k,)."""
    place: Any = (slice(None), *index)
    return np.asarray(array[place])


def _slip(given: Array, true: Array, index: tuple[int, ...], rtol: float) -> str:
    """The classic mistake that explains one wrong entry at all points, most telling first."""
    g, t = column_of(given, index), column_of(true, index)
    if not np.isfinite(g).all():
        return "not a finite number"
    if _same(g, -t, rtol):
        return "the sign"
    if (factor := _factor(g, t, rtol)) is not None:
        return f"a constant factor: {factor} times the right one"
    if (place := _elsewhere(g, true, index, rtol)) is not None:
        return f"the right one for entry [{', '.join(map(str, place))}]"
    if np.all(g == 0):
        return "missing: it is not zero"
    if np.all(t == 0):
        return "it is zero"
    if len(g) > 1 and _same(g - t, np.full_like(g, (g - t)[0]), rtol) and abs((g - t)[0]) > rtol:
        return f"off by a constant: {(g - t)[0]:.6g}"
    return ""


def _factor(g: Array, t: Array, rtol: float) -> str | None:
    """C where given = c*true at every point; a simple fraction, for anything fits at a single point."""
    if not t.all() or not g.all():
        return None
    ratios = g / t
    if not _same(ratios, np.full_like(ratios, ratios[0]), rtol):
        return None
    simple = Fraction(float(ratios[0])).limit_denominator(LARGEST_DENOMINATOR)
    if simple and abs(float(simple) - ratios[0]) <= rtol * abs(ratios[0]):
        return str(simple)
    return f"{ratios[0]:.6g}" if len(g) > 1 else None


def _elsewhere(g: Array, true: Array, index: tuple[int, ...], rtol: float) -> tuple[int, ...] | None:
    """Where the given entry would be right; a transposed matrix has it at the mirrored place."""
    places = list(product(*map(range, true.shape[1:])))
    mirrored = index[::-1] if index[::-1] in places else index
    for place in (mirrored, *places):
        t = column_of(true, place)
        if place != index and t.any() and _same(g, t, rtol):
            return place
    return None


def _overall(name: str, given: Array, true: Array, rtol: float) -> list[str]:
    """Mistakes of the whole array: transposed, all signs, one factor, the order of the variables."""
    if _same(given, true, rtol):
        return []
    if true.any() and _same(given, -true, rtol):
        return [f"{name}: every entry has the wrong sign; it is the one of -f"]
    if true.ndim == 3 and true.shape[1] == true.shape[2] and _same(given, np.swapaxes(true, 1, 2), rtol):
        return [f"{name}: transposed, rows and columns are exchanged"]
    notes = []
    if name == "hessian" and not _same(given, np.swapaxes(given, -1, -2), rtol):
        notes.append("hessian: what is given is not symmetric, a Hessian is")
    used = true != 0
    if used.any() and not given[~used].any() and (factor := _factor(given[used], true[used], rtol)) is not None:
        notes.append(f"{name}: every entry is {factor} times the right one")
    return notes
