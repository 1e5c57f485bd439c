"""LaTeX: value, gradient and Hessian as ``bmatrix``, the tape's, the exact and the closed form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from hesscli.output.entries import derivative_of, names, shape
from hesscli.output.meaning import sentence
from hesscli.output.table import number
from hesscli.output.typeset import escape, latex, name
from hesscli.output.typeset import number as decimal
from hesscli.result import Result, Texts, Verdict

MATRIX = 2
ROW = r" \\ "


def render(results: Iterable[Result]) -> Iterator[bytes]:
    """One block of display maths a result, ready for a document that loads ``amsmath``."""
    for result in results:
        yield ("\n".join(_block(result)) + "\n").encode("utf-8", "replace")


def _block(result: Result) -> list[str]:
    arguments = ", ".join(map(name, result.variables))
    where = ", ".join(
        f"{name(x)} = {decimal(number(value))}" for x, value in zip(result.variables, result.point, strict=True)
    )
    lines = [rf"% hesscli {result.request.command}: {result.verdict.value}: {sentence(result)}"]
    lines += [f"% {note}".replace("\n", " ") for note in result.notes]
    lines += [r"\begin{align*}", rf"f({arguments}) &= {_formula(result)} \\", rf"&\text{{at }} {where} \\"]
    if result.verdict is not Verdict.AGREE:
        lines.append(rf"&\text{{{escape(f'{result.verdict.value}: {sentence(result)}')}}} \\")
    for quantity in names(result):
        lines += [rf"{line} \\" for line in _quantity(result, quantity)]
    lines[-1] = lines[-1].removesuffix(r" \\")
    return [*lines, r"\end{align*}"]


def _formula(result: Result) -> str:
    return latex(result.parsed)


def _quantity(result: Result, quantity: str) -> list[str]:
    dims = shape(result, quantity)
    if len(dims) > MATRIX:
        parts = [_sides(result, quantity, (k,)) for k in range(dims[0])]
        return [line for part in parts for line in part]
    return _sides(result, quantity, ())


def _sides(result: Result, quantity: str, at: tuple[int, ...]) -> list[str]:
    """Formula = exact, and the tape's numbers below."""
    symbol = _symbol(result, quantity, at)
    exact = _pick(_nested(result.exact.values.get(quantity) if result.exact else None), at)
    formula = _pick(_nested(result.formulas.get(quantity)), at) if quantity != "value" else None
    tape = _pick(_tape(result, quantity), at)
    sides = [_matrix(formula, latex)] if formula is not None else []
    sides += [_matrix(exact, lambda text: decimal(text or "nan"))] if exact is not None else []
    lines = [f"{symbol} &= " + " = ".join(sides)] if sides else []
    if tape is not None:
        drawn = _matrix(tape, decimal)
        lines.append(rf"{'' if lines else symbol} &\overset{{\text{{tape}}}}{{=}} {drawn}")
    return lines


def _tape(result: Result, quantity: str) -> Any:
    if result.tape is None or quantity not in result.tape.arrays:
        return None
    array = np.asarray(result.tape.arrays[quantity])
    texts = np.array([number(x, result.dtype) for x in array.ravel()], dtype=object)
    return texts.reshape(array.shape).tolist()


def _nested(texts: Texts | None) -> Any:
    return None if texts is None else texts.nested()


def _pick(values: Any, at: tuple[int, ...]) -> Any:
    for k in at:
        values = None if values is None else values[k]
    return values


def _symbol(result: Result, quantity: str, at: tuple[int, ...]) -> str:
    f = "f" if not at else f"f_{{{at[0] + 1}}}"
    if quantity == "derivative":
        order = len(derivative_of(result, quantity, at)[1]) or result.request.order or 1
        return rf"D^{{{order}}} {f}"
    return {
        "value": f,
        "gradient": rf"\nabla {f}",
        "jacobian": "J",
        "hessian": rf"\nabla^2 {f}",
        "hvp": r"\nabla^2 f \, v",
    }[quantity]


def _matrix(values: Any, show: Any) -> str:
    """A scalar, a column or a matrix; deeper arrays row by row."""
    if not isinstance(values, (list, tuple)):
        return str(show(values))
    rows = [row if isinstance(row, (list, tuple)) else [row] for row in values]
    cells = [" & ".join(_matrix(cell, show) for cell in row) for row in rows]
    return rf"\begin{{bmatrix}} {ROW.join(cells)} \end{{bmatrix}}"
