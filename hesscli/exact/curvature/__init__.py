"""What follows from the exact Hessian at a point: eigenvalues, definiteness, kind of critical point, and more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from math import inf
from time import monotonic
from typing import Any

from hesscli.curvature import Curvature, Texts, definiteness
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

__all__ = ["Scalar", "Spectrum", "Symmetric", "curvature", "described", "eigenvalues"]


def curvature(
    program: Program, point: Sequence[float], digits: int = 17, asked: Collection[str] = (), budget: float = inf
) -> Curvature:
    """The curvature of a scalar function at a point.

    Args:
        program: of one component.
        point: n coordinates.
        digits: significant, of every number.
        asked: of `hesscli.curvature.ASKED`.
        budget: seconds after which no higher precision is begun.

    Returns:
        Nothing but a note where the function is not smooth at the point.
    """
    f = Scalar(program, point)
    try:
        f.at_point(first_bits(digits))
    except (Singular, Undecided, Undefined, Unsupported):
        return Curvature(notes=("the curvature is open: the function is not smooth at the point",))
    hessian = Symmetric(lambda bits: f.at_point(bits)[1], lambda: f.known[1], partial(flat, program))
    return described(f, hessian, digits, asked, monotonic() + budget)


def described(
    f: Scalar, hessian: Symmetric, digits: int, asked: Collection[str] = (), deadline: float = inf
) -> Curvature:
    """The curvature by the Hessian of a function that is smooth at the point."""
    known = eigenvalues(hessian, digits, deadline)
    found = Curvature(
        eigenvalues=tuple(known.texts),
        proven=known.complete,
        definiteness=definiteness(*known.inertia),
        critical=critical_point(f, hessian, known, digits, deadline),
        notes=tuple(_notes(known, asked)),
    )
    more: dict[str, Any] = {}
    if "eigenvectors" in asked:
        rows = unit_eigenvectors(hessian, known, digits, deadline)
        more["eigenvectors"] = tuple(None if row is None else tuple(row) for row in rows)
    if any(x.is_zero() for x in known.values):
        more |= {name: value for name, value in SINGULAR.items() if name in asked}
    elif not any(x.contains(0) for x in known.values):
        more |= {name: compute(f, hessian, digits, deadline) for name, compute in REGULAR.items() if name in asked}
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


def _notes(known: Spectrum, asked: Collection[str]) -> Iterator[str]:
    if not known.complete:
        yield "eigenvalues: not all digits asked for are certain within the limits of precision and time"
    missing = [name.replace("_", " ") for name in ("inverse", "newton_step") if name in asked]
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
