"""The outer expression's derivatives in the totals and in the entries that stand beside them.

In few variables they are nested tapes' partial derivatives, pair by pair. A typed-out expression may have hundreds and
no alike terms; then its second derivatives come from Hessian-vector products over a star colouring of its pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from hesscli import tape
from hesscli.elements.colouring import Colouring, star_colouring
from hesscli.elements.found import Found, How, partials
from hesscli.language.programs.program import Program

Array = NDArray[Any]

FEW = 64
"""Variables of an outer expression up to which every partial derivative has a pass of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class OuterDerivatives:
    """What the tape says of F(T, e), q totals and then the entries, at one point.

    Attributes:
        value: F.
        slopes: shape (q + e,); 0 by what F does not depend on.
        row: of every pair with a second derivative.
        column: of every pair; row <= column.
        second: the second derivatives by the pairs; none of a product.
        product: of ``hvp``: the second derivatives times a vector, shape (q + e,).
    """

    value: float
    slopes: Array
    row: Array
    column: Array
    second: Array
    product: Array | None = None


def coloured(program: Program) -> bool:
    """Whether the outer expression has so many variables that its second derivatives are coloured."""
    return len(program.outer.variables) > FEW


_KEPT: WeakKeyDictionary[Program, Colouring] = WeakKeyDictionary()


def colouring_of(program: Program) -> Colouring:
    """The star colouring of the outer expression's second derivatives, made once."""
    if program not in _KEPT:
        pairs = np.array(program.coupled, np.int64).reshape(-1, 2)
        _KEPT[program] = star_colouring(len(program.outer.variables), pairs[:, 1], pairs[:, 0])
    return _KEPT[program]


def outer_derivatives(
    program: Program, point: Array, command: str, how: How, found: Found, along: Array | None = None
) -> OuterDerivatives:
    """The outer expression's derivatives.

    Args:
        program: whose it is.
        point: totals, then entries.
        command: ``gradient``, ``hessian`` or ``hvp``.
        how: the tape works.
        found: gets what has to be told.
        along: of ``hvp``: the vector in the totals and entries.
    """
    coupled = program.coupled if command != "gradient" else ()
    row, column = np.array(coupled, np.int64).reshape(-1, 2).T
    if coloured(program) and how.method == "nested":
        return _by_products(program, point, how, found, row, column, along, second=command == "hessian")
    used = sorted(program.outer.dependence()[program.outer.outputs[0]])
    paths = ((), *((a,) for a in used), *coupled)
    numbers, holes = partials(program.outer, paths, point[None, :], how, found)
    told = np.where(holes, 0.0 if how.zeros else np.nan, numbers)[0]
    found.around = [] if how.zeros else [paths[k] for k in np.flatnonzero(holes[0])]
    if found.around:
        many = "an entry" if len(found.around) == 1 else f"{len(found.around)} entries"
        found.told[f"TensorFlow gives None for {many}: a true zero or a missing gradient"] = None
    slopes = np.zeros(len(point))
    slopes[used] = told[1 : 1 + len(used)]
    second, product = told[1 + len(used) :], None
    if along is not None:
        product = np.zeros(len(point))
        np.add.at(product, row, second * along[column])
        off = row != column
        np.add.at(product, column[off], second[off] * along[row[off]])
    return OuterDerivatives(float(told[0]), slopes, row, column, second, product)


def _by_products(
    program: Program, point: Array, how: How, found: Found, row: Array, column: Array, along: Array | None,
    *, second: bool,
) -> OuterDerivatives:  # fmt: skip
    """The same by one Hessian-vector product a colour, or by the one that is asked for."""
    colouring = colouring_of(program) if second else None
    vectors = np.zeros((0, len(point))) if along is None else along[None, :]
    vectors = vectors if colouring is None else colouring.seeds
    said = tape.answer_products(program.outer, point, vectors, dtype=how.dtype, plain=how.plain)
    found.told |= dict.fromkeys((*said.failures, *said.remarks))
    found.repaired |= dict.fromkeys(said.repaired)
    used = sorted(program.outer.dependence()[program.outer.outputs[0]])
    slopes = np.zeros(len(point))
    slopes[used] = said.arrays["gradient"][used]
    products, product = said.arrays["products"], None
    numbers = np.zeros(0) if colouring is None else colouring.read(products)
    if along is not None:
        curved = np.zeros(len(point), bool)
        curved[row] = curved[column] = True
        product = np.where(curved, products[0], 0.0)
    return OuterDerivatives(float(said.arrays["value"]), slopes, row, column, numbers, product)
