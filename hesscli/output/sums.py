"""Answers of sums: many variables, a sparse Hessian, sampled exact checks; every format of it in one place.

``npz`` of a Hessian is what ``scipy.sparse.load_npz`` reads, ``mtx`` a symmetric Matrix Market file, ``json`` the
lower triangle as coordinates; ``npy`` and ``csv`` hold what is a vector. Sources: R. F. Boisvert, R. Pozo,
K. A. Remington, "The Matrix Market Exchange Formats", NISTIR 5935, 1996; scipy.sparse.save_npz.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from rich import box
from rich.console import ConsoleRenderable
from rich.table import Table
from rich.text import Text
from scipy import sparse

from hesscli.elements.report import Checked, Plan, Report
from hesscli.errors import HesscliError, LimitError
from hesscli.output.formats import SCHEMA, Format
from hesscli.output.page import Page, hanging
from hesscli.output.summary import SENTENCES, SIGNS, tenths
from hesscli.output.table import number
from hesscli.result import Verdict

Array = NDArray[Any]

SHOWN = 8
"""Checked entries of one quantity that a table shows, and extremes."""

MOST_JSON = 5_000_000
"""Numbers of one JSON object."""

LINES = 1 << 16
"""Lines of text at once."""

DRAWN = 48, 24
"""Columns and rows of the picture of a pattern, in dots of braille: two by four a character."""


def render(
    report: Report,
    form: Format,
    stream: BinaryIO,
    page: Page,
    *,
    quiet: bool = False,
    request_id: Any = None,
    first: bool = True,
) -> None:
    """Write an answer.

    Args:
        report: of one point.
        form: which format.
        stream: where the bytes go.
        page: what a table is drawn for.
        quiet: only the point and the numbers.
        request_id: what a request of ``batch`` calls itself.
        first: whether nothing has been written before: the first JSON object says which versions took part.

    Raises:
        HesscliError: a format that cannot hold it.
        LimitError: it is too large for this format.
    """
    if form is Format.TABLE:
        stream.write(table(report, page, quiet=quiet).encode("utf-8", "replace"))
    elif form is Format.JSON:
        stream.write((json.dumps(to_dict(report, request_id=request_id, first=first), allow_nan=False) + "\n").encode())
    elif form is Format.NPZ:
        _npz(report, stream)
    elif form is Format.MTX:
        _mtx(report, stream)
    elif form is Format.NPY:
        np.save(stream, _vector(report, form), allow_pickle=False)
    elif form is Format.CSV:
        _csv(report, stream)
    else:
        raise HesscliError(
            f"--format {form.value} has no form for sums; take table, json, npz, mtx, npy or csv", code="format"
        )


def render_plan(plan: Plan, form: Format, page: Page, *, request_id: Any = None) -> bytes:
    """What an answer will take, as a table or as JSON.

    Raises:
        HesscliError: another format.
    """
    if form is Format.JSON:
        head = {"schema": SCHEMA, **({} if request_id is None else {"id": request_id}), "command": plan.command}
        return (json.dumps({**head, "plan": {**asdict(plan), "strategy": list(plan.strategy)}}) + "\n").encode()
    if form is not Format.TABLE:
        raise HesscliError(f"--plan is a table or --json, not {form.value}", code="format")
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    grid.add_row("variables", f"{plan.n:,}")
    grid.add_row("terms", f"{plan.terms:,}")
    grid.add_row("derivatives of terms", f"{plan.derivatives:,}")
    if plan.command == "hessian":
        grid.add_row("entries added", f"{plan.entries:,}")
    grid.add_row("memory", f"about {plan.bytes / 2**20:,.0f} MiB beside TensorFlow's own")
    grid.add_row("time", f"about {plan.seconds:.0f} s with loading")
    mark = "- " if page.ascii_only else "• "
    ways = [hanging(Text(mark, style="yellow"), Text(way)) for way in plan.strategy]
    return page.draw(grid, Text(""), *ways).encode("utf-8", "replace")


# files


def _vector(report: Report, form: Format) -> Array:
    if report.command == "hessian":
        raise HesscliError(f"--format {form.value} holds no sparse matrix; take npz, mtx or json", code="format")
    found: Array = report.gradient if report.hvp is None else report.hvp
    return found


def _matrix(report: Report) -> Any:
    """The lower triangle of a Hessian that is all there."""
    if report.rank is not None:
        size = report.n * (report.n + 1) // 2
        message = f"the Hessian is dense: {size:,} entries of its lower triangle come from sums inside a function"
        raise LimitError(f"{message}; hvp answers without the matrix, and table shows its parts")
    return report.hessian


def _npz(report: Report, stream: BinaryIO) -> None:
    """Of a Hessian scipy's own format, both triangles; else the vectors by name."""
    if report.command == "hessian":
        sparse.save_npz(stream, _both(_matrix(report), report.rows()), compressed=False)
        return
    found = {"point": report.point, "value": np.array(report.value), "gradient": report.gradient}
    np.savez(stream, **found, **({} if report.hvp is None else {"hvp": report.hvp}))  # type: ignore[arg-type]


def _both(lower: Any, rows: Array) -> Any:
    """Both triangles, with the zeros that happen to be among the stored entries."""
    below = rows != lower.indices
    row, column = (np.concatenate(pair) for pair in ((rows, lower.indices[below]), (lower.indices, rows[below])))
    data = np.concatenate([lower.data, lower.data[below]])
    return sparse.csr_array(sparse.coo_array((data, (row, column)), shape=lower.shape))


def _mtx(report: Report, stream: BinaryIO) -> None:
    if report.command == "hessian":
        lower = _matrix(report)
        rows, columns, data, shape, kind = report.rows(), lower.indices, lower.data, (report.n, report.n), "symmetric"
    else:
        data = _vector(report, Format.MTX)
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


def _csv(report: Report, stream: BinaryIO) -> None:
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
    found = _vector(report, Format.CSV)
    stream.write(f"variable,{report.command}\n".encode())
    for start in range(0, report.n, LINES):
        part = found[start : start + LINES].tolist()
        stream.write("".join([f"{report.label(start + k)},{x!r}\n" for k, x in enumerate(part)]).encode())


def to_dict(report: Report, *, request_id: Any = None, first: bool = True) -> dict[str, Any]:
    """The JSON object.

    Raises:
        LimitError: it would be too large for text.
    """
    size = 2 * report.n + (0 if report.hessian is None else 3 * report.hessian.nnz)
    if size > MOST_JSON:
        raise LimitError(f"JSON of {size:,} numbers; the limit is {MOST_JSON:,}; -o FILE.npz or FILE.mtx holds them")
    head: dict[str, Any] = {"schema": SCHEMA, **({} if request_id is None else {"id": request_id})}
    head |= {"command": report.command, "expression": report.source, "parsed": report.parsed}
    head |= {"blocks": dict(report.blocks), "n": report.n, "terms": report.terms}
    if report.parameters:
        head["parameters"] = {name: _strict(value) for name, value in report.parameters}
    head |= {"point": _strict(report.point), "dtype": report.dtype, "method": report.method}
    head |= {"value": _null(report.value), "gradient": _nulls(report.gradient)}
    if report.command == "hessian":
        head["hessian"] = _coo(report)
    if report.hvp is not None:
        head |= {"vector": _strict(report.vector), "hvp": _nulls(report.hvp)}
    head |= {
        "verdict": report.verdict.value,
        "verdicts": {name: verdict.value for name, verdict in report.verdicts.items()},
        "checked": {name: {"checked": some, "of": every} for name, (some, every) in report.checked.items()},
        "notes": list(report.notes),
        "tape": {"repaired": list(report.repaired)},
        "exact": _exact(report),
        "accuracy": _accuracy(report),
    }
    if report.statistics is not None:
        head["statistics"] = {
            "estimates": dict(zip(report.statistics.names, report.statistics.estimates.tolist(), strict=True)),
            "standard_errors": dict(zip(report.statistics.names, _nulls(report.statistics.errors), strict=True)),
            "correlations": [_nulls(row) for row in report.statistics.correlations],
            "notes": list(report.statistics.notes),
        }
    head["seconds"] = dict(report.seconds)
    return head | ({"versions": dict(report.versions)} if first else {})


def _coo(report: Report) -> dict[str, Any]:
    lower = report.hessian
    found = {
        "format": "coo", "shape": [report.n, report.n], "nnz": int(lower.nnz), "row": report.rows().tolist(),
        "col": lower.indices.tolist(), "data": _nulls(lower.data), "triangle": "lower",
    }  # fmt: skip
    if report.rank is not None:
        middle, rows = report.rank
        found["plus"] = {
            "form": "J^T C J",
            "middle": [_nulls(row) for row in middle],
            "rows": [_nulls(row) for row in rows],
        }
    return found


def _exact(report: Report) -> dict[str, Any] | None:
    """The entries that were checked, and the terms' closed forms."""
    if not report.entries:
        return None
    return {"entries": [_entry(one) for one in report.entries], "formulas": dict(report.formulas)}


def _accuracy(report: Report) -> dict[str, Any] | None:
    found = report.accuracy
    if found is None:
        return None
    return {"max_abs": _strict(found.max_abs), "max_rel": _strict(found.max_rel), "digits": found.digits}


def _entry(one: Checked) -> dict[str, Any]:
    return {"entry": one.label, "by": list(one.names), "tape": _strict(one.tape), "exact": one.exact}


def _strict(value: Any) -> Any:
    """Numbers, with what is not finite as strings."""
    if isinstance(value, np.ndarray):
        return [_strict(one) for one in value.tolist()] if not np.isfinite(value).all() else value.tolist()
    return value if math.isfinite(value) else str(float(value))


def _null(value: float) -> Any:
    return None if math.isnan(value) else _strict(float(value))


def _nulls(values: Array) -> list[Any]:
    return values.tolist() if np.isfinite(values).all() else [_null(one) for one in values.tolist()]


# tables


def table(report: Report, page: Page, *, quiet: bool = False) -> str:
    """What people read: sizes, extremes, sampled checks, the verdict."""
    parts: list[ConsoleRenderable] = [] if quiet else [_heading(report), Text("")]
    parts.append(_sizes(report, page))
    if not quiet:
        parts += [*_checks(report, page), *_picture(report, page), *_formulas(report)]
    if report.statistics is not None:
        parts += _statistics(report, page)
    if not quiet:
        mark = "- " if page.ascii_only else "• "
        parts += [Text("")] + [hanging(Text(mark, style="yellow"), Text(note)) for note in report.notes]
        parts.append(_verdict(report, page))
    return page.draw(*parts)


def _heading(report: Report) -> Text:
    names = ", ".join(name if size is None else f"{name}[0..{size - 1}]" for name, size in report.blocks)
    return Text(f"f({names}) = ", style="dim", overflow="fold").append(report.parsed, style="bold not dim")


def _sizes(report: Report, page: Page) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for name, text in _rows(report):
        grid.add_row(name, text)
    return grid


def _rows(report: Report) -> list[tuple[str, str]]:
    rows = [("variables", f"{report.n:,}"), ("terms", f"{report.terms:,}")]
    if report.parameters:
        rows.append(("with", ", ".join(f"{name} = {number(value)}" for name, value in report.parameters)))
    rows.append(("point", _line(report, report.point)))
    rows.append(("value", number(report.value)))
    if report.command != "hvp":
        rows.append(("gradient", _line(report, report.gradient)))
    if report.hvp is not None:
        rows.append(("Hessian times vector", _line(report, report.hvp)))
    if report.hessian is not None:
        share = report.nonzeros / max(report.n, 1) ** 2
        rows.append(
            ("Hessian", f"{report.n:,} x {report.n:,}, {report.nonzeros:,} nonzeros ({share:.3g} of all), symmetric")
        )
        rows += [("", text) for text in _extremes(report)]
    if report.rank is not None:
        rows.append(("", f"plus J^T C J of rank {len(report.rank[0])}, dense: kept as a product"))
    return rows


def _line(report: Report, values: Array) -> str:
    """A short vector whole, a long one by its size and ends."""
    if len(values) <= SHOWN:
        return ", ".join(f"{report.label(k)} = {number(x)}" for k, x in enumerate(values))
    ends = [f"{report.label(k)} = {number(values[k])}" for k in (0, 1, len(values) - 1)]
    norm = float(np.nanmax(np.abs(values))) if not np.isnan(values).all() else math.nan
    return f"{ends[0]}, {ends[1]}, ..., {ends[2]} (largest size {number(norm)})"


def _extremes(report: Report) -> list[str]:
    lower = report.hessian
    if not lower.nnz:
        return ["all of it is zero"] if report.rank is None else []
    rows = report.rows()
    if report.n <= SHOWN and lower.nnz <= 4 * SHOWN:
        return [
            f"H[{report.label(int(i))},{report.label(int(j))}] = {number(x)}"
            for i, j, x in zip(rows, lower.indices, lower.data, strict=True)
        ]
    told = []
    for word, k in (("largest", int(np.argmax(lower.data))), ("smallest", int(np.argmin(lower.data)))):
        i, j = int(rows[k]), int(lower.indices[k])
        told.append(f"{word} entry H[{report.label(i)},{report.label(j)}] = {number(lower.data[k])}")
    return told


def _checks(report: Report, page: Page) -> list[ConsoleRenderable]:
    """Some of the entries that both witnesses have, side by side."""
    shown: list[Checked] = []
    for name in dict.fromkeys(entry.label.partition("[")[0] for entry in report.entries):
        shown += [one for one in report.entries if one.label.partition("[")[0] == name][:SHOWN]
    if not shown:
        return []
    found = Table(
        box=box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False
    )
    for title in ("checked", "by", "tape", "exact"):
        found.add_column(title, no_wrap=True)
    for one in shown:
        found.add_row(
            one.label,
            ", ".join(one.names),
            number(one.tape) if math.isfinite(one.tape) else str(one.tape),
            one.exact or "not decided",
        )
    return [Text(""), found]


def _picture(report: Report, page: Page) -> list[ConsoleRenderable]:
    """The pattern of the matrix in braille: a dot where a part of it has an entry."""
    if report.hessian is None or not report.hessian.nnz or page.ascii_only or report.n <= SHOWN:
        return []
    width = min(DRAWN[0], report.n)
    scale = width / report.n
    rows, columns = (report.rows() * scale).astype(int), (report.hessian.indices * scale).astype(int)
    dots = np.zeros((math.ceil(width / 4) * 4, math.ceil(width / 2) * 2), bool)
    dots[rows, columns] = dots[columns, rows] = True
    weights = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
    cells = dots.reshape(len(dots) // 4, 4, -1, 2)
    codes = (cells * weights[None, :, None, :]).sum(axis=(1, 3))
    return [Text(""), *(Text("  " + "".join(chr(0x2800 + int(code)) for code in row)) for row in codes)]


def _formulas(report: Report) -> list[ConsoleRenderable]:
    if not report.formulas:
        return []
    title = Text("in every term", style="dim")
    return [Text(""), title, *(hanging(Text(f"{name} = "), Text(text, style="cyan")) for name, text in report.formulas)]


def _statistics(report: Report, page: Page) -> list[ConsoleRenderable]:
    found = report.statistics
    assert found is not None
    grid = Table(
        box=box.ASCII2 if page.ascii_only else box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), show_edge=False
    )
    for title in ("coefficient", "estimate", "standard error", "correlations"):
        grid.add_column(title, no_wrap=True)
    for k, name in enumerate(found.names):
        row = " ".join(f"{x:.3f}" for x in found.correlations[k, : k + 1])
        grid.add_row(name, f"{found.estimates[k]:.10g}", f"{found.errors[k]:.10g}", row)
    return [Text(""), grid, *(Text(f"! {note}", style="yellow", overflow="fold") for note in found.notes)]


def _verdict(report: Report, page: Page) -> Text:
    sign, color = SIGNS[report.verdict]
    text = Text("" if page.ascii_only else f"{sign} ", style=f"bold {color}", overflow="fold")
    return text.append(report.verdict.value).append(f": {sentence(report)}", style=f"not bold {color}")


def sentence(report: Report) -> str:
    """What the verdict says, and of how many entries."""
    counts = ", ".join(f"{name} {some:,} of {every:,}" for name, (some, every) in report.checked.items())
    if report.verdict is Verdict.AGREE and report.accuracy is not None:
        digits = (
            f"share {tenths(report.accuracy.digits)} digits"
            if report.accuracy.max_rel
            else "are the same to the last digit"
        )
        return f"tape and exact values {digits} where both were asked ({counts})"
    words = {"times": "", "what": "derivatives"}
    return f"{SENTENCES.get(report.verdict, '').format(**words)} (checked: {counts})"
