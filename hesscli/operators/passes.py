"""An operator that counts its products, and lets nothing through that is no number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator

from hesscli.errors import HesscliError, NoAnswerError

Array = NDArray[Any]


class Passes(LinearOperator):  # type: ignore[misc]  # SciPy has no types
    """A symmetric operator in float64.

    Attributes:
        count: products with a vector up to now.

    Raises:
        HesscliError: it is not square.
    """

    def __init__(self, operator: Any) -> None:
        if len(operator.shape) != 2 or operator.shape[0] != operator.shape[1]:
            raise HesscliError(f"a symmetric operator has shape (n, n), not {tuple(operator.shape)}")
        super().__init__(np.dtype(np.float64), operator.shape)
        self.operator = operator
        self.count = 0

    def _matvec(self, vector: Array) -> Array:
        self.count += 1
        return self._numbers(self.operator.matvec(vector.reshape(-1))).reshape(-1)

    def _matmat(self, block: Array) -> Array:
        self.count += block.shape[1]
        return self._numbers(self.operator.matmat(block))

    def _adjoint(self) -> Passes:
        return self

    def _numbers(self, product: Any) -> Array:
        found = np.asarray(product, dtype=np.float64)
        if not np.isfinite(found).all():
            where = np.argwhere(~np.isfinite(found))[0][0]
            raise NoAnswerError(f"the product of the Hessian with a vector is not finite at {where}", code="not-finite")
        return found

    def whole(self) -> Array:
        """All n columns, made symmetric."""
        full = self.matmat(np.eye(self.shape[0]))
        half: Array = (full + full.T) / 2
        return half


def power(numbers: Array) -> float:
    """The power of two next to the largest of some numbers; 1 where all are 0."""
    largest = float(np.abs(numbers).max(initial=0.0))
    return math.ldexp(1.0, min(math.frexp(largest)[1], 1023)) if largest else 1.0


class Scaled(LinearOperator):  # type: ignore[misc]  # SciPy has no types
    """A/s, s the power of two next to A's first product that is not 0: its squares neither vanish nor overflow.

    Attributes:
        size: s; 1 until there is such a product.
    """

    def __init__(self, operator: Passes) -> None:
        super().__init__(operator.dtype, operator.shape)
        self.operator, self.size, self._begun = operator, 1.0, False

    def _matvec(self, vector: Array) -> Array:
        product: Array = self.operator.matvec(vector)
        if not self._begun and product.any():
            self.size, self._begun = power(product), True
        return product / self.size

    def _adjoint(self) -> Scaled:
        return self


def signs(generator: np.random.Generator, n: int, count: int) -> Array:
    """Rademacher's probes: columns of independent signs, of covariance I; shape (n, count)."""
    return generator.integers(0, 2, (n, count)).astype(np.float64) * 2 - 1
