"""The diagonal from random probes.

Source: C. Bekas, E. Kokiopoulou, Y. Saad, "An estimator for the diagonal of a matrix", Appl. Numer. Math. 57, 2007.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse.linalg import LinearOperator

from hesscli.errors import HesscliError
from hesscli.operators.passes import Passes, signs
from hesscli.operators.report import Estimate


def diagonal(operator: LinearOperator, probes: int = 30, seed: int = 0) -> Estimate:
    """The mean of z * A z over z of random signs: A_ii + sum_j A_ij z_i z_j, j != i, whose last part has mean 0.

    Args:
        operator: A, symmetric, shape (n, n).
        probes: products with a vector; with n of them nothing is random.
        seed: of the probes.

    Raises:
        HesscliError: fewer than two probes.

    Example:
        >>> from scipy.sparse.linalg import aslinearoperator
        >>> found = diagonal(aslinearoperator(np.diag([1.0, 2.0, 3.0])))
        >>> found.value.tolist(), found.exact
        ([1.0, 2.0, 3.0], True)
    """
    a = Passes(operator)
    n = a.shape[0]
    if probes < 2:
        raise HesscliError(f"a standard error needs two probes at least, not {probes}")
    if probes >= n:
        return Estimate(np.diag(a.whole()).copy(), np.zeros(n), a.count, exact=True)
    z = signs(np.random.default_rng(seed), n, probes)
    samples = z * a.matmat(z)
    return Estimate(samples.mean(axis=1), samples.std(axis=1, ddof=1) / np.sqrt(probes), a.count)
