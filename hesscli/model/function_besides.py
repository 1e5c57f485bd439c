"""What is asked of a function's Hessian besides its entries: of few variables from the matrix, of many by products."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import unit_roundoff
from hesscli.errors import LimitError
from hesscli.model.function import PythonFunction
from hesscli.model.plan import MOST_BYTES
from hesscli.model.spectrum import SpectrumRequest, spectrum
from hesscli.operators.covariance import check_count, standard_errors
from hesscli.operators.definiteness import eigenvalues_of
from hesscli.operators.report import Eigenvalues, SpectrumReport, Statistics, upward
from hesscli.request import Request
from hesscli.result import REFUTED, Result, Verdict
from hesscli.result.curvature import LARGEST, Curvature, approximate

Array = NDArray[Any]

BY_PRODUCTS = "--top, --trace, --diagonal, --solve and --newton-step"
"""What is answered without the whole Hessian."""

DENSE = 1_000
"""Variables up to which the matrix is computed, whatever is asked of it."""

WHOLE = (
    "standard errors hold where f is a whole negative log-likelihood: half of a chi-square (with the variances known), "
    "the sum over the data and not their mean"
)

NOTHING = "there is no Hessian that something speaks for: nothing follows from it"

SINGULAR = "the Hessian is singular, or as good as that: it has no inverse, and no Newton step"


@dataclass(frozen=True, eq=False)
class Besides:
    """What else is asked for.

    Attributes:
        wanted: of eigenvalues, trace, diagonal and solutions; Newton's step is of the request.
        rhs: b of H x = b, shape (n,); None is the gradient.
        standard_errors: of the coefficients, f taken for a negative log-likelihood.
        products: whether a matrix that does not fit is left out, for what products tell.
    """

    wanted: SpectrumRequest = SpectrumRequest()  # noqa: RUF009 - frozen
    rhs: Array | None = None
    standard_errors: bool = False
    products: bool = False

    @property
    def diagonal(self) -> bool:
        """Whether the diagonal is."""
        return self.wanted.diagonal

    def any(self) -> bool:
        """Whether anything is that products tell."""
        wanted = self.wanted
        return bool(wanted.top or wanted.trace or wanted.rhs or wanted.diagonal)

    def by_products(self, n: int, request: Request) -> bool:
        """Whether it is answered without the matrix.

        Raises:
            LimitError: too many variables for what needs the matrix.
        """
        of_matrix = [name for name in request.further if name != "newton_step"]
        if self.standard_errors:
            check_count(n, "--standard-errors")
        if of_matrix and n > LARGEST:
            raise LimitError(
                f"--{of_matrix[0].replace('_', '-')} needs the whole Hessian, of {n:,} variables; the limit is "
                f"{LARGEST:,}; {BY_PRODUCTS} take products alone"
            )
        if self.products and n * n * 8 > MOST_BYTES:
            return True
        newton = "newton_step" in request.further
        return n > DENSE and not of_matrix and (newton or self.any())


def curvature_of(result: Result) -> Result:
    """The answer with eigenvalues, and what else was asked of the matrix: proven ones, or of the tape's numbers."""
    if result.request.command != "hessian":
        return result
    word = result.verdicts.get("hessian")
    if result.exact is not None and "hessian" in result.exact.values and "hessian" not in result.differences:
        curvature = result.exact.curvature
    else:
        numbers = result.tape.arrays.get("hessian") if result.tape is not None else None
        curvature = () if numbers is None or {*result.verdicts.values()} & REFUTED else approximate(numbers)
        if curvature and result.request.further and numbers is not None and word is not None:
            curvature = (_further(curvature[0], numbers, result),)
    notes = [note for one in curvature for note in one.notes]
    return replace(result, curvature=curvature, notes=tuple(dict.fromkeys([*result.notes, *notes])))


def _further(known: Curvature, numbers: Array, result: Result) -> Curvature:
    """What was asked of a matrix that nothing proves, and how far rounding of its entries changes it."""
    unit = unit_roundoff(result.dtype)
    half = (numbers + numbers.T).astype(np.float64) / 2
    found = eigenvalues_of(half, unit)
    values, asked = found.values, result.request.further
    gradient = result.numbers("gradient")
    vectors = np.linalg.eigh(half)[1].T
    singular = found.nil > 0
    size = np.abs(values)
    condition = float(size.max() / size.min()) if size.min() else np.inf
    inverse = None if singular else np.linalg.inv(half)
    needs = {"inverse", "newton_step", "condition"} & {*asked}
    off = condition * 10 * len(values) * unit
    told = f"what follows from the inverse is off by about {off:.0e}, relative, where the entries are right to rounding"
    notes = (*known.notes, *((SINGULAR,) if singular and needs else (told,) if needs else ()))
    if "newton_step" in asked and not singular and found.word != "positive definite":
        notes = (*notes, upward(found.word))
    step = None if inverse is None or gradient is None else -inverse @ gradient
    return replace(
        known,
        condition=None if singular else repr(condition),
        determinant=repr(float(np.prod(values))),
        inverse=None if inverse is None or "inverse" not in asked else _texts(inverse),
        eigenvectors=_apart(vectors, found) if "eigenvectors" in asked else None,
        newton_step=None if step is None or "newton_step" not in asked else tuple(map(repr, step.tolist())),
        notes=notes,
    )


def _texts(matrix: Array) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(repr, row)) for row in matrix.tolist())


def _apart(vectors: Array, found: Eigenvalues) -> tuple[tuple[str, ...] | None, ...]:
    """Unit vectors of eigenvalues that are apart; of a multiple one any of its space would do."""
    gaps = np.abs(found.values[:, None] - found.values) + np.diag(np.full(len(found.values), np.inf))
    alone = gaps.min(axis=1, initial=np.inf) > 1e4 * found.error
    rows = _texts(vectors)
    return tuple(row if one else None for row, one in zip(rows, alone, strict=True))


def with_besides(
    result: Result, f: PythonFunction, besides: Besides, diagonal: Array | None, *, by_products: bool
) -> Result:
    """The answer with eigenvalues at the ends, trace, solutions and standard errors.

    Args:
        result: of ``hessian``.
        f: at its point.
        besides: what is asked for.
        diagonal: of the Hessian, where there is no matrix.
        by_products: whether there is none.
    """
    wanted = besides.wanted
    if by_products and "newton_step" in result.request.further:
        wanted = replace(wanted, step=True)
    if not (by_products or besides.any() or besides.standard_errors):
        return result
    gradient = result.numbers("gradient")
    known = known_matrix(result)
    if gradient is None or not np.isfinite(gradient).all() or (known is None and not by_products):
        return replace(result, notes=(*result.notes, NOTHING))
    found: SpectrumReport | None = None
    if by_products or besides.any():
        wanted = replace(wanted, top=min(wanted.top, f.n))
        found = spectrum(f, gradient, wanted, besides.rhs, known)
        if diagonal is not None:
            found = replace(found, diagonal=diagonal)
    errors = None if known is None or not besides.standard_errors else standard_errors_of(result, known)
    return replace(result, spectrum=found, statistics=errors)


def known_matrix(result: Result) -> Array | None:
    """The Hessian to use, made symmetric; None where there is none that something speaks for."""
    numbers = result.numbers("hessian")
    refuted = bool({*result.verdicts.values()} & REFUTED) and result.exact is None
    if numbers is None or refuted or not np.isfinite(numbers).all():
        return None
    half: Array = (numbers + numbers.T) / 2
    return half


def standard_errors_of(result: Result, hessian: Array) -> Statistics:
    """Standard errors of all variables, f taken for a whole negative log-likelihood.

    Args:
        result: of ``hessian``.
        hessian: the one to use, symmetric.
    """
    doubts = [WHOLE]
    if result.verdict not in (Verdict.AGREE, Verdict.CHECKED):
        doubts.insert(0, f"the verdict is {result.verdict.value}: do not rely on these")
    unit = unit_roundoff(result.dtype)
    point, gradient = np.array(result.point), result.array("gradient")
    return standard_errors(result.variables, point, gradient, hessian, unit=unit, notes=doubts)
