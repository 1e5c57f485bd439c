"""Answers about models, for people and for programs."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

import numpy as np
from rich.table import Table
from rich.text import Text

from hesscli.errors import NoAnswerError
from hesscli.model.report import MATRICES, ModelPlan, ModelReport, Posterior
from hesscli.output.formats import MODELLED, PLANNED, SCHEMA, Format, check_holds
from hesscli.output.json import check_size, line
from hesscli.output.model_table import TITLES, conclusion, draw
from hesscli.output.operators import (
    eigenvalues_fields,
    statistics_fields,
)
from hesscli.output.page import Page
from hesscli.output.spectrum import spectrum_fields
from hesscli.output.strict import nulled, strict

__all__ = ["check_form", "conclusion", "draw", "render", "render_plan", "to_dict"]


def render(report: ModelReport, form: Format, stream: BinaryIO, page: Page, *, quiet: bool = False) -> None:
    """Write an answer.

    Args:
        report: of one model.
        form: one that `check_form` lets pass; files hold the numbers to use.
        stream: where the bytes go.
        page: what a table is drawn for.
        quiet: only the numbers.

    Raises:
        NoAnswerError: there is no number to write.
        LimitError: too large for text.
    """
    if form is Format.TABLE:
        stream.write(draw(report, page, quiet=quiet).encode("utf-8", "replace"))
    elif form is Format.JSON:
        stream.write(line(to_dict(report)))
    elif form is Format.NPZ:
        _npz(report, stream)
    elif form is Format.NPY:
        held = io.BytesIO()
        np.save(held, _usable(report)[report.command], allow_pickle=False)
        stream.write(held.getvalue())
    else:
        _csv(report, stream)


def check_form(command: str, matrix: str, form: Format, *, plan: bool = False) -> None:
    """Refuse before the work a format that holds no such answer.

    Args:
        command: of `ModelReport`.
        matrix: the form of a matrix: ``whole``, ``blocks`` or ``diagonal``.
        form: that was chosen.
        plan: whether only a plan is written.

    Raises:
        HesscliError: it does not fit.
    """
    of_matrix = {"whole": "matrix", "blocks": "blocks", "diagonal": "vector"}
    kinds = {"spectrum": "spectrum", "laplace": "posterior"}
    kind = of_matrix[matrix] if command in MATRICES else kinds.get(command, "vector")
    word = "blocks" if kind == "blocks" else f"a {kind}"
    held, what = (PLANNED, "a plan") if plan else (MODELLED[kind], f"{word} of a model")
    check_holds(form, held, what)


def to_dict(report: ModelReport) -> dict[str, Any]:
    """The JSON object; the numbers on top are the ones to use, null where there is none.

    Raises:
        LimitError: it would be too large for text.
    """
    check_size(sum(np.size(part) for array in report.tape.values() for part in _parts(array)), "FILE.npz")
    quantities = [name for name in report.tape if name != "spectrum"]
    what = report.command if report.posterior is None else "laplace"
    head: dict[str, Any] = {"schema": SCHEMA, "command": "model", "what": what, "model": report.model}
    head |= {"loss": report.loss, "training": report.training, "rows": report.rows, "batches": report.batches}
    head |= {"n": report.layout.n, "weights": _weights(report), "dtype": report.dtype}
    head |= {"form": report.form} if report.form else {}
    head |= {"value": report.value}
    head |= {} if report.vector is None else {"vector": report.vector.tolist()}
    head |= {name: nulled(report.numbers.get(name)) for name in quantities}
    if report.form in ("whole", "blocks"):
        found = [eigenvalues_fields(one) for one in report.eigenvalues] or None
        head["eigenvalues"] = found[-1] if found and report.form == "whole" else found
    if report.spectrum is not None:
        head["spectrum"] = spectrum_fields(report.spectrum, report.dtype)
    head |= {} if report.statistics is None else {"statistics": statistics_fields(report.statistics)}
    head |= {} if report.posterior is None else {"posterior": _posterior(report.posterior)}
    head |= {
        "verdict": report.verdict.value,
        "verdicts": {name: word.value for name, word in report.verdicts.items()},
        "notes": list(report.notes),
        "tape": {**{name: strict(report.tape[name]) for name in quantities}, "repaired": list(report.repaired)},
        "differences": {name: [_check(one) for one in checks] for name, checks in report.checks.items()},
        "modes": nulled(report.modes),
        "plain": None if report.apart is None else _apart(report),
        "exact": _exact(report),
    }
    return head | {"seconds": dict(report.seconds), "versions": dict(report.versions)}


def _weights(report: ModelReport) -> list[dict[str, Any]]:
    return [{"name": one.name, "shape": list(one.shape), "start": one.start} for one in report.layout.tensors]


def _check(one: Any) -> dict[str, Any]:
    return {
        "part": one.part, "outcome": one.outcome.value, "error": nulled(one.error), "bound": nulled(one.bound),
        "step": one.step,
    }  # fmt: skip


def _apart(report: ModelReport) -> dict[str, Any]:
    apart = report.apart
    assert apart is not None
    return {
        "quantity": apart.quantity, "largest": apart.largest, "where": list(apart.where), "plain": apart.plain,
        "right": apart.right, "scale": apart.scale,
    }  # fmt: skip


def _exact(report: ModelReport) -> dict[str, Any] | None:
    if not report.exact:
        return None
    return {"expression": report.expression} | {name: exact.nested() for name, exact in report.exact.items()}


def _posterior(found: Posterior) -> dict[str, Any]:
    """Laplace's approximation; the logarithm of the evidence null where there is none."""
    return {
        "weights": dict(zip(found.names, found.weights.tolist(), strict=True)),
        "standard_deviations": dict(zip(found.names, nulled(found.deviations), strict=True)),
        "covariance": nulled(found.covariance),
        "log_marginal_likelihood": nulled(found.evidence),
        "log_likelihood": nulled(found.likelihood),
        "prior_precision": found.prior_precision,
        "noise": found.noise,
        "notes": list(found.notes),
    }


def _parts(array: Any) -> tuple[Any, ...]:
    return array if isinstance(array, tuple) else (array,)


# files


def _usable(report: ModelReport) -> dict[str, Any]:
    if report.command not in report.numbers:
        raise NoAnswerError(f"there is no number to write: {conclusion(report)}", code="format")
    return dict(report.numbers)


def _npz(report: ModelReport, stream: BinaryIO) -> None:
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
    if (statistics := report.statistics) is not None:
        arrays |= {"standard_errors": statistics.errors, "correlations": statistics.correlations}
    if (posterior := report.posterior) is not None:
        arrays |= {"covariance": posterior.covariance, "standard_deviations": posterior.deviations}
        arrays["log_marginal_likelihood"] = np.array(posterior.evidence)
    arrays |= {"value": np.array(report.value), "weights": report.theta, "names": np.array(report.layout.labels())}
    np.savez(held, **arrays)
    stream.write(held.getvalue())


def _spectral_arrays(report: ModelReport) -> dict[str, Any]:
    found, arrays = report.spectrum, dict[str, Any]()
    assert found is not None
    if found.extremes is not None:
        arrays |= {"eigenvalues": found.extremes.values, "eigenvectors": found.extremes.vectors}
        arrays["errors"] = found.extremes.errors
    if found.trace is not None:
        arrays |= {"trace": found.trace.value, "trace_error": found.trace.error}
    if found.density is not None:
        arrays |= {"nodes": found.density.nodes, "node_weights": found.density.weights}
    solved = {"step": found.step, "solution": found.solution}
    return arrays | {name: one.usable for name, one in solved.items() if one is not None and one.usable is not None}


def _csv(report: ModelReport, stream: BinaryIO) -> None:
    """``weight,number`` a row."""
    array = _usable(report)[report.command]
    stream.write(f"weight,{report.command}\n".encode())
    for name, value in zip(report.layout.labels(), array.tolist(), strict=True):
        stream.write(f'"{name}",{value!r}\n'.encode())


# what it will take


def render_plan(plan: ModelPlan, form: Format, page: Page) -> bytes:
    """What an answer will take, in one of `PLANNED`."""
    if form is Format.JSON:
        inside = {
            "what": plan.command, "n": plan.layout.n, "rows": plan.rows, "batches": plan.batches,
            "answer_bytes": plan.answer_bytes, "work_bytes": plan.work_bytes, "chunk": plan.chunk,
            "products": plan.products, "most_products": plan.most_products, "seconds": plan.seconds, "fits": plan.fits,
        }  # fmt: skip
        return line({"schema": SCHEMA, "command": "model", "plan": inside})
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column(overflow="fold")
    for name, part in plan.layout.layers():
        grid.add_row(name, f"{part.stop - part.start:,} weights")
    grid.add_row("all", f"{plan.layout.n:,} weights")
    grid.add_row("rows", f"{plan.rows:,} in {plan.batches:,} batch{'es' if plan.batches > 1 else ''}")
    what = {"blocks": "blocks", "diagonal": "diagonal", "whole": TITLES.get(plan.command)}.get(plan.form, plan.command)
    grid.add_row(what, f"{_bytes(plan.answer_bytes)}{'' if plan.fits else ', which does not fit'}")
    grid.add_row("meanwhile", f"about {_bytes(plan.work_bytes)} beside TensorFlow's own")
    if plan.products:
        open_end = plan.most_products > plan.products
        least = f"at least, at most {plan.most_products:,}" if open_end else f"with vectors, {plan.chunk:,} at once"
        grid.add_row("products", f"{plan.products:,} {least}")
    more = " for the fewest products" if plan.most_products > plan.products else ""
    grid.add_row("time", f"about {_time(plan.seconds)}{more}, besides loading")
    remedy = [] if plan.fits else [Text("--layer, --blocks, --diagonal, --batch-size, spectrum or hvp take less")]
    return page.draw(grid, *remedy).encode("utf-8", "replace")


def _time(seconds: float) -> str:
    return f"{seconds:.2g} s" if seconds < 100 else f"{seconds / 60:,.0f} min"


def _bytes(size: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1024
    return f"{size:,.1f} GiB"
