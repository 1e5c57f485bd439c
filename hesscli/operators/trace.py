"""The trace from random probes, with its standard error.

Sources: M. F. Hutchinson, Comm. Statist. Simulation Comput. 18, 1989; R. A. Meyer, C. Musco, C. Musco, D. P. Woodruff,
"Hutch++: Optimal Stochastic Trace Estimation", SOSA 2021.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.linalg import LinearOperator

from hesscli.errors import HesscliError
from hesscli.operators.passes import Passes, signs
from hesscli.operators.report import Estimate

Array = NDArray[Any]

HELD = 2 / 3
"""Of the sum of lambda^2: where Q holds so much of it, a third of the samples says as much as all without Q."""

LEAST = 6
"""Products of Hutch++: two probes in each of its three parts give a standard error."""


def trace(operator: LinearOperator, probes: int = 30, seed: int = 0, *, plain: bool = False) -> Estimate:
    """tr A from at most so many products.

    Hutchinson: the mean of z.A z over z of random signs. Hutch++: a third of the products finds the range Q of A's
    largest part, whose trace is taken as it is, and only the rest is estimated:
    tr(Q^T A Q) + mean of z.(I - Q Q^T) A (I - Q Q^T) z. That is better only where few eigenvalues are large: where the
    first third of the products shows a flat spectrum, the others are Hutchinson's as well. Where n products are allowed
    every diagonal entry is asked for, and the trace is no estimate.

    Args:
        operator: A, symmetric, shape (n, n).
        probes: products with a vector.
        seed: of the probes.
        plain: Hutchinson's own, also where Hutch++ is possible.

    Raises:
        HesscliError: fewer than two probes.

    Example:
        >>> from scipy.sparse.linalg import aslinearoperator
        >>> found = trace(aslinearoperator(np.diag(np.arange(200.0))), plain=True)  # of a diagonal z.A z is the trace
        >>> float(found.value), float(found.error), found.passes
        (19900.0, 0.0, 30)
    """
    a = Passes(operator)
    n = a.shape[0]
    if probes < 2:
        raise HesscliError(f"a standard error needs two probes at least, not {probes}")
    if probes >= n:
        return Estimate(np.array(np.trace(a.whole())), np.array(0.0), a.count, exact=True)
    generator = np.random.default_rng(seed)
    if plain or probes < LEAST:
        return _estimate(a, 0.0, _samples(a, signs(generator, n, probes)))
    first = signs(generator, n, third := probes // 3)
    images = a.matmat(first)
    if _flat(images):
        more = _samples(a, signs(generator, n, probes - third))
        return _estimate(a, 0.0, np.concatenate([(first * images).sum(axis=0), more]))
    q, _ = np.linalg.qr(images)
    known = float((q * a.matmat(q)).sum())
    z = signs(generator, n, probes - 2 * third)
    return _estimate(a, known, _samples(a, z - q @ (q.T @ z)))


def _flat(images: Array) -> bool:
    """Whether no space of so many dimensions holds two thirds of the sum of lambda^2, as Hutch++ needs to be better.

    Of images y = A z the mean of |y|^2 is the sum of lambda^2, and that of (y.y')^2 the sum of lambda^4. Of k
    eigenvalues the squares add up to (k sum lambda^4)^(1/2) at most, as Cauchy and Schwarz say.
    """
    k = images.shape[1]
    gram = images.T @ images
    fourth = (gram[np.triu_indices(k, 1)] ** 2).mean()
    return bool(k * fourth < (HELD * gram.diagonal().mean()) ** 2)


def _samples(a: Passes, z: Array) -> Array:
    """z.A z of every column."""
    found: Array = (z * a.matmat(z)).sum(axis=0)
    return found


def _estimate(a: Passes, known: float, samples: Array) -> Estimate:
    """What is known and the mean of the samples, with its standard error."""
    error = samples.std(ddof=1) / np.sqrt(len(samples))
    return Estimate(np.array(known + samples.mean()), np.array(error), a.count)
