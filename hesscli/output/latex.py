"""LaTeX: the function, its derivatives as closed forms, and their exact values; the tape's numbers where they part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from hesscli.errors import HesscliError
from hesscli.language.syntax import parse
from hesscli.language.typesetting import escape, typeset, typeset_name, typeset_names
from hesscli.language.typesetting import typeset_number as decimal
from hesscli.output.entries import entries, names, shape
from hesscli.output.polynomial import polynomial, step
from hesscli.output.summary import sentence
from hesscli.output.table import number
from hesscli.quantities import QUANTITIES
from hesscli.result import Result, Texts, Verdict

MATRIX = 2
ROW = r" \\ "
MOST_COLUMNS = 10
"""Of amsmath's matrices, its counter MaxMatrixCols; an array has no such limit."""

Typeset = Callable[[Any], str]


def render(results: Iterable[Result]) -> Iterator[bytes]:
    """One block of display maths a result, ready for a document that loads ``amsmath``.

    Args:
        results: of any command that differentiates.

    Yields:
        UTF-8: comments with verdict and notes, and an ``align*``: the function, the point, the quantities.
    """
    for result in results:
        yield ("\n".join(_block(result)) + "\n").encode("utf-8", "replace")


def _block(result: Result) -> list[str]:
    names_of = typeset_names((*result.variables, *dict(result.parameters)))
    drawn = [names_of[name] for name in result.variables]
    where = ", ".join(f"{name} = {decimal(number(x))}" for name, x in zip(drawn, result.point, strict=True))
    comments = [f"hesscli {result.request.command}: {result.verdict.value}: {sentence(result)}", *result.notes]
    lines = [r"\begin{align*}", rf"f({', '.join(drawn)}) &= {_function(result, comments)} \\"]
    lines.append(rf"&\text{{at }} {where} \\")
    if result.verdict is not Verdict.AGREE:
        lines.append(rf"&\text{{{escape(f'{result.verdict.value}: {sentence(result)}')}}} \\")
    for quantity in names(result):
        lines += [rf"{line} \\" for line in _quantity(result, quantity)]
    lines[-1] = lines[-1].removesuffix(r" \\")
    return [*("% " + " ".join(comment.split()) for comment in comments), *lines, r"\end{align*}"]


def _function(result: Result, comments: list[str]) -> str:
    """The function; one that nobody could read typeset stands among the comments."""
    text = _typeset(result, result.parsed)
    if text is None:
        comments.append(f"f = {result.parsed}")
    return text or r"\text{as in the comment above}"


def _typeset(result: Result, text: str) -> str | None:
    """A text of the language as LaTeX."""
    try:
        return typeset(parse(text, variables=result.variables, parameters=dict(result.parameters)))
    except HesscliError:
        return None


def _quantity(result: Result, quantity: str) -> list[str]:
    if QUANTITIES[quantity].series and (written := polynomial(result, exact=True)) is not None:
        return _expansion(result, written)
    dims = shape(result, quantity)
    parts = [(k,) for k in range(dims[0])] if len(dims) > MATRIX else [()]
    return [line for at in parts for line in _sides(result, quantity, at)]


def _expansion(result: Result, written: str) -> list[str]:
    """The polynomial, and the bound of what it leaves out."""
    drawn = _typeset(result, written) or rf"\text{{{escape(written)}}}"
    lines = [f"P &= {drawn}"]
    radius = result.request.radius
    if radius is not None and result.exact is not None and result.exact.remainder is not None:
        names = [typeset_name(name) for name in result.variables]
        steps = [f"|{step(name, a)}|" for name, a in zip(names, result.point, strict=True)]
        where = rf" \le {decimal(number(radius))}, ".join(steps)
        bound = decimal(result.exact.remainder)
        lines.append(rf"|f - P| &\le {bound} \quad \text{{for }} {where} \le {decimal(number(radius))}")
    return lines


def _sides(result: Result, quantity: str, at: tuple[int, ...]) -> list[str]:
    """Closed form = exact value; the tape's numbers below, where they are others or stand alone."""
    symbol = _symbol(result, quantity, at)
    exact = _pick(_nested(result.exact.values.get(quantity) if result.exact else None), at)
    formula = _pick(_nested(result.formulas.get(quantity)), at) if quantity != "value" else None
    tape = _pick(_tape(result, quantity), at)
    sides = (
        []
        if formula is None or formula == exact
        else [matrix(formula, lambda text: _typeset(result, text) or rf"\text{{{escape(text)}}}")]
    )
    sides += [] if exact is None else [matrix(exact, lambda text: decimal(text or "nan"))]
    lines = [f"{symbol} &= " + " = ".join(sides)] if sides else []
    if tape is not None and (exact is None or _parts(result, quantity, at)):
        lines.append(rf"{'' if lines else symbol} &\overset{{\text{{tape}}}}{{=}} {matrix(tape, decimal)}")
    return lines


def _parts(result: Result, quantity: str, at: tuple[int, ...]) -> bool:
    """Whether the tape's numbers are others than the exact ones, or no numbers."""
    if result.verdicts.get(quantity) is Verdict.AGREE:
        return False
    shown = [entry for entry in entries(result, quantity) if entry.index[: len(at)] == at]
    return any(entry.error is None or not entry.error <= result.rtol for entry in shown)


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
    """Slice k of a tensor of derivatives is the tensor of the k-th partial derivative; else k is a component."""
    if quantity == "derivative":
        order = len(result.request.wrt or ()) or result.request.order or 1
        below = "".join(rf"\frac{{\partial}}{{\partial {typeset_name(result.variables[k])}}} " for k in at)
        return rf"D^{{{order - len(at)}}} {below}f"
    f = "f" if not at else f"f_{{{at[0] + 1}}}"
    return QUANTITIES[quantity].symbol.format(f=f)


def matrix(values: Any, show: Typeset) -> str:
    """A scalar, a column or a matrix; deeper arrays row by row."""
    if not isinstance(values, (list, tuple)):
        return str(show(values))
    rows = [row if isinstance(row, (list, tuple)) else [row] for row in values]
    cells = ROW.join(" & ".join(matrix(cell, show) for cell in row) for row in rows)
    columns = max(map(len, rows), default=0)
    if columns <= MOST_COLUMNS:
        return rf"\begin{{bmatrix}} {cells} \end{{bmatrix}}"
    return rf"\left[\begin{{array}}{{*{{{columns}}}{{c}}}} {cells} \end{{array}}\right]"
