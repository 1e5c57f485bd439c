"""What follows from the exact Hessian at a point: eigenvalues, definiteness, kind of critical point, and more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from typing import Any

from flint import arb

from hesscli.exact.curvature.critical import critical_point
from hesscli.exact.curvature.degenerate import MAXIMUM, MINIMUM
from hesscli.exact.curvature.eigenvectors import unit_eigenvectors
from hesscli.exact.curvature.function import Scalar
from hesscli.exact.curvature.invariance import flat_directions
from hesscli.exact.curvature.linear import condition, determinant, inverse_matrix, solved
from hesscli.exact.curvature.matrix import BallRows, Symmetric
from hesscli.exact.curvature.spectrum import GUARD, Spectrum, enclose_eigenvalues, first_bits
from hesscli.exact.decimals import decimal
from hesscli.exact.events import TROUBLES
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.result.curvature import LARGEST, Critical, Curvature, definiteness

__all__ = ["Scalar", "Spectrum", "Symmetric", "curvature_of", "curvatures", "enclose_eigenvalues"]


NO_KINKS: Mapping[int, tuple[Sequence[arb], BallRows]] = {}


def curvatures(
    codes: Sequence[CodeList],
    point: Sequence[float],
    digits: int = 17,
    further: Collection[str] = (),
    deadline: float = inf,
    kinked: Mapping[int, tuple[Sequence[arb], BallRows]] = NO_KINKS,
) -> tuple[Curvature, ...]:
    """The curvature of every component at a point.

    Args:
        codes: of the m components.
        point: n coordinates.
        digits: significant, of every number.
        further: what is asked for besides, of `hesscli.result.curvature.FURTHER`.
        deadline: no higher precision is begun after this moment of `time.monotonic`.
        kinked: component -> its gradient (n,) and Hessian (n, n), where they exist although it is not smooth as typed.

    Returns:
        m of them; nothing but a note where a component is not smooth at the point.
    """
    if len(point) > LARGEST:
        return (Curvature(notes=(f"the curvature is open: eigenvalues are computed of up to {LARGEST} variables",)),)
    found = [
        _kinked(*kinked[k], point, digits, further, deadline)
        if k in kinked
        else _curvature(code, point, digits, further, deadline)
        for k, code in enumerate(codes)
    ]
    if len(found) == 1:
        return (found[0],)
    return tuple(replace(one, notes=tuple(f"f{k}: {note}" for note in one.notes)) for k, one in enumerate(found, 1))


def _curvature(
    code: CodeList, point: Sequence[float], digits: int, further: Collection[str], deadline: float
) -> Curvature:
    f = Scalar(code, point)
    try:
        f.at_point(first_bits(digits) + GUARD)
    except TROUBLES:
        return Curvature(notes=(NOT_SMOOTH,))
    hessian = Symmetric(lambda bits: f.at_point(bits)[1], lambda: f.known[1], partial(flat_directions, code, f.point))
    return curvature_of(f, hessian, digits, further, deadline)


def _kinked(
    gradient: Sequence[arb],
    rows: BallRows,
    point: Sequence[float],
    digits: int,
    further: Collection[str],
    deadline: float,
) -> Curvature:
    """By gradient and Hessian alone: where the one is zero and the other definite f = f0 + h'Hh/2 + o(|h|**2) decides.

    Anything else needs a neighbourhood in which f is smooth, or at least is defined.
    """
    hessian = Symmetric(lambda _: rows, lambda: rows)
    wanted = [name for name in further if name != "newton_step"]
    known = enclose_eigenvalues(hessian, digits, deadline)
    found = _of_hessian(hessian, known, digits, wanted, deadline)
    if any(not c.contains(0) for c in gradient):
        return found
    if found.definiteness in DEFINITE and all(c.is_zero() for c in gradient):
        where = tuple(decimal(arb(x), digits) for x in point)
        return replace(found, critical=Critical(DEFINITE[found.definiteness], True, where))
    return replace(found, notes=(*found.notes, NO_KIND))


DEFINITE = {"positive definite": MINIMUM, "negative definite": MAXIMUM}
"""Definiteness that decides the kind of a critical point."""


NO_KIND = "whether this is a minimum, a maximum or neither is open: the function is not smooth at the point as typed"
NOT_SMOOTH = "the curvature is open: the function is not smooth at the point as typed, or too large to enclose"


def curvature_of(
    f: Scalar, hessian: Symmetric, digits: int, further: Collection[str] = (), deadline: float = inf
) -> Curvature:
    """The curvature by the Hessian of a function that is smooth at the point."""
    known = enclose_eigenvalues(hessian, digits, deadline)
    found = replace(
        _of_hessian(hessian, known, digits, further, deadline),
        critical=critical_point(f, hessian, known, digits, deadline),
    )
    if "newton_step" not in further or any(x.contains(0) for x in known.values):
        return found
    rows = solved(
        hessian,
        lambda bits: [[-c] for c in f.at_point(bits)[0]],
        lambda: [[-c] for c in f.known[0]],
        1,
        digits,
        deadline,
    )
    return replace(found, newton_step=tuple(text for (text,) in rows))


def _of_hessian(
    hessian: Symmetric, known: Spectrum, digits: int, further: Collection[str], deadline: float
) -> Curvature:
    """What follows from the matrix alone."""
    more: dict[str, Any] = {}
    if "eigenvectors" in further:
        rows = unit_eigenvectors(hessian, known, digits, deadline)
        more["eigenvectors"] = tuple(None if row is None else tuple(row) for row in rows)
    if any(x.is_zero() for x in known.values):
        more |= {name: value for name, value in SINGULAR.items() if name in further}
    elif not any(x.contains(0) for x in known.values):
        more |= {name: compute(hessian, digits, deadline) for name, compute in REGULAR.items() if name in further}
    return Curvature(
        eigenvalues=tuple(known.texts),
        proven=known.complete,
        definiteness=definiteness(*known.inertia),
        notes=tuple(_notes(known, further)),
        **more,
    )


REGULAR: dict[str, Callable[[Symmetric, int, float], Any]] = {
    "determinant": determinant,
    "condition": condition,
    "inverse": lambda hessian, digits, deadline: tuple(map(tuple, inverse_matrix(hessian, digits, deadline))),
}
"""What a Hessian has that is not singular."""

SINGULAR = {"determinant": "0", "condition": "inf"}
"""What one has that is."""


def _notes(known: Spectrum, further: Collection[str]) -> Iterator[str]:
    if not known.complete:
        yield "eigenvalues: not all digits asked for are certain within the limits of precision and time"
    missing = [name.replace("_", " ") for name in ("inverse", "newton_step") if name in further]
    if any(x.is_zero() for x in known.values) and missing:
        yield f"the Hessian is singular: no {' and no '.join(missing)}"
    unknown = known.inertia[3]
    if unknown:
        many = "the sign of one eigenvalue is" if unknown == 1 else f"the signs of {unknown} eigenvalues are"
        yield (
            f"{many} open at the limit: they may be zero"
            if unknown > 1
            else f"{many} open at the limit: it may be zero"
        )
