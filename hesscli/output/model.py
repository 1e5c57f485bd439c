"""Answers about models, for people and for programs."""

from __future__ import annotations

import io
import json
import math
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from hesscli.errors import HesscliError, LimitError, NoAnswerError
from hesscli.model.report import Plan, Report, Spectrum
from hesscli.output.formats import SCHEMA, Format
from hesscli.output.model_table import conclusion, draw, negative
from hesscli.output.page import Page

Array = NDArray[Any]

__all__ = ["conclusion", "draw", "render", "render_plan", "to_dict"]

MOST_JSON = 5_000_000
"""Numbers of one JSON object."""


def render(report: Report, form: Format, stream: BinaryIO, page: Page, *, quiet: bool = False) -> None:
    """Write an answer.

    Args:
        report: of one model.
        form: table, json, npz, npy or csv; files hold the numbers to use.
        stream: where the bytes go.
        page: what a table is drawn for.
        quiet: only the numbers.

    Raises:
        HesscliError: another format.
        NoAnswerError: there is no number to write.
        LimitError: too large for text.
    """
    if form is Format.TABLE:
        stream.write(draw(report, page, quiet=quiet).encode("utf-8", "replace"))
    elif form is Format.JSON:
        stream.write(json.dumps(to_dict(report), allow_nan=False).encode() + b"\n")
    elif form is Format.NPZ:
        _npz(report, stream)
    elif form is Format.NPY:
        held = io.BytesIO()
        np.save(held, _only(report, form), allow_pickle=False)
        stream.write(held.getvalue())
    elif form is Format.CSV:
        _csv(report, stream)
    else:
        raise HesscliError(
            f"--format {form.value} has no form for models; take table, json, npz, npy or csv", code="format"
        )


def to_dict(report: Report) -> dict[str, Any]:
    """The JSON object; the numbers on top are the ones to use, null where there is none.

    Raises:
        LimitError: it would be too large for text.
    """
    size = sum(np.size(part) for array in report.tape.values() for part in _parts(array))
    if size > MOST_JSON:
        raise LimitError(f"JSON of {size:,} numbers; the limit is {MOST_JSON:,}; -o FILE.npz holds them")
    quantities = [name for name in report.tape if name != "spectrum"]
    head: dict[str, Any] = {"schema": SCHEMA, "command": "model", "what": report.command, "model": report.model}
    head |= {"loss": report.loss, "training": report.training, "rows": report.rows, "batches": report.batches}
    head |= {"n": report.layout.n, "weights": _weights(report), "dtype": report.dtype}
    head |= {"form": report.form} if report.form else {}
    head |= {"value": report.value}
    head |= {} if report.vector is None else {"vector": report.vector.tolist()}
    head |= {name: _listed(report.numbers.get(name)) for name in quantities}
    if report.spectrum is not None:
        head["spectrum"] = _spectrum(report.spectrum, report.dtype)
    head |= {
        "verdict": report.verdict.value,
        "verdicts": {name: word.value for name, word in report.verdicts.items()},
        "notes": list(report.notes),
        "tape": {**{name: _listed(report.tape[name]) for name in quantities}, "repaired": list(report.repaired)},
        "differences": {name: [_check(one) for one in checks] for name, checks in report.checks.items()},
        "modes": None if report.modes is None else _finite(report.modes),
        "plain": None if report.apart is None else _apart(report),
        "exact": _exact(report),
    }
    return head | {"seconds": dict(report.seconds), "versions": dict(report.versions)}


def _weights(report: Report) -> list[dict[str, Any]]:
    return [{"name": one.name, "shape": list(one.shape), "start": one.start} for one in report.layout.tensors]


def _check(one: Any) -> dict[str, Any]:
    return {
        "part": one.part, "outcome": one.outcome.value, "error": _finite(one.error), "bound": _finite(one.bound),
        "step": one.step,
    }  # fmt: skip


def _apart(report: Report) -> dict[str, Any]:
    apart = report.apart
    assert apart is not None
    return {
        "quantity": apart.quantity, "largest": apart.largest, "where": list(apart.where), "plain": apart.plain,
        "right": apart.right, "scale": apart.scale,
    }  # fmt: skip


def _exact(report: Report) -> dict[str, Any] | None:
    if not report.exact:
        return None
    return {"expression": report.expression} | {name: exact.nested() for name, exact in report.exact.items()}


def _spectrum(found: Spectrum, dtype: str) -> dict[str, Any]:
    """Eigenvalues with bounds of their errors, estimates with their standard errors."""
    inside: dict[str, Any] = {}
    if (extremes := found.extremes) is not None:
        inside["eigenvalues"], inside["errors"] = extremes.values.tolist(), extremes.errors.tolist()
        inside |= {"passes": extremes.passes, "missing": extremes.missing}
    if (trace := found.trace) is not None:
        inside["trace"] = {
            "value": float(trace.value), "error": float(trace.error), "passes": trace.passes, "exact": trace.exact
        }  # fmt: skip
    if (density := found.density) is not None:
        where, curve, error = density.curve()
        inside["density"] = {
            "where": where.tolist(), "density": curve.tolist(), "error": error.tolist(), "passes": density.passes,
            "negative": list(negative(density, dtype)),
        }  # fmt: skip
    if (step := found.step) is not None:
        inside["step"] = {
            "value": step.value.tolist(), "residual": step.residual, "passes": step.passes, "solver": step.solver,
            "curvature": step.curvature, "converged": step.converged,
        }  # fmt: skip
    return inside


def _parts(array: Any) -> tuple[Any, ...]:
    return array if isinstance(array, tuple) else (array,)


def _listed(array: Any) -> Any:
    """Nested lists of numbers; null where there is none."""
    if array is None:
        return None
    if isinstance(array, tuple):
        return [_listed(part) for part in array]
    return array.tolist() if np.isfinite(array).all() else _holes(array.tolist())


def _holes(value: Any) -> Any:
    return [_holes(one) for one in value] if isinstance(value, list) else _finite(value)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


# files


def _usable(report: Report) -> dict[str, Any]:
    if report.command not in report.numbers:
        raise NoAnswerError(f"there is no number to write: {conclusion(report)}", code="format")
    return dict(report.numbers)


def _only(report: Report, form: Format) -> Array:
    found = _usable(report)[report.command]
    if report.command == "spectrum":
        raise HesscliError(f"--format {form.value} holds one array; npz and json hold a spectrum", code="format")
    if isinstance(found, tuple):
        raise HesscliError(f"--format {form.value} holds one array; npz holds blocks", code="format")
    array: Array = found
    return array


def _npz(report: Report, stream: BinaryIO) -> None:
    held = io.BytesIO()
    arrays: dict[str, Any] = {}
    for name, array in _usable(report).items():
        if name == "spectrum":
            arrays |= _spectral_arrays(report)
        elif isinstance(array, tuple):
            arrays |= {
                f"{name}:{layer}": block for (layer, _), block in zip(report.layout.layers(), array, strict=True)
            }
        else:
            arrays[name] = array
    arrays |= {"value": np.array(report.value), "weights": report.theta, "names": np.array(report.layout.labels())}
    np.savez(held, **arrays)
    stream.write(held.getvalue())


def _spectral_arrays(report: Report) -> dict[str, Any]:
    found, arrays = report.spectrum, dict[str, Any]()
    assert found is not None
    if found.extremes is not None:
        arrays |= {"eigenvalues": found.extremes.values, "eigenvectors": found.extremes.vectors}
        arrays["errors"] = found.extremes.errors
    if found.trace is not None:
        arrays |= {"trace": found.trace.value, "trace_error": found.trace.error}
    if found.density is not None:
        arrays |= {"nodes": found.density.nodes, "node_weights": found.density.weights}
    if found.step is not None:
        arrays["step"] = found.step.value
    return arrays


def _csv(report: Report, stream: BinaryIO) -> None:
    """``weight,number`` a row."""
    array = _only(report, Format.CSV)
    if array.ndim > 1:
        raise HesscliError("--format csv holds vectors; npz, npy and json hold the Hessian", code="format")
    stream.write(f"weight,{report.command}\n".encode())
    for name, value in zip(report.layout.labels(), array.tolist(), strict=True):
        stream.write(f'"{name}",{value!r}\n'.encode())


# what it will take


def render_plan(plan: Plan, form: Format, page: Page) -> bytes:
    """What a Hessian will take, as a table or as JSON.

    Raises:
        HesscliError: another format.
    """
    if form is Format.JSON:
        inside = {
            "n": plan.layout.n, "rows": plan.rows, "batches": plan.batches, "hessian_bytes": plan.hessian_bytes,
            "pass_bytes": plan.pass_bytes, "chunk": plan.chunk, "passes": plan.passes, "fits": plan.fits,
        }  # fmt: skip
        return (json.dumps({"schema": SCHEMA, "command": "model", "plan": inside}) + "\n").encode()
    if form is not Format.TABLE:
        raise HesscliError(f"--plan is a table or --json, not {form.value}", code="format")
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for name, part in plan.layout.layers():
        grid.add_row(name, f"{part.stop - part.start:,} weights")
    grid.add_row("all", f"{plan.layout.n:,} weights")
    grid.add_row("rows", f"{plan.rows:,} in {plan.batches:,} batch{'es' if plan.batches > 1 else ''}")
    grid.add_row("Hessian", f"{_bytes(plan.hessian_bytes)}{'' if plan.fits else ', more than the limit of 2 GiB'}")
    grid.add_row("one pass", f"about {_bytes(plan.pass_bytes)}")
    grid.add_row("passes", f"{plan.passes:,}, each for {plan.chunk:,} rows of the Hessian")
    remedy = [] if plan.fits else [Text("--layer, --blocks, --diagonal or hvp take less")]
    return page.draw(grid, *remedy).encode("utf-8", "replace")


def _bytes(size: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:,.1f} GiB"
