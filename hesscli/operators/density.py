"""The spectral density by stochastic Lanczos quadrature.

For a unit vector z the eigenvalues of Lanczos's tridiagonal matrix are the nodes, and the squared first entries of its
eigenvectors the weights, of the Gauss quadrature of z's spectral measure (G. H. Golub and J. H. Welsch, Math. Comp. 23,
1969); over random z its mean is the density of A's eigenvalues (S. Ubaru, J. Chen, Y. Saad, SIAM J. Matrix Anal. Appl.
38, 2017; B. Ghorbani, S. Krishnan, Y. Xiao, ICML 2019).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal
from scipy.sparse.linalg import LinearOperator

from hesscli.errors import HesscliError
from hesscli.operators.krylov import Krylov
from hesscli.operators.passes import Passes, Scaled
from hesscli.operators.report import Density

Array = NDArray[Any]

STEPS = 60
"""Of Lanczos's method for each probe."""


def density(operator: LinearOperator, steps: int = STEPS, probes: int = 8, seed: int = 0) -> Density:
    """How A's eigenvalues are spread, from ``steps * probes`` products.

    A quadrature of m steps has the moments 0 to 2 m - 1 of its probe's measure exactly.

    Args:
        operator: A, symmetric, shape (n, n).
        steps: of Lanczos's method; n at most.
        probes: normal vectors, over which is averaged.
        seed: of the probes.

    Raises:
        HesscliError: no steps or no probes.

    Example:
        >>> from scipy.sparse.linalg import aslinearoperator
        >>> found = density(aslinearoperator(np.diag(np.linspace(-1.0, 3.0, 400))))
        >>> share, error = found.below(0.0)
        >>> abs(share - 0.25) < 4 * error
        True
    """
    a = Passes(operator)
    scaled = Scaled(a)
    n = a.shape[0]
    if steps < 1 or probes < 1:
        raise HesscliError(f"steps and probes are 1 at least, not {steps} and {probes}")
    steps = min(steps, n)
    generator = np.random.default_rng(seed)
    nodes, weights = np.empty((probes, steps)), np.zeros((probes, steps))
    for k in range(probes):
        main, beside = lanczos(scaled, generator.standard_normal(n), steps)
        theta, vectors = eigh_tridiagonal(main, beside)
        nodes[k] = theta[-1]  # a shorter one is filled up with nodes of no weight
        nodes[k, : len(theta)] = theta
        weights[k, : len(theta)] = vectors[0] ** 2
    return Density(nodes * scaled.size, weights, a.count)


def lanczos(a: LinearOperator, first: Array, steps: int) -> tuple[Array, Array]:
    """The tridiagonal matrix of Krylov's space: its diagonal, shape (m,), and the one beside, shape (m - 1,).

    Every vector is made orthogonal to all before: without that copies of eigenvalues appear (Parlett, ch. 13). It ends
    early where the space is invariant.

    Args:
        a: symmetric, shape (n, n).
        first: shape (n,).
        steps: m at most.
    """
    space = Krylov(a, steps)
    space.start(first)
    main, beside = [space.newest], []
    while space.leaving and not space.full:
        beside.append(space.leaving)
        space.grow()
        main.append(space.newest)
    return np.array(main), np.array(beside)
