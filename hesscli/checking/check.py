"""The verb ``check``: a hand-written gradient, Jacobian or Hessian against the exact one, entry by entry."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product
from typing import Any

import numpy as np

from hesscli import exact as exact_side
from hesscli.accuracy import relative_errors
from hesscli.checking.claim import Claim
from hesscli.checking.report import Check, ClaimedEntry
from hesscli.checking.slips import Evidence, overall, slip
from hesscli.checking.terms import factors, products, terms
from hesscli.compute.reference import Array, Reference, reference_at, shape_of
from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.options import Options
from hesscli.request import Request, check_request

DEEP = 24
"""Wrong entries whose slip is looked for in f's own program."""


@dataclass(frozen=True, slots=True)
class Case:
    """One claim at the points of a check.

    Attributes:
        quantity: ``gradient``, ``jacobian`` or ``hessian``.
        claim: what was given.
        reference: at k points.
        given: the claim's values there, shape (k, *shape).
        true: the right ones, shape (k, *shape).
        rtol: the tolerance.
        session: the exact side's process.
        notes: how the claim's values were come by.
    """

    quantity: str
    claim: Claim
    reference: Reference
    given: Array
    true: Array
    rtol: float
    session: exact_side.Session
    notes: tuple[str, ...]

    @classmethod
    def of(cls, quantity: str, claim: Claim, reference: Reference, rtol: float, session: exact_side.Session) -> Case:
        """Evaluate a claim where the reference is known.

        Raises:
            HesscliError: the claim has another shape, or no values there.
        """
        shape = reference.shape(quantity)
        values = claim.values(reference.points, session)
        rows = [fitted(row, reference.expression, quantity) for row in values.rows]
        given = np.array(rows).reshape(len(reference.points), *shape)
        return cls(quantity, claim, reference, given, reference.array(quantity), rtol, session, values.notes)

    @property
    def errors(self) -> Array:
        """Relative errors, shape (k, *shape)."""
        return np.array([relative_errors(given, true) for given, true in zip(self.given, self.true, strict=True)])

    @property
    def right(self) -> bool:
        """Whether every entry is within the tolerance at every point."""
        return bool((self.errors <= self.rtol).all())


def check_claims(
    expression: Expression,
    claims: Mapping[str, Claim],
    points: Array | None,
    options: Options,
    session: exact_side.Session,
) -> Check:
    """Compare claims with the exact derivatives.

    Args:
        expression: f, of n variables.
        claims: quantity -> what is claimed for it.
        points: shape (k, n), or None for random ones in the domain.
        options: tolerance, digits, limits.
        session: the exact side's process.

    Returns:
        The report.

    Raises:
        HesscliError: the shapes do not fit, or nothing can be compared at the points.
    """
    request = request_of(expression, claims)
    _fit_together(expression, claims, request)
    reference = reference_at(expression, request, points, options, session)
    cases = [Case.of(name, claim, reference, options.tolerance.rtol, session) for name, claim in claims.items()]
    entries: list[ClaimedEntry] = []
    notes: list[str] = []
    for case in cases:
        notes += [*case.notes, *_numbers(case)]
        evidence = None if case.right else _evidence(case, request, options)
        entries += _entries(case, evidence)
        notes += overall(case.quantity, evidence, expression.variables) if evidence else []
    return Check(
        expression.source,
        unparse(expression),
        expression.variables,
        reference.points,
        tuple(entries),
        tuple(notes),
        options.tolerance.rtol,
        drawn=reference.drawn,
    )


def request_of(expression: Expression, claims: Iterable[str]) -> Request:
    """The highest derivative among the claims, from which the others follow.

    Args:
        expression: f; the first derivative of a vector is its Jacobian.
        claims: the quantities that are claimed.
    """
    return Request("hessian" if "hessian" in claims else "jacobian" if expression.vector else "gradient")


def _fit_together(expression: Expression, claims: Mapping[str, Claim], request: Request) -> None:
    check_request(expression, request)
    if expression.vector and "gradient" in claims:
        raise HesscliError("--gradient: a vector [f1, f2, ...] has a Jacobian; claim it with --jacobian", code="vector")
    for name, claim in claims.items():
        if claim.shape is not None:
            fitted(np.zeros(claim.shape), expression, name)


def fitted(array: Array, expression: Expression, quantity: str) -> Array:
    """A claim in the shape of its quantity; axes of length 1 do not count.

    Args:
        array: the claim's entries.
        expression: [f1, ..., fm] of n variables.
        quantity: ``gradient``, ``jacobian`` or ``hessian``.

    Returns:
        The same entries, of the shape of ``shape_of``.

    Raises:
        HesscliError: it has another shape.
    """
    expected = shape_of(expression, quantity)
    if _without_ones(array.shape) == _without_ones(expected):
        return array.reshape(expected)
    names = ", ".join(expression.variables[:8]) + (", ..." if len(expression.variables) > 8 else "")
    wanted, got = (" x ".join(map(str, shape)) or "a single one" for shape in (expected, array.shape))
    turned = "; is it transposed? A row is an output, a column a variable" if array.shape == expected[::-1] else ""
    one = "entry" if math.prod(expected) == 1 else "entries"
    raise HesscliError(
        f"--{quantity}: expected {wanted} {one} for the variables {names}, got {got}{turned}", code="shape"
    )


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1)


def _numbers(case: Case) -> list[str]:
    """A word about numbers where the derivative is another one at every point; stored ones are refused."""
    if not case.claim.constant or len(case.reference.points) == 1:
        return []
    wrong = (case.errors > case.rtol).any(axis=0)
    if not (wrong & np.ptp(case.true, axis=0).astype(bool)).any():
        return []
    names = ",".join(f"{name}=1" for name in case.reference.expression.variables[:4])
    hint = (
        f"give it with --at, e.g. --at {names}" if case.reference.drawn else f"--at gives {len(case.reference.points)}"
    )
    if case.claim.typed:
        return [f"{case.quantity}: these are numbers; if they belong to one point, {hint}"]
    raise HesscliError(
        f"--{case.quantity}: numbers belong to one point, for this derivative changes from point to point; {hint}",
        code="point",
    )


def _evidence(case: Case, request: Request, options: Options) -> Evidence:
    """What tells the slip of a wrong claim: its own points, and random ones beside a few given ones."""
    reference, given, true = case.reference, case.given, case.true
    if not reference.drawn and not case.claim.constant:
        with suppress(Exception):  # the claim need not have values anywhere else, whatever a function raises
            drawn = reference_at(reference.expression, request, None, options, case.session)
            more = Case.of(case.quantity, case.claim, drawn, case.rtol, case.session)
            if np.isfinite(more.given).all():
                reference = replace(reference, points=(*reference.points, *drawn.points))
                given, true = np.concatenate([given, more.given]), np.concatenate([true, more.true])
    forms = case.reference.forms(case.quantity)
    shape = reference.shape(case.quantity)

    known: Callable[[], Any] = cache(partial(factors, reference.expression, reference.points, case.session))
    made: Callable[[], Any] = cache(lambda: products(reference.expression, *known()))

    def summands(index: tuple[int, ...]) -> Any:
        flat = int(np.ravel_multi_index(index, shape))
        return terms(forms[flat], reference.expression, reference.points, case.session), made()

    return Evidence(given, true, case.rtol, known, summands)


def _entries(case: Case, evidence: Evidence | None) -> list[ClaimedEntry]:
    points, reference = case.reference.points, case.reference
    texts = [reference.texts(case.quantity, k) for k in range(len(points))]
    forms, written = reference.forms(case.quantity), case.claim.text
    return claimed_entries(case.quantity, case.given, case.errors, case.rtol, points, texts, forms, written, evidence)


def claimed_entries(
    quantity: str,
    given: Array,
    errors: Array,
    rtol: float,
    points: Sequence[tuple[float, ...]],
    texts: Sequence[Sequence[str]],
    forms: Sequence[str | None],
    written: Callable[[int], str | None] | None,
    evidence: Evidence | None,
) -> list[ClaimedEntry]:
    """Every entry of a claim, where it is worst, with its slip.

    Args:
        quantity: ``gradient``, ``jacobian`` or ``hessian``.
        given: what is claimed, shape (k, *shape).
        errors: relative, of the same shape.
        rtol: the largest that is right.
        points: k of them.
        texts: the right decimal strings at each, row by row.
        forms: the right closed forms, row by row.
        written: an entry, counted row by row, as it was written; None where none was.
        evidence: what tells the slip of a wrong claim; None of a right one.
    """
    found, wrong = [], 0
    for flat, index in enumerate(product(*map(range, given.shape[1:]))):
        place: Any = (slice(None), *index)
        column, numbers = errors[place], given[place]
        worst = int(np.argmax(np.where(np.isnan(column), np.inf, column)))
        error = float(column[worst])
        right = error <= rtol
        number = float(numbers[worst])
        own = None if written is None else written(flat)
        text = own or (f"{number:.12g}" if len(numbers) == 1 else None)
        words = "" if right or evidence is None else slip(evidence, index, deep=wrong < DEEP)
        wrong += not right
        where, exact = points[worst], texts[worst][flat]
        found.append(ClaimedEntry(quantity, index, text, right, error, where, number, exact, forms[flat], words))
    return found
