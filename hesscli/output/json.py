"""Strict JSON, one object a result: the schema ``hesscli/1``."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from hesscli.errors import LimitError
from hesscli.output.curvature import exact_fields, fields
from hesscli.output.formats import SCHEMA
from hesscli.output.operators import statistics_fields
from hesscli.output.polynomial import exponents, polynomial, remainder
from hesscli.output.spectrum import spectrum_fields
from hesscli.output.strict import nulled, strict
from hesscli.quantities import QUANTITIES, VERBS
from hesscli.request import label
from hesscli.result import Accuracy, ExactAnswer, Explanation, Result, Subject, TapeAnswer, writes
from hesscli.versions import versions

ENCODER = json.JSONEncoder(allow_nan=False, ensure_ascii=False)

LARGEST_OBJECT = 5_000_000
"""Numbers of one JSON object."""


def check_size(numbers: int, instead: str) -> None:
    """Refuse what would be too large for text.

    Args:
        numbers: of the object.
        instead: files that hold as many.

    Raises:
        LimitError: more than ``LARGEST_OBJECT``.
    """
    if numbers > LARGEST_OBJECT:
        raise LimitError(f"JSON of {numbers:,} numbers; the limit is {LARGEST_OBJECT:,}; -o {instead} holds them")


@writes(Result, "dict")
def to_dict(result: Result) -> dict[str, Any]:
    """The JSON object of one result.

    Args:
        result: of any command.

    Returns:
        Plain dicts, lists, strings, numbers and None; NaN and infinities are ``"nan"``, ``"inf"``, ``"-inf"``.
    """
    request = result.request
    top = head(request.command, result)
    if result.parameters:
        top["parameters"] = {name: strict(value) for name, value in result.parameters}
    top |= {"point": strict(result.point), "dtype": result.dtype, "method": result.method}
    return top | _asked(result) | _numbers(result) | _judged(result)


def head(command: str, subject: Subject) -> dict[str, Any]:
    """The first keys of every object about a function.

    Args:
        command: what was asked.
        subject: the function.
    """
    told = {"expression": subject.expression, "parsed": subject.parsed, "variables": list(subject.variables)}
    return {"schema": SCHEMA, "command": command, **told}


def _asked(result: Result) -> dict[str, Any]:
    request = result.request
    needs = VERBS[request.command].needs
    if VERBS[request.command].series:
        bound = remainder(result)
        series = {"exponents": exponents(result), "polynomial": polynomial(result)}
        return {"order": request.degree, **series, **({} if bound is None else {"remainder": strict(bound)})}
    if needs == "order":
        wrt = None if request.wrt is None else [result.variables[k] for k in request.wrt]
        return {"order": request.order if wrt is None else len(wrt), "wrt": wrt}
    return {"vector": strict(request.vector)} if needs == "vector" else {}


def _numbers(result: Result) -> dict[str, Any]:
    """The numbers to use, null where there is none; those of the command are always there."""
    arrays = result.tape.arrays if result.tape is not None else {}
    exact = result.exact.values if result.exact is not None else {}
    vector = "jacobian" in arrays or "jacobian" in exact
    swap = {"gradient": "jacobian"} if vector else {}
    always = [swap.get(name, name) for name in VERBS[result.request.command].arrays]
    shown = [name for name in QUANTITIES if name in always or name in arrays or name in exact]
    return {name: nulled(result.numbers(name)) for name in shown}


def _tape(tape: TapeAnswer) -> dict[str, Any]:
    """What TensorFlow gave: ``"nan"`` and infinities as strings, null for None that nobody proved zero."""
    return {name: _array(tape, name) for name in QUANTITIES if name in tape.arrays} | {"repaired": list(tape.repaired)}


def _array(tape: TapeAnswer, name: str) -> Any:
    array = np.asarray(tape.arrays[name])
    if np.isfinite(array).all():
        return array.tolist()
    holes = tape.holes.get(name)
    numbers = array.astype(object)
    if holes is not None:
        numbers[np.isnan(array) & np.asarray(holes)] = None
    return strict(numbers.tolist())


def _judged(result: Result) -> dict[str, Any]:
    judged: dict[str, Any] = {
        "verdict": result.verdict.value,
        "verdicts": {name: result.verdicts[name].value for name in QUANTITIES if name in result.verdicts},
        "notes": list(result.notes),
        "tape": None if result.tape is None else _tape(result.tape),
        "exact": None if result.exact is None else _exact(result, result.exact),
        "accuracy": accuracy_fields(result.accuracy),
    }
    if result.differences:
        judged["differences"] = {
            name: strict({"error": one.error, "bound": one.bound}) for name, one in result.differences.items()
        }
    if result.request.command == "hessian":
        judged |= strict(fields(result))
    judged |= {} if result.spectrum is None else {"spectrum": spectrum_fields(result.spectrum, result.dtype)}
    judged |= {} if result.statistics is None else {"statistics": statistics_fields(result.statistics)}
    if result.explanation is not None:
        judged["explain"] = _explanation(result, result.explanation)
    return judged | {"seconds": strict(dict(result.seconds)), "versions": dict(result.versions)}


def accuracy_fields(accuracy: Accuracy | None) -> Any:
    """How far the tape is off; None where nothing was compared.

    ``units`` stands only where an entry agrees as the exact one of data that many units of roundoff away.
    """
    if accuracy is None:
        return None
    numbers = {"max_abs": accuracy.max_abs, "max_rel": accuracy.max_rel, "digits": accuracy.digits}
    return strict(numbers if accuracy.units is None else {**numbers, "units": accuracy.units})


def _explanation(result: Result, explanation: Explanation) -> dict[str, Any]:
    """Every operation with both witnesses' numbers from the value up, the losses, and float32's numbers."""
    operations = [
        {"operation": o.text, "tape": strict(o.tape), "exact": list(o.exact.texts), "digits": strict(o.digits)}
        for o in explanation.operations
    ]
    losses = [
        {"operation": x.operation, "order": x.order, "before": x.before, "after": x.after, "why": x.why}
        for x in explanation.losses
    ]
    single = None
    if explanation.float32 is not None:
        arrays = {name: _doubles(array) for name, array in explanation.float32.arrays.items()}
        single = arrays | {"accuracy": accuracy_fields(explanation.float32_accuracy)}
    wrt = [result.variables[k] for k in explanation.wrt]
    entry = label(explanation.quantity, explanation.index)
    return {"entry": entry, "wrt": wrt, "operations": operations, "losses": losses, "float32": single}


def _doubles(array: Any) -> Any:
    """Float32 numbers with their own few digits."""
    shortest = np.vectorize(lambda x: float(str(x)), otypes=[float])
    return strict(shortest(np.asarray(array)))


def _exact(result: Result, exact: ExactAnswer) -> dict[str, Any]:
    texts = exact.texts
    values: dict[str, Any] = {name: texts[name] for name in QUANTITIES if name in texts}
    if exact.one_sided:
        values["one_sided"] = {name: {"left": left, "right": right} for name, (left, right) in exact.one_sided.items()}
    formulas = {name: result.formulas[name].nested() for name in QUANTITIES if name in result.formulas}
    curved = {"curvature": exact_fields(result)} if exact.curvature else {}
    return values | curved | {"proven": exact.proven, "formulas": formulas}


def line(value: Result | dict[str, Any], *, request_id: Any = None, first: bool = True, data: Any = None) -> bytes:
    """One line of strict JSON.

    Args:
        value: a result, or an object with a ``schema`` first.
        request_id: what a request of ``batch`` calls itself; what answers it repeats it.
        first: of many, the only one that says which versions took part, last of all.
        data: what came with the point.

    Returns:
        UTF-8, with the line's end.
    """
    obj = to_dict(value) if isinstance(value, Result) else value
    told = obj.get("versions") or versions()
    obj = {name: item for name, item in obj.items() if name != "versions"}
    if first and "command" in obj:
        obj["versions"] = dict(told)
    if request_id is not None:
        obj = {"schema": obj["schema"], "id": request_id, **obj}
    if data is not None:
        obj = {"schema": obj["schema"], "data": strict(data), **obj}
    return ENCODER.encode(obj).encode("utf-8", "backslashreplace") + b"\n"
