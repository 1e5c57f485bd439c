"""The trace from random probes, with its standard error.

Sources: M. F. Hutchinson, Comm. Statist. Simulation Comput. 18, 1989; R. A. Meyer, C. Musco, C. Musco, D. P. Woodruff,
"Hutch++: Optimal Stochastic Trace Estimation", SOSA 2021.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse.linalg import LinearOperator

from hesscli.errors import HesscliError
from hesscli.operators.passes import Passes, signs
from hesscli.operators.report import Estimate

LEAST = 6
"""Products of Hutch++: two probes in each of its three parts give a standard error."""


def trace(operator: LinearOperator, probes: int = 30, seed: int = 0, *, plain: bool = False) -> Estimate:
    """tr A from at most so many products.

    Hutchinson: the mean of z.A z over z of random signs. Hutch++: a third of the products finds the range Q of A's
    largest part, whose trace is taken as it is, and only the rest is estimated:
    tr(Q^T A Q) + mean of z.(I - Q Q^T) A (I - Q Q^T) z. Where n products are allowed every diagonal entry is asked
    for, and the trace is no estimate.

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
        z = signs(generator, n, probes)
        known, samples = 0.0, (z * a.matmat(z)).sum(axis=0)
    else:
        third = probes // 3
        q, _ = np.linalg.qr(a.matmat(signs(generator, n, third)))
        known = float((q * a.matmat(q)).sum())
        z = signs(generator, n, probes - 2 * third)
        z -= q @ (q.T @ z)
        samples = (z * a.matmat(z)).sum(axis=0)
    error = samples.std(ddof=1) / np.sqrt(len(samples))
    return Estimate(np.array(known + samples.mean()), np.array(error), a.count)
