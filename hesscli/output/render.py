"""Results in the format that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from hesscli.output import csv, json, latex, mtx, npy, npz, overview
from hesscli.output.page import Page
from hesscli.output.stack import Stack, Stacked
from hesscli.result import Result

STREAMS: dict[str, Callable[[Iterable[Result]], Iterator[bytes]]] = {
    "json": json.render,
    "csv": csv.render,
    "latex": latex.render,
}
"""Formats that take one result after the other."""

ARRAYS: dict[str, Callable[[Stacked, BinaryIO], None]] = {
    "npz": npz.write,
    "npy": npy.write,
    "mtx": mtx.write,
}
"""Formats that hold all points at once; they need no Result a point."""


def render(results: Iterable[Result], form: str, stream: BinaryIO, page: Page, *, quiet: bool = False) -> None:
    """Write results.

    Args:
        results: of one request, in order.
        form: ``table``, or a key of ``STREAMS`` or ``ARRAYS``.
        stream: where the bytes go.
        page: what tables are drawn for.
        quiet: only numbers and verdicts in tables.
    """
    if form in ARRAYS:
        ARRAYS[form](Stack(list(results)), stream)
        return
    chunks = overview.render(results, page, quiet=quiet) if form == "table" else STREAMS[form](results)
    for chunk in chunks:
        stream.write(chunk)
