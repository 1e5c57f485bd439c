"""What follows from the exact Hessian at a point: eigenvalues, definiteness, kind of critical point, and more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from typing import Any

from hesscli.curvature import LARGEST, Curvature, Texts, definiteness
from hesscli.exact.curvature.critical import critical_point
from hesscli.exact.curvature.eigenvectors import unit_eigenvectors
from hesscli.exact.curvature.function import Scalar
from hesscli.exact.curvature.invariance import flat
from hesscli.exact.curvature.linear import condition, determinant, inverse, solved
from hesscli.exact.curvature.matrix import Symmetric
from hesscli.exact.curvature.spectrum import Spectrum, eigenvalues, first_bits
from hesscli.exact.elementary import Undefined, Unsupported
from hesscli.exact.events import Singular, Undecided
from hesscli.exact.walks.walk import Program

__all__ = ["Scalar", "Spectrum", "Symmetric", "curvatures", "described", "eigenvalues"]


def curvatures(
    programs: Sequence[Program],
    point: Sequence[float],
    digits: int = 17,
    further: Collection[str] = (),
    deadline: float = inf,
) -> tuple[Curvature, ...]:
    """The curvature of every component at a point.

    Args:
        programs: of the m components.
        point: n coordinates.
        digits: significant, of every number.
        further: what is asked for besides, of `hesscli.curvature.FURTHER`.
        deadline: no higher precision is begun after this moment of `time.monotonic`.

    Returns:
        m of them; nothing but a note where a component is not smooth at the point.
    """
    if len(point) > LARGEST:
        return (Curvature(notes=(f"the curvature is open: eigenvalues are computed of up to {LARGEST} variables",)),)
    found = [_curvature(program, point, digits, further, deadline) for program in programs]
    if len(found) == 1:
        return (found[0],)
    return tuple(replace(one, notes=tuple(f"f{k}: {note}" for note in one.notes)) for k, one in enumerate(found, 1))


def _curvature(
    program: Program, point: Sequence[float], digits: int, further: Collection[str], deadline: float
) -> Curvature:
    f = Scalar(program, point)
    try:
        f.at_point(first_bits(digits))
    except (Singular, Undecided, Undefined, Unsupported):
        return Curvature(notes=(NOT_SMOOTH,))
    hessian = Symmetric(lambda bits: f.at_point(bits)[1], lambda: f.known[1], partial(flat, program))
    return described(f, hessian, digits, further, deadline)


NOT_SMOOTH = "the curvature is open: the function is not smooth at the point"


def described(
    f: Scalar, hessian: Symmetric, digits: int, further: Collection[str] = (), deadline: float = inf
) -> Curvature:
    """The curvature by the Hessian of a function that is smooth at the point."""
    known = eigenvalues(hessian, digits, deadline)
    found = Curvature(
        eigenvalues=tuple(known.texts),
        proven=known.complete,
        definiteness=definiteness(*known.inertia),
        critical=critical_point(f, hessian, known, digits, deadline),
        notes=tuple(_notes(known, further)),
    )
    more: dict[str, Any] = {}
    if "eigenvectors" in further:
        rows = unit_eigenvectors(hessian, known, digits, deadline)
        more["eigenvectors"] = tuple(None if row is None else tuple(row) for row in rows)
    if any(x.is_zero() for x in known.values):
        more |= {name: value for name, value in SINGULAR.items() if name in further}
    elif not any(x.contains(0) for x in known.values):
        more |= {name: compute(f, hessian, digits, deadline) for name, compute in REGULAR.items() if name in further}
    return replace(found, **more)


def _inverse(f: Scalar, hessian: Symmetric, digits: int, deadline: float) -> tuple[Texts, ...]:
    return tuple(tuple(row) for row in inverse(hessian, digits, deadline))


def _newton_step(f: Scalar, hessian: Symmetric, digits: int, deadline: float) -> Texts:
    """-H^-1 g."""
    known = [[-c] for c in f.known[0]]
    rows = solved(hessian, lambda bits: [[-c] for c in f.at_point(bits)[0]], known, digits, deadline)
    return tuple(text for (text,) in rows)


REGULAR: dict[str, Callable[[Scalar, Symmetric, int, float], Any]] = {
    "determinant": lambda f, hessian, digits, deadline: determinant(hessian, digits, deadline),
    "condition": lambda f, hessian, digits, deadline: condition(hessian, digits, deadline),
    "inverse": _inverse,
    "newton_step": _newton_step,
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
