"""Whole processes side by side: ``python -m tests.benchmarks.whole_process``; medians, in seconds and MB.

Each row runs a command and its peer in turn, A B A B ..., so that a drift of the machine meets both.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

RUNS = 5
HESSCLI = [sys.executable, "-m", "hesscli"]
TWO = "exp(-x**2)*sin(3*y) + x*y**3"


@dataclass(frozen=True)
class Row:
    """A command, what it is measured against, and the bound it shall keep.

    Attributes:
        name: what is measured.
        command: argument list.
        peer: argument list of the peer, or None where the bound is absolute.
        bound: largest seconds, or largest ratio to the peer.
    """

    name: str
    command: list[str]
    peer: list[str] | None
    bound: float


def rows(folder: Path) -> list[Row]:
    """The measured commands, on point files made in the folder."""
    generator = np.random.default_rng(1)
    np.save(folder / "million.npy", generator.normal(size=(1_000_000, 2)))
    np.savetxt(folder / "points.csv", generator.normal(size=(10_000, 2)), delimiter=",", header="x,y", comments="")
    million = ["hessian", TWO, "--at", f"@{folder / 'million.npy'}", "--format", "npy", "-o", str(folder / "out.npy")]
    csv = ["hessian", TWO, "--at", f"@{folder / 'points.csv'}", "--json", "-o", str(folder / "out.jsonl")]
    return [
        Row("--help", [*HESSCLI, "--help"], None, 0.35),
        Row("--version", [*HESSCLI, "--version"], None, 0.35),
        Row("a syntax error", [*HESSCLI, "hessian", "sn(x)", "--at", "1"], None, 0.35),
        Row(
            "the main job",
            [*HESSCLI, "hessian", "x0**2+x0*x1", "--at", "1,2"],
            [sys.executable, "-c", "import tensorflow"],
            1.25,
        ),
        Row("10^6 points to NPY", [*HESSCLI, *million], None, 15),
        Row("10,000 points, CSV to JSON lines", [*HESSCLI, *csv], None, 10),
    ]


def once(command: list[str]) -> tuple[float, float]:
    """Wall seconds and peak resident MB of one run."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def measure(row: Row) -> tuple[float, float, float | None]:
    """Median seconds, largest MB, median seconds of the peer."""
    own, peer = [], []
    once(row.command)
    for _ in range(RUNS):
        own.append(once(row.command))
        if row.peer:
            peer.append(once(row.peer)[0])
    seconds = statistics.median(s for s, _ in own)
    return seconds, max(m for _, m in own), statistics.median(peer) if peer else None


def main() -> None:
    """Print the table."""
    table = Table("what", "seconds", "peak MB", "peer seconds", "ratio", "bound")
    with tempfile.TemporaryDirectory() as folder:
        for row in rows(Path(folder)):
            seconds, memory, peer = measure(row)
            ratio = f"{seconds / peer:.2f}" if peer else ""
            table.add_row(
                row.name, f"{seconds:.2f}", f"{memory:.0f}", f"{peer:.2f}" if peer else "", ratio, f"{row.bound:g}"
            )
    Console().print(table)


if __name__ == "__main__":
    main()
