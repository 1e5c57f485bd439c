"""10^6 two-variable Hessians beside jax.jit(jax.vmap(jax.hessian(f))): ``python -m tests.benchmarks.batched_hessian``.

Needs ``pip install -e '.[bench]'``. Both run in float64, compiled, warmed up, in turn.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from rich.console import Console
from rich.table import Table

from hesscli import tape
from hesscli.language.syntax import parse

jax.config.update("jax_enable_x64", True)

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "x**2*y + y**3": lambda v: v[0] ** 2 * v[1] + v[1] ** 3,
    "exp(-x**2)*sin(3*y) + x*y**3": lambda v: jnp.exp(-(v[0] ** 2)) * jnp.sin(3 * v[1]) + v[0] * v[1] ** 3,
    "log(1+x**2+y**2)": lambda v: jnp.log(1 + v[0] ** 2 + v[1] ** 2),
}


def seconds(call: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def main() -> None:
    """Print the table."""
    points = np.random.default_rng(1).normal(size=(1_000_000, 2))
    table = Table("function", "ours (s)", "jax (s)", "ratio", "largest difference")
    for text, function in FUNCTIONS.items():
        ours = tape.compiled_hessians(parse(text), points)
        compiled = jax.jit(jax.vmap(jax.hessian(function)))
        theirs = lambda compiled=compiled: np.asarray(compiled(points))  # noqa: E731
        difference = float(np.abs(np.asarray(ours()) - theirs()).max())
        pairs = [(seconds(ours), seconds(theirs)) for _ in range(7)]
        mine, peer = (statistics.median(column) for column in zip(*pairs, strict=True))
        table.add_row(text, f"{mine:.3f}", f"{peer:.3f}", f"{mine / peer:.2f}", f"{difference:.1e}")
    Console().print(table)


if __name__ == "__main__":
    main()
