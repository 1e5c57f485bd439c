"""Answers of sums as JSON objects."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.elements.report import Checked, Curvature, Report
from hesscli.errors import LimitError
from hesscli.operators.report import Solution
from hesscli.output.formats import SCHEMA
from hesscli.output.json import accuracy_fields

Array = NDArray[Any]

MOST_JSON = 5_000_000
"""Numbers of one JSON object."""


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
        "accuracy": accuracy_fields(report.accuracy),
    }
    if report.statistics is not None:
        head["statistics"] = {
            "estimates": dict(zip(report.statistics.names, report.statistics.estimates.tolist(), strict=True)),
            "standard_errors": dict(zip(report.statistics.names, _nulls(report.statistics.errors), strict=True)),
            "correlations": [_nulls(row) for row in report.statistics.correlations],
            "notes": list(report.statistics.notes),
        }
    if report.curvature is not None:
        head["curvature"] = _curvature(report.curvature)
    head["seconds"] = dict(report.seconds)
    return head | ({"versions": dict(report.versions)} if first else {})


def _curvature(found: Curvature) -> dict[str, Any]:
    """What was asked of the Hessian besides, and the signs of its eigenvalues."""
    told: dict[str, Any] = {"notes": list(found.notes)}
    if (signs := found.signs) is not None:
        told["definiteness"] = None if signs.word == "open" else signs.word
        told |= {"how": signs.how, "negative": signs.negative, "as_good_as_zero": signs.nil}
        told |= {"smallest": [_strict(x) for x in signs.smallest], "largest": [_strict(x) for x in signs.largest]}
    if (spectrum := found.spectrum) is not None:
        told["eigenvalues"] = {
            "values": _nulls(spectrum.values), "errors": _nulls(spectrum.errors), "products": spectrum.passes,
            "missing": spectrum.missing, "counted": spectrum.counted,
        }  # fmt: skip
    told |= {} if found.trace is None else {"trace": _strict(found.trace)}
    told |= {} if found.diagonal is None else {"diagonal": _nulls(found.diagonal)}
    told |= {} if found.solution is None else {"solution": _solution(found.solution) | {"of": found.rhs}}
    return told | ({} if found.newton is None else {"newton_step": _solution(found.newton)})


def _solution(found: Solution) -> dict[str, Any]:
    return {
        "values": _nulls(found.value), "residual": found.residual, "solver": found.solver, "products": found.passes,
        "curvature_met": found.curvature, "converged": found.converged,
    }  # fmt: skip


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
