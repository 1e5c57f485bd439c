"""Answers of sums as files of numbers.

Sources: R. F. Boisvert, R. Pozo, K. A. Remington, "The Matrix Market Exchange Formats", NISTIR 5935, 1996;
scipy.sparse.save_npz.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hesscli.elements.report import SumReport
from hesscli.errors import HesscliError, LimitError
from hesscli.output.formats import Format

Array = NDArray[Any]

LINES = 1 << 16
"""Lines of text at once."""


def _vector(report: SumReport) -> Array:
    found: Array = report.gradient if report.hvp is None else report.hvp
    return found


def _matrix(report: SumReport) -> Any:
    """The lower triangle of a Hessian that is all there."""
    if report.rank is not None:
        size = report.n * (report.n + 1) // 2
        message = f"the Hessian is dense: {size:,} entries of its lower triangle come from sums inside a function"
        raise LimitError(f"{message}; hvp answers without the matrix, and table shows its parts")
    return report.hessian


def _npz(report: SumReport, stream: BinaryIO) -> None:
    """Of a Hessian scipy's own format, both triangles; else the vectors by name."""
    if report.command == "hessian":
        sparse.save_npz(stream, _both(_matrix(report), report.rows()), compressed=False)
        return
    found: dict[str, Any] = {"point": report.point, "value": np.array(report.value), "gradient": report.gradient}
    if report.hvp is not None:
        found["hvp"] = report.hvp
    np.savez(stream, **found)


def _both(lower: Any, rows: Array) -> Any:
    """Both triangles, with the zeros that happen to be among the stored entries."""
    below = rows != lower.indices
    row, column = (np.concatenate(pair) for pair in ((rows, lower.indices[below]), (lower.indices, rows[below])))
    data = np.concatenate([lower.data, lower.data[below]])
    return sparse.csr_array(sparse.coo_array((data, (row, column)), shape=lower.shape))


def _mtx(report: SumReport, stream: BinaryIO) -> None:
    if report.command == "hessian":
        lower = _matrix(report)
        rows, columns, data, shape, kind = report.rows(), lower.indices, lower.data, (report.n, report.n), "symmetric"
    else:
        data = _vector(report)
        rows, columns, shape, kind = np.arange(report.n), np.zeros(report.n, int), (report.n, 1), "general"
    if not np.isfinite(data).all():
        raise HesscliError(
            f"--format mtx has no word for what is not finite (verdict: {report.verdict.value})", code="format"
        )
    head = (
        f"%%MatrixMarket matrix coordinate real {kind}\n% {report.command} of {' '.join(report.parsed.split())[:200]}\n"
    )
    stream.write(f"{head}{shape[0]} {shape[1]} {len(data)}\n".encode())
    for start in range(0, len(data), LINES):
        part = slice(start, start + LINES)
        triples = zip((rows[part] + 1).tolist(), (columns[part] + 1).tolist(), data[part].tolist(), strict=True)
        stream.write("".join([f"{i} {j} {x!r}\n" for i, j, x in triples]).encode())


def _csv(report: SumReport, stream: BinaryIO) -> None:
    """A vector as rows ``variable,number``; a Hessian as ``row,column,number`` of its lower triangle."""
    if report.command == "hessian":
        lower = _matrix(report)
        stream.write(b"row,column,hessian\n")
        rows, columns, data = report.rows(), lower.indices, lower.data
        for start in range(0, len(data), LINES):
            part = slice(start, start + LINES)
            triples = zip(rows[part].tolist(), columns[part].tolist(), data[part].tolist(), strict=True)
            stream.write("".join([f"{i},{j},{x!r}\n" for i, j, x in triples]).encode())
        return
    found = _vector(report)
    stream.write(f"variable,{report.command}\n".encode())
    for start in range(0, report.n, LINES):
        part = found[start : start + LINES].tolist()
        names = (report.label(start + k) for k in range(len(part)))
        pairs = zip((f'"{name}"' if "," in name else name for name in names), part, strict=True)
        stream.write("".join([f"{name},{x!r}\n" for name, x in pairs]).encode())


def _npy(report: SumReport, stream: BinaryIO) -> None:
    np.save(stream, _vector(report), allow_pickle=False)


FILES: dict[Format, Callable[[SumReport, BinaryIO], None]] = {
    Format.NPZ: _npz, Format.MTX: _mtx, Format.NPY: _npy, Format.CSV: _csv,
}  # fmt: skip
