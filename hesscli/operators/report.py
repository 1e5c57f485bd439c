"""The answers: a number, how far it may be off, and how many products it took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LEFT = 1e-3
"""Of ||b - A x|| / ||b||: with more of it x is no solution, not even a rough one."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """A number, or a vector of them, from random probes.

    Attributes:
        value: shape () or (n,).
        error: its standard error, of the same shape; 0 where it is no estimate.
        passes: products with a vector.
        exact: whether every column was asked for, so that nothing is random.
    """

    value: Array
    error: Array
    passes: int
    exact: bool = False


@dataclass(frozen=True, eq=False)
class Extremes:
    """Eigenvalues at an end of the spectrum.

    Attributes:
        values: ascending, shape (k,).
        vectors: of norm 1, as columns, shape (n, k).
        errors: ||A v - theta v||, shape (k,): an eigenvalue of A lies within that of theta.
        passes: products with a vector.
        missing: how many more were asked for and did not converge.
        counted: whether it is certain that none further out was missed.
    """

    values: Array
    vectors: Array
    errors: Array
    passes: int
    missing: int = 0
    counted: bool = False


@dataclass(frozen=True, eq=False)
class Density:
    """How the eigenvalues are spread: a probability density.

    Attributes:
        nodes: of the quadrature of every probe, shape (probes, steps).
        weights: of the nodes, of the same shape; those of one probe add up to 1.
        passes: products with a vector.
    """

    nodes: Array
    weights: Array
    passes: int

    def below(self, bound: float) -> tuple[float, float]:
        """The share of eigenvalues below a bound, and its standard error."""
        shares = np.where(self.nodes < bound, self.weights, 0.0).sum(axis=1)
        return float(shares.mean()), _standard(shares)

    def curve(self, width: float | None = None, points: int = 200) -> tuple[Array, Array, Array]:
        """The density drawn with a normal kernel: where, how dense, and the standard error there, shape (points,).

        Args:
            width: standard deviation of the kernel; None is a hundredth of the range.
            points: how many.
        """
        low, high = float(self.nodes.min()), float(self.nodes.max())
        sigma = width or (high - low) / 100 or max(abs(low), 1.0) / 100
        where = np.linspace(low - 3 * sigma, high + 3 * sigma, points)
        kernel = np.exp(-0.5 * ((where[:, None, None] - self.nodes) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))
        curves = (kernel * self.weights).sum(axis=2)  # (points, probes)
        count = curves.shape[1]
        error = curves.std(axis=1, ddof=1) / np.sqrt(count) if count > 1 else np.full(points, np.nan)
        return where, curves.mean(axis=1), error


@dataclass(frozen=True, eq=False)
class Solution:
    """x of A x = b.

    Attributes:
        value: x, shape (n,).
        residual: ||b - A x|| / ||b||, from one more product.
        passes: products with a vector.
        solver: ``cg``, ``minres``, or ``factorisation``.
        curvature: p.A p / p.p of a direction in which it is not positive, 0 where it is lost in rounding; None where
            none was met, and A may be positive definite.
        converged: whether the residual reached what was asked for.
    """

    value: Array
    residual: float
    passes: int
    solver: str
    curvature: float | None
    converged: bool

    @property
    def usable(self) -> Array | None:
        """x; None where so much of b is left that it solves nothing, as where A is singular."""
        return self.value if self.residual <= LEFT else None


@dataclass(frozen=True, eq=False)
class SpectrumReport:
    """What products with a matrix tell of it; None what was not asked for.

    Attributes:
        of: which matrix, ``hessian``, or what stands for it.
        extremes: eigenvalues at both ends, with bounds of their errors.
        trace: with its standard error.
        density: of the eigenvalues.
        diagonal: of the matrix, shape (n,).
        step: Newton's: s of H s = -g.
        solution: x of H x = b.
        rhs: b as typed, or ``gradient``.
    """

    of: str = "hessian"
    extremes: Extremes | None = None
    trace: Estimate | None = None
    density: Density | None = None
    diagonal: Array | None = None
    step: Solution | None = None
    solution: Solution | None = None
    rhs: str = ""


@dataclass(frozen=True, slots=True)
class Signs:
    """What is certain of the eigenvalues of a matrix as it stands.

    Attributes:
        word: ``positive definite``, ``negative definite``, ``indefinite``, ``zero``; or ``open``.
        how: what it rests on.
        negative: how many eigenvalues are below zero; None where they were not counted.
        nil: how many are too near zero to be told from it; None where they were not counted.
        smallest: the smallest eigenvalue is between these.
        largest: the largest one is between these.
    """

    word: str
    how: str
    negative: int | None
    nil: int | None
    smallest: tuple[float, float]
    largest: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the inverse of a Hessian says of estimates.

    Attributes:
        names: of the k coefficients.
        estimates: shape (k,).
        errors: square roots of the inverse's diagonal, shape (k,).
        correlations: shape (k, k).
        notes: what they rest on.
        doubts: why they may not be what they look like.
    """

    names: tuple[str, ...]
    estimates: Array
    errors: Array
    correlations: Array
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """Every sentence, doubts first."""
        return (*self.doubts, *self.notes)

    @property
    def covariance(self) -> Array:
        """Of the estimates, shape (k, k)."""
        found: Array = self.correlations * np.outer(self.errors, self.errors)
        return found


def _standard(samples: Array) -> float:
    """The standard error of a mean; NaN of one sample."""
    return float(samples.std(ddof=1) / np.sqrt(len(samples))) if len(samples) > 1 else float("nan")


@dataclass(frozen=True, eq=False)
class Eigenvalues:
    """All of a symmetric matrix.

    Attributes:
        values: ascending, shape (n,).
        error: how far each of them may be off.
    """

    values: Array
    error: float

    @property
    def negative(self) -> int:
        """How many are below zero for certain."""
        return int((self.values < -self.error).sum())

    @property
    def nil(self) -> int:
        """How many are too near zero to be told from it."""
        return int((np.abs(self.values) <= self.error).sum())

    @property
    def word(self) -> str:
        """As in `Signs`."""
        return word_of(len(self.values), self.negative, self.nil) if self.values.any() else "zero"


def word_of(n: int, negative: int, nil: int) -> str:
    """For n eigenvalues, so many of them negative and so many as good as zero."""
    if 0 < negative < n - nil:
        return "indefinite"
    if nil:
        return "open"
    return "negative definite" if negative else "positive definite"


def upward(word: str) -> str:
    """Why Newton's step need not lead downhill where the signs say no ``positive definite``.

    Example:
        >>> upward("open")
        "the signs of the Hessian's eigenvalues are undecided: Newton's step need not lead downhill"
    """
    why = "the signs of the Hessian's eigenvalues are undecided" if word == "open" else f"the Hessian is {word}"
    return f"{why}: Newton's step need not lead downhill"
