"""Families of the collections of test problems, each as typed and as a function of hyper-dual columns.

Sources: N. I. M. Gould, D. Orban and P. L. Toint, "CUTEst", Computational Optimization and Applications 60, 2015;
L. Luksan, C. Matonoha and J. Vlcek, "Modified CUTE problems for sparse unconstrained optimization", 2010; J. J. More,
B. S. Garbow and K. E. Hillstrom, "Testing unconstrained optimization software", ACM TOMS 7, 1981.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.elements.hyperdual import HyperDual, cos, exp, log, sin, tanh


@dataclass(frozen=True)
class Collected:
    """A function of n variables x, with the parameters n and, on grids of m x m, m.

    Attributes:
        text: as typed.
        function: (x, n) -> f.
        kind: n is a ``multiple`` of 12, a ``square``; ``pairs`` and ``dense`` have a Hessian of n x n entries.
    """

    text: str
    function: Callable[[HyperDual, int], Any]
    kind: str = "multiple"

    def size(self, about: int) -> int:
        """A number of variables that fits."""
        return round(about**0.5) ** 2 if self.kind == "square" else about - about % 12 + 12

    def parameters(self, n: int) -> dict[str, float]:
        """The parameters that the text has."""
        return {"m": float(round(n**0.5))} if self.kind == "square" else {"n": float(n)}


def window(z: HyperDual, first: Any, last: Any, most: int) -> Any:
    """sum of z[j], j from first to last, row by row."""
    at = [first + k for k in range(most)]
    return sum((np.where(j <= last, 1.0, 0.0) * z[np.minimum(j, last)] for j in at[1:]), z[at[0]])


def curly(x: HyperDual, n: int) -> Any:
    i = np.arange(n)
    q = window(x, i, np.minimum(i + 10, n - 1), 11)
    return (q * (q * (q**2 - 20) - 0.1)).sum()


def dixmaan(x: HyperDual, n: int) -> Any:
    t, p = n // 3, np.arange(1.0, n + 1) / n
    shared = (p**2 * x**2).sum() + (0.0625 * x[:-1] ** 2 * (x[1:] + x[1:] ** 2) ** 2).sum()
    return 1 + shared + (x[: 2 * t] ** 2 * x[t:] ** 4).sum() / 16 + (p[:t] ** 2 * x[:t] * x[2 * t :]).sum() / 16


def strides(z: HyperDual, n: int, *pairs: tuple[int, int]) -> HyperDual:
    """z[i] and the sum of z[(a*i + b) mod n]."""
    return sum((z[(a * np.arange(n) + b) % n] for a, b in pairs), z)


def penalty3(x: HyperDual, n: int) -> Any:
    r = ((x[:-2] + 2 * x[1:-1] + 10 * x[2:] - 1) ** 2).sum()
    s = ((2 * x[:-2] + x[1:-1] - 3) ** 2).sum()
    total = 1 + r * exp(x[n - 1]) + s * exp(x[n - 2]) + r * s
    return total / 1000 + (x**2 - 1).sum() ** 2 + ((x[: n // 2] - 1) ** 2).sum()


def ncb20(x: HyperDual, n: int) -> Any:
    i = np.arange(n - 4)
    q, linear = window(x / (1 + x**2), i, i + 4, 5), window(x, i, i + 4, 5)
    return (10 / (i + 1) * q**2 - 0.2 * linear).sum() + (x[: n - 4] ** 4 + 2).sum()


def grid(n: int, low: int, high: int) -> tuple[Any, Any, int]:
    m = round(n**0.5)
    i, j = np.meshgrid(np.arange(low, m - high), np.arange(low, m - high), indexing="ij")
    return i.ravel(), j.ravel(), m


def surface(x: HyperDual, n: int) -> Any:
    i, j, m = grid(n, 0, 1)
    down, up = x[i * m + j] - x[(i + 1) * m + j + 1], x[(i + 1) * m + j] - x[i * m + j + 1]
    return ((0.5 + (m - 1) ** 2 * (down**2 + up**2) / 2) ** 0.5).sum() / (m - 1) ** 2


def bratu(x: HyperDual, n: int) -> Any:
    i, j, m = grid(n, 1, 1)
    beside = x[(i + 1) * m + j] + x[(i - 1) * m + j] + x[i * m + j + 1] + x[i * m + j - 1]
    return ((4 * x[i * m + j] - beside - 4 / (m - 1) ** 2 * exp(x[i * m + j])) ** 2).sum()


def repulsion(x: HyperDual, n: int) -> Any:
    j, i = np.tril_indices(n // 3, -1)
    squares = [(x[3 * i + k] - x[3 * j + k]) ** 2 for k in range(3)]
    return ((squares[0] + squares[1] + squares[2]) ** -0.5).sum()


def by_index(x: HyperDual, n: int) -> Any:
    a, b = np.arange(0, n, 3), np.flatnonzero((np.arange(n) % 3 > 0) & (np.arange(n) < n / 2))
    rest = np.flatnonzero((np.arange(n) % 3 > 0) & (np.arange(n) >= n / 2))
    return (x[a] ** 4).sum() + (exp(x[b]) * x[n - 1 - b]).sum() + (x[rest] ** 2).sum()


def toint(x: HyperDual, n: int) -> Any:
    total = 0.0
    for k in range(-2, 3):
        i = np.arange(max(0, -k), min(n, n - k))
        total = total + (5 * (1 + i % 5 + (i + k) % 5) * sin(x[i] + x[i + k] + (2 * i + k) / 10)).sum()
    return total


def woods(x: HyperDual, n: int) -> Any:
    a, b, c, d = (x[k::4] for k in range(4))
    first = 100 * (b - a**2) ** 2 + (1 - a) ** 2 + 90 * (d - c**2) ** 2
    return (first + (1 - c) ** 2 + 10 * (b + d - 2) ** 2 + 0.1 * (b - d) ** 2).sum()


W = "Sum(x[j], (j, i, Min(i+10, n-1)))"
R = "Sum((x[i] + 2*x[i+1] + 10*x[i+2] - 1)^2, (i, 0, n-3))"
S = "Sum((2*x[i] + x[i+1] - 3)^2, (i, 0, n-3))"
CORNERS = "(x[i*m+j]-x[(i+1)*m+j+1])^2 + (x[(i+1)*m+j]-x[i*m+j+1])^2"
BESIDE = "x[(i+1)*m+j] - x[(i-1)*m+j] - x[i*m+j+1] - x[i*m+j-1]"
MODS = "x[i] + x[Mod(2*i-1, n)] + x[Mod(3*i-1, n)]"
SINES = "sin(x[i]) + sin(x[Mod(2*i+1, n)]) + sin(x[Mod(3*i+2, n)]) + sin(x[Mod(11*i+10, n)])"

COLLECTED = {
    "ARWHEAD": Collected(
        "Sum((x[i]**2 + x[n-1]**2)**2 - 4*x[i] + 3, (i, 0, n-2))",
        lambda x, n: ((x[:-1] ** 2 + x[n - 1] ** 2) ** 2 - 4 * x[:-1] + 3).sum(),
    ),
    "BDEXP": Collected(
        "Sum((x[i]+x[i+1])*exp(-x[i+2]*(x[i]+x[i+1])), (i, 0, n-3))",
        lambda x, n: ((x[:-2] + x[1:-1]) * exp(-x[2:] * (x[:-2] + x[1:-1]))).sum(),
    ),
    "BRATU2D": Collected(
        f"Sum((4*x[i*m+j] - {BESIDE} - 4/(m-1)^2*exp(x[i*m+j]))^2, (i, 1, m-2), (j, 1, m-2))", bratu, "square"
    ),
    "COSINE": Collected("sum(cos(x[:-1]**2 - 0.5*x[1:]))", lambda x, n: cos(x[:-1] ** 2 - 0.5 * x[1:]).sum()),
    "CURLY10": Collected(f"Sum({W}*({W}*({W}^2 - 20) - 0.1), (i, 0, n-1))", curly),
    "DIXMAANJ": Collected(
        "1 + Sum(((i+1)/n)^2*x[i]^2, (i, 0, n-1)) + Sum(0.0625*x[i]^2*(x[i+1]+x[i+1]^2)^2, (i, 0, n-2))"
        " + Sum(x[i]^2*x[i+n/3]^4, (i, 0, 2*n/3-1))/16 + Sum(((i+1)/n)^2*x[i]*x[i+2*n/3], (i, 0, n/3-1))/16",
        dixmaan,
    ),
    "ENGVAL1": Collected(
        "Sum((x[i]^2 + x[i+1]^2)^2, (i, 0, n-2)) + Sum(-4x[i] + 3, (i, 0, n-2))",
        lambda x, n: ((x[:-1] ** 2 + x[1:] ** 2) ** 2 - 4 * x[:-1] + 3).sum(),
    ),
    "ENTROPY": Collected(
        "sum(x*log(x)) - log(sum(x))*sum(x)", lambda x, n: (x * log(x)).sum() - log(x.sum()) * x.sum(), "dense"
    ),
    "FLETCBV2": Collected(
        "(x[0]^2 + Sum((x[i]-x[i+1])^2, (i, 0, n-2)) + x[n-1]^2)/2"
        " - Sum(2*x[i] + cos(x[i]), (i, 0, n-1))/(n+1)^2 - x[n-1]",
        lambda x, n: (
            (x[0] ** 2 + ((x[:-1] - x[1:]) ** 2).sum() + x[n - 1] ** 2) / 2
            - (2 * x + cos(x)).sum() / (n + 1) ** 2
            - x[n - 1]
        ),
    ),
    "GENROSE": Collected(
        "1 + sum(100*(x[1:]-x[:-1]**2)**2 + (x[1:]-1)**2)",
        lambda x, n: 1 + (100 * (x[1:] - x[:-1] ** 2) ** 2 + (x[1:] - 1) ** 2).sum(),
    ),
    "HALVES": Collected(
        "sum((x[:n/2] - x[n/2:])**4) + sum(x[::-1]*x**3)",
        lambda x, n: ((x[: n // 2] - x[n // 2 :]) ** 4).sum() + (x[::-1] * x**3).sum(),
    ),
    "INDEF": Collected(
        "sum(x) + Sum(cos(2*x[i] - x[n-1] - x[0])/2, (i, 1, n-2))",
        lambda x, n: x.sum() + cos(2 * x[1:-1] - x[n - 1] - x[0]).sum() / 2,
    ),
    "INDEX": Collected(
        "Sum(Piecewise((x[i]^4, Eq(Mod(i, 3), 0)), (exp(x[i])*x[n-1-i], i < n/2), (x[i]^2, True)), (i, 0, n-1))",
        by_index,
    ),
    "ISING": Collected(
        "-Sum(tanh(x[i])*tanh(x[Mod(i+1, n)]), (i, 0, n-1)) + 0.3*sum(tanh(x)**2)",
        lambda x, n: -(tanh(x) * tanh(x[(np.arange(n) + 1) % n])).sum() + 0.3 * (tanh(x) ** 2).sum(),
    ),
    "LMINSURF": Collected(
        f"Sum(Sum(sqrt(1/2 + (m-1)^2*({CORNERS})/2), (i, 0, m-2)), (j, 0, m-2))/(m-1)^2", surface, "square"
    ),
    "NCB": Collected(
        "Sum(10/(i+1)*Sum(x[i+j]/(1+x[i+j]^2), (j, 0, 4))^2 - 0.2*Sum(x[i+j], (j, 0, 4)), (i, 0, n-5))"
        " + Sum(x[i]^4 + 2, (i, 0, n-5))",
        ncb20,
    ),
    "NCVXBQP1": Collected(
        f"Sum((i+1)*({MODS})^2/2, (i, 0, floor(3*n/4)-1)) - Sum((i+1)*({MODS})^2/2, (i, floor(3*n/4), n-1))",
        lambda x, n: (
            np.where(np.arange(n) < 3 * n // 4, 0.5, -0.5) * np.arange(1, n + 1) * strides(x, n, (2, -1), (3, -1)) ** 2
        ).sum(),
    ),
    "NONDIA": Collected(
        "(x[0]-1)^2 + Sum(100*(x[0] - x[i-1]^2)^2, (i, 1, n-1))",
        lambda x, n: (x[0] - 1) ** 2 + (100 * (x[0] - x[:-1] ** 2) ** 2).sum(),
    ),
    "PENALTY3": Collected(
        f"(1 + {R}*exp(x[n-1]) + {S}*exp(x[n-2]) + {R}*{S})/1000 + Sum(x[i]^2 - 1, (i, 0, n-1))^2"
        " + Sum((x[i]-1)^2, (i, 0, n/2-1))",
        penalty3,
        "dense",
    ),
    "POWER": Collected(
        "Sum((i+1)*x[i]**2, (i, 0, n-1))**2", lambda x, n: (np.arange(1.0, n + 1) * x**2).sum() ** 2, "dense"
    ),
    "SPARSINE": Collected(
        f"Sum((i+1)*({SINES})^2, (i, 0, n-1))/2",
        lambda x, n: (np.arange(1.0, n + 1) * strides(sin(x), n, (2, 1), (3, 2), (11, 10)) ** 2).sum() / 2,
    ),
    "THOMSON": Collected(
        "Sum(1/sqrt((x[3*i]-x[3*j])^2 + (x[3*i+1]-x[3*j+1])^2 + (x[3*i+2]-x[3*j+2])^2), (i, 0, j-1), (j, 1, n/3-1))",
        repulsion,
        "pairs",
    ),
    "TOINTGSS": Collected(
        "Sum((10/(n+2) + x[i+2]**2)*(2 - exp(-(x[i]-x[i+1])**2/(0.1 + x[i+2]**2))), (i, 0, n-3))",
        lambda x, n: ((10 / (n + 2) + x[2:] ** 2) * (2 - exp(-((x[:-2] - x[1:-1]) ** 2) / (0.1 + x[2:] ** 2)))).sum(),
    ),
    "TOINTTRIG": Collected(
        "Sum(Sum(5*(1+Mod(i,5)+Mod(j,5))*sin(x[i]+x[j]+(i+j)/10), (j, Max(0, i-2), Min(n-1, i+2))), (i, 0, n-1))", toint
    ),
    "TREE": Collected(
        "Sum((x[i] - x[floor((i-1)/2)])^2*exp(-x[i]/5), (i, 1, n-1))",
        lambda x, n: ((x[1:] - x[np.arange(n - 1) // 2]) ** 2 * exp(-x[1:] / 5)).sum(),
    ),
    "VARDIM": Collected(
        "sum((x-1)^2) + Sum((i+1)*(x[i]-1), (i, 0, n-1))^2 + Sum((i+1)*(x[i]-1), (i, 0, n-1))^4/n^9",
        lambda x, n: ((x - 1) ** 2).sum() + (t := (np.arange(1.0, n + 1) * (x - 1)).sum()) ** 2 + t**4 / n**9,
        "dense",
    ),
    "WOODS": Collected(
        "sum(100*(x[1::4]-x[::4]**2)**2 + (1-x[::4])**2 + 90*(x[3::4]-x[2::4]**2)**2 + (1-x[2::4])**2"
        " + 10*(x[1::4]+x[3::4]-2)**2 + 0.1*(x[1::4]-x[3::4])**2)",
        woods,
    ),
}
