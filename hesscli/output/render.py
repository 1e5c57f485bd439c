"""Results in the format that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, BinaryIO

from hesscli.output.columns import json_lines, placed
from hesscli.output.csv import render as csv
from hesscli.output.formats import Format
from hesscli.output.json import line
from hesscli.output.overview import render as tables
from hesscli.output.page import Page
from hesscli.result import Result, Sweep, TapeBlock
from hesscli.result.stack import stacked


def render(
    results: Iterable[Result | TapeBlock],
    form: Format,
    stream: BinaryIO,
    page: Page,
    *,
    quiet: bool = False,
    request_id: Any = None,
    first: bool = True,
    beside: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Write results.

    Args:
        results: of one request, in order; TapeBlocks only for CSV and JSON.
        form: which.
        stream: where the bytes go.
        page: what tables are drawn for.
        quiet: only points and numbers in tables.
        request_id: what a request of ``batch`` calls itself; every JSON object repeats it.
        first: whether nothing has been written before: the first JSON object says which versions took part.
        beside: what came with each point, by name: columns of CSV, ``data`` of JSON; empty where nothing did.
    """
    if form.arrays:
        sweep = stacked([result for result in results if isinstance(result, Result)])
        write_arrays([sweep], len(sweep), form, stream)
        return
    for chunk in _chunks(results, form, page, quiet=quiet, request_id=request_id, first=first, beside=beside):
        stream.write(chunk)


def _chunks(
    results: Iterable[Any],
    form: Format,
    page: Page,
    *,
    quiet: bool,
    request_id: Any,
    first: bool,
    beside: Sequence[Mapping[str, Any]],
) -> Iterator[bytes]:
    if form is Format.TABLE:
        return tables(results, page, quiet=quiet)
    if form is Format.JSON:
        return (
            json_lines(result, request_id=request_id, data=beside[at : at + len(result)])
            if isinstance(result, TapeBlock)
            else line(result, request_id=request_id, first=first and at == 0, data=beside[at] if beside else None)
            for at, result in placed(results)
        )
    if form is Format.CSV:
        return csv(results, beside)
    found: Iterator[bytes] = _module(form).render(results)
    return found


def write_arrays(sweeps: Iterable[Sweep], count: int, form: Format, stream: BinaryIO) -> None:
    """Write arrays over points, as they come.

    Args:
        sweeps: of points in a row.
        count: how many points that is.
        form: one with ``arrays``.
        stream: where the bytes go.

    Raises:
        HesscliError: there is no number to write, or the format has no place for this many axes.
    """
    _module(form).write(sweeps, count, stream)


def _module(form: Format) -> Any:
    """The file of the format's name; only what is asked for is loaded."""
    return import_module(f"hesscli.output.{form.value}")
