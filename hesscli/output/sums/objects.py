"""Answers of sums as JSON objects."""

from __future__ import annotations

from typing import Any

from hesscli.elements.report import NumericalCurvature, SampledEntry, SumReport
from hesscli.output.formats import SCHEMA
from hesscli.output.json import accuracy_fields, check_size
from hesscli.output.operators import extremes_fields, solution_fields, statistics_fields
from hesscli.output.strict import nulled, strict


def to_dict(report: SumReport) -> dict[str, Any]:
    """The JSON object.

    Raises:
        LimitError: it would be too large for text.
    """
    check_size(2 * report.n + (0 if report.hessian is None else 3 * report.hessian.nnz), "FILE.npz or FILE.mtx")
    head: dict[str, Any] = {"schema": SCHEMA, "command": report.command}
    head |= {"expression": report.source, "parsed": report.parsed}
    head |= {"blocks": {name: _size(shape) for name, shape in report.blocks}, "n": report.n, "terms": report.terms}
    if report.parameters:
        head["parameters"] = {name: strict(value) for name, value in report.parameters}
    head |= {"point": strict(report.point), "dtype": report.dtype, "method": report.method}
    head |= {"value": nulled(report.value), "gradient": nulled(report.gradient)}
    if report.command == "hessian":
        head["hessian"] = _coo(report)
    if report.hvp is not None:
        head |= {"vector": strict(report.vector), "hvp": nulled(report.hvp)}
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
        head["statistics"] = statistics_fields(report.statistics)
    if report.curvature is not None:
        head["curvature"] = _curvature(report.curvature)
    return head | {"seconds": dict(report.seconds), "versions": dict(report.versions)}


def _size(shape: tuple[int, ...]) -> int | list[int] | None:
    """How many entries a vector has, rows and columns of a matrix; None of a single variable."""
    return list(shape) if len(shape) > 1 else shape[0] if shape else None


def _curvature(found: NumericalCurvature) -> dict[str, Any]:
    """What was asked of the Hessian besides, and the signs of its eigenvalues."""
    told: dict[str, Any] = {"notes": list(found.notes)}
    if (signs := found.signs) is not None:
        told["definiteness"] = None if signs.word == "open" else signs.word
        told |= {"how": signs.how, "negative": signs.negative, "as_good_as_zero": signs.nil}
        told |= {"smallest": strict(signs.smallest), "largest": strict(signs.largest)}
    if (spectrum := found.spectrum) is not None:
        told["eigenvalues"] = extremes_fields(spectrum)
    told |= {} if found.trace is None else {"trace": strict(found.trace)}
    told |= {} if found.diagonal is None else {"diagonal": nulled(found.diagonal)}
    told |= {} if found.solution is None else {"solution": solution_fields(found.solution) | {"of": found.rhs}}
    return told | ({} if found.newton is None else {"newton_step": solution_fields(found.newton)})


def _coo(report: SumReport) -> dict[str, Any]:
    lower = report.hessian
    found = {
        "format": "coo", "shape": [report.n, report.n], "nnz": int(lower.nnz), "row": report.rows().tolist(),
        "col": lower.indices.tolist(), "data": nulled(lower.data), "triangle": "lower",
    }  # fmt: skip
    if report.rank is not None:
        middle, rows = report.rank
        found["plus"] = {
            "form": "J^T C J",
            "middle": nulled(middle),
            "rows": nulled(rows),
        }
    return found


def _exact(report: SumReport) -> dict[str, Any] | None:
    """The entries that were checked, and the terms' closed forms."""
    if not report.entries:
        return None
    return {"entries": [_entry(one) for one in report.entries], "formulas": dict(report.formulas)}


def _entry(one: SampledEntry) -> dict[str, Any]:
    return {"entry": one.label, "by": list(one.names), "tape": strict(one.tape), "exact": one.exact}
