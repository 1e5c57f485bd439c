"""Sparse Hessians of large sums beside their peers in one run: ``python -m tests.benchmarks.sums``.

Needs ``pip install -e '.[bench]'``; a peer that is not installed is left out. All in float64; ``first`` is what a
new function takes until its first Hessian is there, ``again`` a further evaluation, the least of several in turn; in
seconds of the processor, of all cores together, which other programs on the machine hardly change, and of the clock.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from rich.console import Console
from rich.table import Table

from hesscli import tape
from hesscli.elements.evaluate import evaluate_sum
from hesscli.elements.found import How
from hesscli.elements.portions import CHUNK
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations

jax.config.update("jax_enable_x64", True)

RUNS = 3
CHAIN = "Sum(100*(x[i+1] - x[i]**2)**2 + (1 - x[i])**2, (i, 0, n-2))"
GRAPH = "Sum((x[src[e]] - x[dst[e]])**4 + cos(x[src[e]]*x[dst[e]]), (e, 0, m-1))"
MATRIX = "sum(log(1 + exp(X@w)) - y*(X@w))"
COEFFICIENTS = 20
DENSE = "sum(exp(sin(A@x)))"
LOGISTIC = "sum(log(1 + exp(a*t + b)) - y*(a*t + b))"
Call = Callable[[], Any]


def chain(x: Any) -> Any:
    """Chained Rosenbrock, as people write it for JAX."""
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def ours(text: str, x: np.ndarray, data: dict[str, Any], **parameters: float) -> Call:
    """The whole Hessian of a sum, put together."""

    read: list[Any] = []

    def call() -> Any:
        if not read:
            sizes = {name: len(x) for name in "xw" if f"{name}[" in text or f"@{name}" in text}
            read.append(read_program(text, Declarations(parameters, data, sizes)))
        return evaluate_sum(read[0], x, "hessian", How()).hessian

    return call


def asdex_chain(x: np.ndarray) -> Call:
    """asdex: pattern, colouring and compressed products; the pattern once."""
    import asdex

    compiled: list[Any] = []

    def call() -> Any:
        if not compiled:
            compiled.append(jax.jit(asdex.hessian(chain, x)))
        return jax.block_until_ready(compiled[0](x))

    return call


def casadi_chain(x: np.ndarray) -> Call:
    """CasADi: symbols, sparse symbolic Hessian, a virtual machine."""
    import casadi

    compiled: list[Any] = []

    def call() -> Any:
        if not compiled:
            v = casadi.MX.sym("x", len(x))
            before, after = v[:-1], v[1:]
            f = casadi.sum1(100 * (after - before**2) ** 2 + (1 - before) ** 2)
            compiled.append(casadi.Function("f", [v], [casadi.hessian(f, v)[0]]))
        return compiled[0](x)

    return call


def jax_logistic(t: np.ndarray, y: np.ndarray, at: np.ndarray) -> Call:
    """jax.jit(jax.hessian) on the whole columns."""

    def f(w: Any, t: Any, y: Any) -> Any:
        z = w[0] * t + w[1]
        return jnp.sum(jnp.log(1 + jnp.exp(z)) - y * z)

    compiled = jax.jit(jax.hessian(f))
    return lambda: np.asarray(compiled(at, t, y))


def jax_dense(matrix: np.ndarray, x: np.ndarray) -> Call:
    """jax.jit(jax.hessian) of a function in which every variable meets every other."""
    compiled = jax.jit(jax.hessian(lambda x: jnp.sum(jnp.exp(jnp.sin(matrix @ x)))))
    return lambda: np.asarray(compiled(x))


def jax_chunked(features: np.ndarray, y: np.ndarray, at: np.ndarray) -> Call:
    """jax.jit(jax.hessian) on as many rows at once as we take, added up."""

    def f(w: Any, x: Any, y: Any) -> Any:
        z = x @ w
        return jnp.sum(jnp.log(1 + jnp.exp(z)) - y * z)

    compiled = jax.jit(jax.hessian(f))

    def call() -> Any:
        chunks = [slice(k, k + CHUNK) for k in range(0, len(y), CHUNK)]
        return sum(np.asarray(compiled(at, features[rows], y[rows])) for rows in chunks)

    return call


def value(x: np.ndarray) -> Call:
    """f alone, under XLA."""
    compiled = jax.jit(chain)
    return lambda: float(compiled(x))


def seconds(call: Call) -> tuple[float, float]:
    """Seconds of the processor and of the clock that one call takes."""
    used, started = time.process_time(), time.perf_counter()
    call()
    return time.process_time() - used, time.perf_counter() - started


def mapped(folder: str, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Features and outcomes of a logistic regression, in NPY files."""
    generator = np.random.default_rng(2)
    features = np.lib.format.open_memmap(f"{folder}/X.npy", "w+", np.float64, (rows, COEFFICIENTS))
    for start in range(0, rows, CHUNK):
        features[start : start + CHUNK] = generator.normal(size=features[start : start + CHUNK].shape)
    np.save(f"{folder}/y.npy", (generator.random(rows) < 0.5).astype(float))
    features.flush()
    return np.load(f"{folder}/X.npy", mmap_mode="r"), np.load(f"{folder}/y.npy", mmap_mode="r")


def contests(scale: float, folder: str) -> dict[str, dict[str, Call]]:
    """What is measured -> by whom; at a fraction of the full size."""
    generator = np.random.default_rng(1)
    n, m, rows = int(1e6 * scale), int(3e6 * scale), int(1e7 * scale)
    x, small = np.linspace(-1.2, 1, n), np.linspace(-1.2, 1, n // 10)
    src, dst = generator.integers(0, n, (2, m))
    t = generator.normal(size=rows)
    y = (generator.random(rows) < 1 / (1 + np.exp(-t / 2))).astype(float)
    at, w = np.array([0.5, -0.2]), np.linspace(-0.3, 0.3, COEFFICIENTS)
    features, outcomes = mapped(folder, rows)
    dense = {k: generator.normal(size=(k, k)) / k**0.5 for k in (int(1_000 * scale), int(3_000 * scale))}
    found = {
        f"chained Rosenbrock, n = {n:,}": {
            "hesscli": ours(CHAIN, x, {}, n=float(n)), "asdex": asdex_chain(x), "f itself, XLA": value(x),
        },
        f"chained Rosenbrock, n = {n // 10:,}": {
            "hesscli": ours(CHAIN, small, {}, n=n / 10), "asdex": asdex_chain(small), "casadi": casadi_chain(small),
        },
        f"random graph, n = {n:,}, {m:,} edges": {"hesscli": ours(GRAPH, x, {"src": src, "dst": dst}, m=float(m))},
        f"logistic regression, {rows:,} rows, {COEFFICIENTS} coefficients, NPY": {
            "hesscli": ours(MATRIX, w, {"X": features, "y": outcomes}), "jax": jax_chunked(features, outcomes, w),
        },
        f"logistic regression, {rows:,} rows": {
            "hesscli": ours(LOGISTIC, at, {"t": t, "y": y}), "jax": jax_logistic(t, y, at),
        },
    }  # fmt: skip
    for k, matrix in dense.items():
        start = np.linspace(-1, 1, k)
        found[f"dense, n = {k:,}"] = {"hesscli": ours(DENSE, start, {"A": matrix}), "jax": jax_dense(matrix, start)}
    missing = {name for name in ("asdex", "casadi") if importlib.util.find_spec(name) is None}
    return {what: {who: call for who, call in row.items() if who not in missing} for what, row in found.items()}


def main() -> None:
    """Print the table; arguments are the fraction of the full size, and what to measure."""
    tape.load()
    table = Table("what", "who", "first: processor", "clock", "again: processor", "clock")
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory() as folder:
        found = contests(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0, folder)
        for what, row in found.items() if not wanted else [one for one in found.items() if wanted in one[0]]:
            first = {who: seconds(call) for who, call in row.items()}
            again = [{who: seconds(call) for who, call in row.items()} for _ in range(RUNS)]
            for who in row:
                least = [min(one[who][k] for one in again) for k in (0, 1)]
                table.add_row(what, who, *(f"{number:.3g}" for number in (*first[who], *least)))
    Console().print(table)


if __name__ == "__main__":
    main()
