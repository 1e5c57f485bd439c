"""A function of one vector, for `hesscli hessian samples/loss.py:valley`."""

import numpy as np


def valley(x):
    """Rosenbrock's valley in any number of variables."""
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)
