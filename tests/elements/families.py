"""Families of large-scale optimisation with derivatives by hand, in NumPy: value, gradient, lower triangle."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any
Triangle = dict[tuple[int, int], float] | tuple[Array, Array, Array]


@dataclass(frozen=True)
class Family:
    """A function of n variables.

    Attributes:
        text: as typed, with the parameter n.
        value: x -> f.
        gradient: x -> shape (n,).
        lower: x -> (row, column, data) of the lower triangle, each place once.
        point: n -> x; entries of a single variable come first.
        names: of single variables, which come first.
        largest: n up to which the Hessian by hand fits.
    """

    text: str
    value: Callable[[Array], float]
    gradient: Callable[[Array], Array]
    lower: Callable[[Array], tuple[Array, Array, Array]]
    names: tuple[str, ...] = ()
    largest: int = 100_000


def tridiagonal(diagonal: Array, below: Array) -> tuple[Array, Array, Array]:
    n = len(diagonal)
    rows = np.concatenate([np.arange(n), np.arange(1, n)])
    columns = np.concatenate([np.arange(n), np.arange(n - 1)])
    return rows, columns, np.concatenate([diagonal, below])


def rosenbrock_gradient(x: Array) -> Array:
    g = np.zeros_like(x)
    g[:-1] += -400 * x[:-1] * (x[1:] - x[:-1] ** 2) - 2 * (1 - x[:-1])
    g[1:] += 200 * (x[1:] - x[:-1] ** 2)
    return g


def rosenbrock_lower(x: Array) -> tuple[Array, Array, Array]:
    d = np.zeros_like(x)
    d[:-1] += 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    d[1:] += 200
    return tridiagonal(d, -400 * x[:-1])


def arrow_lower(x: Array) -> tuple[Array, Array, Array]:
    """a first, then x: sum (x_i - a)**2 * (1 + a**2) is kept simple as sum (x_i - a)**2 + a**4."""
    n = len(x) - 1
    rows = np.concatenate([np.arange(n + 1), np.arange(1, n + 1)])
    columns = np.concatenate([np.arange(n + 1), np.zeros(n, int)])
    data = np.concatenate([[2 * n + 12 * x[0] ** 2], np.full(n, 2.0), np.full(n, -2.0)])
    return rows, columns, data


def strided_lower(x: Array) -> tuple[Array, Array, Array]:
    """sum over i of x[2i]**3 * x[2i+1]."""
    even, odd = np.arange(0, len(x), 2), np.arange(1, len(x), 2)
    return (
        np.concatenate([even, odd]),
        np.concatenate([even, even]),
        np.concatenate([6 * x[even] * x[odd], 3 * x[even] ** 2]),
    )


def strided_gradient(x: Array) -> Array:
    g = np.zeros_like(x)
    g[::2], g[1::2] = 3 * x[::2] ** 2 * x[1::2], x[::2] ** 3
    return g


def wrapped_gradient(x: Array) -> Array:
    """sum over i of x[i]*x[Mod(i+1, n)]**2."""
    after, before = np.roll(x, -1), np.roll(x, 1)
    return after**2 + 2 * before * x


def wrapped_lower(x: Array) -> tuple[Array, Array, Array]:
    n = len(x)
    i, j = np.arange(n), (np.arange(n) + 1) % n
    return (
        np.concatenate([i, np.maximum(i, j)]),
        np.concatenate([i, np.minimum(i, j)]),
        np.concatenate([2 * np.roll(x, 1), 2 * x[j]]),
    )


def dense(hessian: Array) -> tuple[Array, Array, Array]:
    rows, columns = np.tril_indices(len(hessian))
    return rows, columns, hessian[rows, columns]


def softmax(x: Array) -> Array:
    weights = np.exp(x)
    return weights / weights.sum()


def liarwhd_gradient(x: Array) -> Array:
    """sum over i of 4*(x[i]**2 - x[0])**2 + (x[i] - 1)**2."""
    g = 16 * x * (x**2 - x[0]) + 2 * (x - 1)
    g[0] -= 8 * np.sum(x**2 - x[0])
    return g


def liarwhd_lower(x: Array) -> tuple[Array, Array, Array]:
    n = len(x)
    d = 48 * x**2 - 16 * x[0] + 2
    d[0] = 8 * (n - 1) + 8 * (2 * x[0] - 1) ** 2 + 16 * (x[0] ** 2 - x[0]) + 2
    rows = np.concatenate([np.arange(n), np.arange(1, n)])
    return rows, np.concatenate([np.arange(n), np.zeros(n - 1, int)]), np.concatenate([d, -16 * x[1:]])


def tridia_gradient(x: Array) -> Array:
    """(x[0] - 1)**2, and the sum over i >= 1 of (i + 1)*(2*x[i] - x[i-1])**2."""
    r = np.arange(2, len(x) + 1) * (2 * x[1:] - x[:-1])
    return np.append(0, 4 * r) - np.append(2 * r, 0) + 2 * np.eye(1, len(x))[0] * (x[0] - 1)


def tridia_lower(x: Array) -> tuple[Array, Array, Array]:
    w = np.arange(2.0, len(x) + 1)
    return tridiagonal(np.append(0, 8 * w) + np.append(2 * w, 0) + 2 * np.eye(1, len(x))[0], -4 * w)


FAMILIES = {
    "rosenbrock": Family(
        "Sum(100*(x[i+1]-x[i]**2)**2 + (1-x[i])**2, (i, 0, n-2))",
        lambda x: float(np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)),
        rosenbrock_gradient,
        rosenbrock_lower,
    ),
    "bilinear": Family(
        "Sum(x[i]*x[i+1], (i, 0, n-2))",
        lambda x: float(x[:-1] @ x[1:]),
        lambda x: np.append(x[1:], 0) + np.append(0, x[:-1]),
        lambda x: (np.arange(1, len(x)), np.arange(len(x) - 1), np.ones(len(x) - 1)),
    ),
    "liarwhd": Family(
        "Sum(4*(x[i]**2 - x[0])**2 + (x[i] - 1)**2, (i, 0, n-1))",
        lambda x: float(np.sum(4 * (x**2 - x[0]) ** 2 + (x - 1) ** 2)),
        liarwhd_gradient,
        liarwhd_lower,
    ),
    "tridia": Family(
        "(x[0] - 1)**2 + Sum((i+1)*(2*x[i] - x[i-1])**2, (i, 1, n-1))",
        lambda x: float((x[0] - 1) ** 2 + np.arange(2, len(x) + 1) @ (2 * x[1:] - x[:-1]) ** 2),
        tridia_gradient,
        tridia_lower,
    ),
    "weighted": Family(
        "Sum((i+1)*cos(x[i])/n, (i, 0, n-1))",
        lambda x: float(np.sum((np.arange(len(x)) + 1) * np.cos(x)) / len(x)),
        lambda x: -(np.arange(len(x)) + 1) * np.sin(x) / len(x),
        lambda x: (np.arange(len(x)), np.arange(len(x)), -(np.arange(len(x)) + 1) * np.cos(x) / len(x)),
    ),
    "arrow": Family(
        "Sum((x[i]-a)**2, (i, 0, n-2)) + a**4",
        lambda x: float(np.sum((x[1:] - x[0]) ** 2) + x[0] ** 4),
        lambda x: np.append(4 * x[0] ** 3 - 2 * np.sum(x[1:] - x[0]), 2 * (x[1:] - x[0])),
        arrow_lower,
        ("a",),
    ),
    "strided": Family(
        "Sum(x[2*i]**3*x[2*i+1], (i, 0, n/2-1))",
        lambda x: float(np.sum(x[::2] ** 3 * x[1::2])),
        strided_gradient,
        strided_lower,
    ),
    "wrapped": Family(
        "Sum(x[i]*x[Mod(i+1, n)]**2, (i, 0, n-1))",
        lambda x: float(np.sum(x * np.roll(x, -1) ** 2)),
        wrapped_gradient,
        wrapped_lower,
    ),
    "several": Family(
        "2*Sum(x[i]**4, (i, 0, n-1)) - Sum(x[i]*x[i+1], (i, 0, n-2)) + x[0]**3",
        lambda x: float(2 * np.sum(x**4) - x[:-1] @ x[1:] + x[0] ** 3),
        lambda x: 8 * x**3 - np.append(x[1:], 0) - np.append(0, x[:-1]) + np.eye(1, len(x))[0] * 3 * x[0] ** 2,
        lambda x: tridiagonal(24 * x**2 + np.eye(1, len(x))[0] * 6 * x[0], np.full(len(x) - 1, -1.0)),
    ),
    "log-sum-exp": Family(
        "log(Sum(exp(x[i]), (i, 0, n-1))) + Sum(x[i]**2, (i, 0, n-1))/2",
        lambda x: float(np.log(np.sum(np.exp(x))) + x @ x / 2),
        lambda x: softmax(x) + x,
        lambda x: dense(np.diag(softmax(x) + 1) - np.outer(softmax(x), softmax(x))),
        largest=1_000,
    ),
    "squares of sums": Family(
        "Sum((i+1)*x[i], (i, 0, n-1))**2 + Sum(x[i]**2, (i, 0, n-1))**2/n",
        lambda x: float((np.arange(1, len(x) + 1) @ x) ** 2 + (x @ x) ** 2 / len(x)),
        lambda x: 2 * (w := np.arange(1, len(x) + 1)) * (w @ x) + 4 * (x @ x) * x / len(x),
        lambda x: dense(
            2 * np.outer(w := np.arange(1.0, len(x) + 1), w)
            + (4 * (x @ x) * np.eye(len(x)) + 8 * np.outer(x, x)) / len(x)
        ),
        largest=1_000,
    ),
}
