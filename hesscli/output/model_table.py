"""Answers about models as tables: entries of few weights, layers of many, the verdict."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text

from hesscli.accuracy import digits
from hesscli.model.report import ModelReport, Posterior
from hesscli.operators.report import Eigenvalues
from hesscli.output.brackets import MATRIX, brackets, six
from hesscli.output.operators import bound, definiteness, statistics_table
from hesscli.output.page import Page, hanging
from hesscli.output.spectrum import spectral
from hesscli.output.summary import DIFFERENCED, SENTENCES, agreement, confirmed, tenths, verdict_line
from hesscli.output.table import number
from hesscli.result import Verdict

Array = NDArray[Any]

SHOWN = 48
"""Entries that a table shows, one a row."""

TITLES = {"hessian": "Hessian", "ggn": "Gauss-Newton", "fisher": "Fisher"}
"""Of matrices."""

MEANINGS = {**DIFFERENCED, Verdict.NOT_DIFFERENTIABLE: "the loss has a kink here; do not use the tape's derivatives"}
"""Of a verdict where differences are the witness, and not the exact side."""


def conclusion(report: ModelReport) -> str:
    """``checked by differences: ...``: the verdict and what it means."""
    return f"{report.verdict.value}: {sentence(report)}"


def draw(report: ModelReport, page: Page, *, quiet: bool = False) -> str:
    """What people read."""
    parts: list[ConsoleRenderable] = [] if quiet else [_head(report), Text("")]
    parts += _numbers(report, page) if report.posterior is None else []
    parts += [] if report.spectrum is None else spectral(report.spectrum, report.dtype, page)
    if report.statistics is not None:
        parts += [*statistics_table(report.statistics, page), Text("")]
    if report.posterior is not None:
        parts += [*_posterior(report.posterior, page), Text("")]
    if not quiet:
        if report.form and report.posterior is None:
            parts += _spectrum(report)
        parts += [
            hanging(Text("- " if page.ascii_only else "• ", style="yellow"), Text(note)) for note in _notes(report)
        ]
        parts.append(verdict_line(report.verdict, sentence(report), page))
    return page.draw(*parts)


def _head(report: ModelReport) -> Text:
    n, layers = report.layout.n, len({tensor.layer for tensor in report.layout.tensors})
    words = f"{n:,} weight{'s' if n > 1 else ''} in {layers} layer{'s' if layers > 1 else ''}, {report.dtype}"
    mode = "in training: statistics of the batch" if report.training else "in inference: moving statistics, no dropout"
    rows = f"{report.rows:,} row{'s' if report.rows > 1 else ''}"
    batches = f" in {report.batches:,} batches" if report.batches > 1 else ""
    text = Text(f"{report.model}: {words}\n", overflow="fold")
    return text.append(f"{report.loss} over {rows}{batches}, {mode}", style="dim")


def _numbers(report: ModelReport, page: Page) -> list[ConsoleRenderable]:
    parts: list[ConsoleRenderable] = []
    n = report.layout.n
    entries = n * (n + 1) // 2 if report.form == "whole" else 0 if report.command == "gradient" else n
    if n + entries <= SHOWN and report.command != "spectrum":
        parts += [_entries(report, page), Text("")]
    else:
        held = [] if report.command == "spectrum" else [Text("-o FILE.npz holds all entries", style="dim")]
        parts += [_layers(report, page), *held, Text("")]
    used = report.matrix
    if used is not None and report.form == "whole" and 2 <= report.layout.n <= MATRIX and np.ndim(used) == 2:
        parts += [brackets(TITLES[report.command], [[six(x) for x in row] for row in used], page), Text("")]
    return parts


def _entries(report: ModelReport, page: Page) -> Table:
    """One row an entry: the tape's number beside the exact one."""
    exact = report.exact.get("value")
    rows = [("loss", report.value, None if exact is None else exact.texts[0])]
    rows += [row for name in report.tape for row in _entry_rows(report, name)]
    cells = []
    for name, tape, text in rows:
        more = [] if not report.exact else [text or "", tenths(_digits(tape, text, report.dtype)) if text else ""]
        cells.append([name, number(tape, report.dtype) if math.isfinite(tape) else "none", *more])
    return _table(page, ["", "tape", *(["exact", "digits"] if report.exact else [])], cells, spare=["tape"])


def _entry_rows(report: ModelReport, quantity: str) -> Iterator[tuple[str, float, str | None]]:
    array, layout = report.tape[quantity], report.layout
    texts = report.exact[quantity].texts if quantity in report.exact else None
    if isinstance(array, tuple):
        for (_, part), block in zip(layout.layers(), array, strict=True):
            for i, j in zip(*np.tril_indices(len(block)), strict=True):
                yield _second(report, part.start + int(j), part.start + int(i)), float(block[i, j]), None
    elif array.ndim == 1:
        for k, value in enumerate(array.tolist()):
            name = layout.label(k)
            word = {"gradient": f"∂f/∂{name}", "hvp": f"(H v) {name}"}.get(quantity) or _second(report, k, k)
            yield word, value, None if texts is None else texts[k]
    else:
        for i, j in zip(*np.tril_indices(layout.n), strict=True):
            text = None if texts is None else texts[int(i) * layout.n + int(j)]
            yield _second(report, int(j), int(i)), float(array[i, j]), text


def _second(report: ModelReport, i: int, j: int) -> str:
    a, b = report.layout.label(i), report.layout.label(j)
    if report.command != "hessian":
        return f"{report.command} {a}, {b}"
    return f"∂²f/∂{a}²" if i == j else f"∂²f/∂{a} ∂{b}"


def _digits(tape: float, text: str, dtype: str) -> float:
    exact = float(text)
    return digits(abs(tape - exact) / (abs(exact) or 1.0), dtype) if math.isfinite(tape) else 0.0


def _layers(report: ModelReport, page: Page) -> Table:
    """One row a layer: sizes, and what there is of curvature."""
    gradient = report.tape["gradient"]
    product = report.tape.get("hvp")
    headers = ["layer", "weights", "|gradient|"]
    headers += ["|H v|"] if product is not None else ["trace"] if report.form else []
    headers += ["largest", "negative"] if report.eigenvalues else []
    rows = []
    for k, (name, part) in enumerate([*report.layout.layers(), ("all", slice(0, report.layout.n))]):
        cells = [f"{part.stop - part.start:,}", six(np.linalg.norm(gradient[part]))]
        if product is not None:
            cells.append(six(np.linalg.norm(product[part])))
        elif report.form:
            cells.append(six(_diagonal(report)[part].sum()))
        if report.eigenvalues:
            found = report.eigenvalues[k] if k < len(report.eigenvalues) else None
            cells += ["", ""] if found is None else _curvature(found)
        rows.append([name, *cells])
    return _table(page, headers, rows, spare=["|gradient|", "weights"])


def _curvature(found: Eigenvalues) -> list[str]:
    """The largest eigenvalue of a block, and the share of those that are negative for certain."""
    return [six(found.values[-1]), f"{found.negative / len(found.values):.0%}"]


def _diagonal(report: ModelReport) -> Array:
    found = report.matrix
    if isinstance(found, tuple):
        return np.concatenate([np.diagonal(block) for block in found])
    return np.diagonal(found) if np.ndim(found) == 2 else np.asarray(found)


def _spectrum(report: ModelReport) -> list[ConsoleRenderable]:
    """The eigenvalues of a whole matrix, how far they may be off, and what their signs say."""
    found = report.eigenvalues[-1] if report.form == "whole" and report.eigenvalues else None
    if found is None:
        return []
    values = found.values
    told = ", ".join(map(six, values)) if len(values) <= MATRIX else f"from {six(values[0])} to {six(values[-1])}"
    word = definiteness(found.word, found.negative, found.nil, len(values))
    return [Text(f"eigenvalues  {told}  (off by at most {bound(found.error)}; {word})", overflow="fold"), Text("")]


def _posterior(found: Posterior, page: Page) -> list[ConsoleRenderable]:
    """The weights and their deviations, the evidence, and what to mind."""
    shown = list(zip(found.names, map(six, found.weights), map(six, found.deviations), strict=True))[:SHOWN]
    table = _table(page, ["weight", "mode", "deviation"], shown)
    more = [Text(f"and {len(found.names) - SHOWN:,} more: --json, or -o FILE.npz")] if len(found.names) > SHOWN else []
    noise = "" if found.noise is None else f", noise {six(found.noise)}"
    told = f"prior precision {six(found.prior_precision)}{noise}, log likelihood {six(found.likelihood)}"
    evidence = Text(f"log marginal likelihood  {six(found.evidence)}  ({told})", overflow="fold")
    return [table, *more, Text(""), evidence, *(Text(f"! {x}", style="yellow", overflow="fold") for x in found.notes)]


def _table(page: Page, headers: Sequence[str], rows: Sequence[Sequence[str]], spare: Sequence[str] = ()) -> Table:
    """Names and numbers; where they are too wide for a terminal what can be spared goes, then names are folded."""
    kept, table = list(headers), Table()
    for gone in ("", *(header for header in spare if len(headers) > 2)):
        kept = [header for header in kept if not gone or header != gone]
        table = Table(
            box=box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD,
            pad_edge=False,
            padding=(0, 2, 0, 0),
            show_edge=False,
        )
        for k, header in enumerate(kept):
            table.add_column(header, no_wrap=True, style="bold" if k == 0 else "", justify="left")
        for row in rows:
            cells = dict(zip(headers, row, strict=True))
            table.add_row(*(Text(cells[header]) for header in kept))
        if not page.fold or page.fits(table):
            return table
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"
    return table


def _notes(report: ModelReport) -> list[str]:
    found = list(report.notes)
    if report.apart is not None:
        apart = report.apart
        i, j = apart.where[0], apart.where[-1]
        words = f"{i} twice" if len(apart.where) == 2 and i == j else " and ".join(apart.where)
        found.append(
            f"plain nested tapes are off by {six(apart.largest)} where the largest entry is {six(apart.scale)}: "
            f"they say {six(apart.plain)} instead of {six(apart.right)} by {words}"
        )
    return found


def sentence(report: ModelReport) -> str:
    """What the verdict means, and of which quantities."""
    if report.verdict is Verdict.AGREE:
        return f"{agreement(report.accuracy)}, of the network written out, every exact digit proven"
    if report.verdict is not Verdict.CHECKED:
        meaning = MEANINGS.get(report.verdict, SENTENCES[report.verdict])
        bad = [name for name, word in report.verdicts.items() if word is report.verdict]
        return f"{meaning} ({', '.join(bad)})"
    every = [one for checks in report.checks.values() for one in checks]
    error, bound = max(one.error for one in every), max(one.bound for one in every)
    return confirmed(error, bound)
