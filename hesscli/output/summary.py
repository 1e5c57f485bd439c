"""What follows the numbers: the matrix as a matrix, eigenvalues and their meaning, notes, the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from rich.console import ConsoleRenderable
from rich.text import Text

from hesscli.accuracy import digits, ulps
from hesscli.output.brackets import MATRIX, brackets, six
from hesscli.output.curvature import curvature_lines
from hesscli.output.entries import labelled, shape
from hesscli.output.operators import statistics_table
from hesscli.output.page import Page, hanging
from hesscli.output.spectrum import spectral
from hesscli.quantities import QUANTITIES
from hesscli.result import Accuracy, Result, Verdict

SIGNS = {
    Verdict.AGREE: ("✓", "green"), Verdict.EXACT_ONLY: ("✓", "green"), Verdict.CHECKED: ("✓", "green"),
    Verdict.UNCHECKED: ("?", "yellow"), Verdict.UNDEFINED: ("∅", "yellow"),
    Verdict.NOT_DIFFERENTIABLE: ("✗", "yellow"),
    Verdict.TAPE_FAILED: ("✗", "red"), Verdict.DISAGREE: ("✗", "red"),
}  # fmt: skip

DRAWN = 20
"""Largest Hessian that is drawn as a matrix, where the page has room for it."""

SAME = "the tape's numbers are the exact ones, correctly rounded"

SENTENCES = {
    Verdict.EXACT_ONLY: "the exact side answers alone",
    Verdict.CHECKED: "differences in float64 confirm the tape's numbers",
    Verdict.UNCHECKED: "no exact value confirms the tape's numbers",
    Verdict.UNDEFINED: "some of this has no finite real value here; do not use the tape's numbers for it",
    Verdict.NOT_DIFFERENTIABLE: "f is not {times}differentiable here; do not use the tape's {what}",
    Verdict.TAPE_FAILED: "TensorFlow has no number where an exact value exists",
    Verdict.DISAGREE: "TensorFlow's number is wrong; the exact one is right",
}

DIFFERENCED = {
    Verdict.NOT_DIFFERENTIABLE: "there is a kink here; do not use the tape's derivatives",
    Verdict.UNCHECKED: "differences are too rough here to confirm or refute the tape",
    Verdict.TAPE_FAILED: "TensorFlow has no number here",
    Verdict.DISAGREE: "the tape's numbers are refuted: do not use them",
}
"""Where differences are the witness, and not the exact side."""


def closing(result: Result, page: Page) -> list[ConsoleRenderable]:
    """Everything below the entries."""
    parts = _matrix(result, page) + curvature_lines(result, page)
    if result.spectrum is not None:
        parts += spectral(result.spectrum, result.dtype, page, result.variables)
    if result.statistics is not None:
        parts += [*statistics_table(result.statistics, page), Text("")]
    last = verdict_line(result.verdict, sentence(result), page)
    return [Text(""), *parts, *(_note(note, result, page) for note in result.notes), last]


def verdict_line(verdict: Verdict, meaning: str, page: Page) -> Text:
    """A sign, the verdict's word and what it means; the colour only repeats them."""
    sign, color = SIGNS[verdict]
    text = Text("" if page.ascii_only else f"{sign} ", style=f"bold {color}", overflow="fold")
    return text.append(verdict.value).append(f": {meaning}", style=f"not bold {color}")


def judgement(result: Result, verdict: str) -> str:
    """``disagree: TensorFlow's number is wrong; ...``: a verdict and what it means, without a sign.

    Args:
        result: with its verdict.
        verdict: of the quantity that counts, where it is not that of the whole answer.
    """
    return f"{verdict}: {sentence(replace(result, verdict=Verdict(verdict)))}"


def counted(words: Mapping[str, int]) -> str:
    """How many points have which verdict, the best first.

    Args:
        words: verdict -> how many points have it.

    Example:
        >>> counted({"disagree": 1, "agree": 20})
        '21 points: 20 agree, 1 disagree'
    """
    counts = ", ".join(f"{words[verdict.value]} {verdict.value}" for verdict in Verdict if words.get(verdict.value))
    return f"{sum(words.values())} points: {counts}"


def sentence(result: Result) -> str:
    """What the verdict says, with the digits where there are some.

    Args:
        result: with its verdict.

    Returns:
        The sentence without the verdict's word and without a full stop.
    """
    error = result.accuracy
    if result.differences:
        return _differenced(result)
    if result.verdict is Verdict.AGREE:
        return f"{agreement(error, result.rtol, result.atol)}{_proof(result)}"
    if result.verdict is Verdict.EXACT_ONLY:
        return f"{SENTENCES[result.verdict]}{_proof(result)}"
    if result.verdict is Verdict.DISAGREE and error is not None:
        return f"{SENTENCES[result.verdict]} (relative error {error.max_rel:.1e}, rtol {result.rtol:.0e})"
    if result.verdict is Verdict.UNCHECKED and result.tape is None:
        return f"no tape confirms the exact value{_proof(result)}"
    return SENTENCES[result.verdict].format(**_how_often(result))


def _differenced(result: Result) -> str:
    every = result.differences.values()
    if result.verdict is Verdict.CHECKED:
        return confirmed(max(one.error for one in every), max(one.bound for one in every))
    bad = [name for name, word in result.verdicts.items() if word is result.verdict]
    known = [result.differences[name] for name in bad if name in result.differences]
    figures = [(one.error, one.bound) for one in known if math.isfinite(one.bound)]
    told = f"{DIFFERENCED[result.verdict]} ({', '.join(bad)})"
    if result.verdict is not Verdict.UNCHECKED or not figures:
        return told
    error, bound = (max(column) for column in zip(*figures, strict=True))
    return f"{told}: they are {error:.0e} from it, and their own error may be {bound:.0e}, relative"


def confirmed(error: float, bound: float) -> str:
    """What differences say that confirm a tape.

    Args:
        error: how far it is from them, relative, at most.
        bound: how far they may themselves be off.
    """
    return (
        f"central differences in float64 share {tenths(digits(error))} digits with the tape; "
        f"their own error is at most {bound:.0e}"
    )


def agreement(accuracy: Accuracy | None, rtol: float = math.inf, atol: float = 0.0) -> str:
    """In which sense the tape's numbers are the exact ones; the same words whatever was asked.

    Args:
        accuracy: of the tape; None where the two have no finite entry in common.
        rtol: beyond it an entry agrees by atol alone.
        atol: largest absolute error that is agreement.
    """
    if accuracy is None:
        return "tape and exact value agree"
    if accuracy.units is not None:
        return f"the tape's numbers are right for data within {ulps(accuracy.units)} of those given"
    if accuracy.max_rel > rtol and atol:
        return f"the tape's numbers are within {atol:.1g} of the exact ones"
    if accuracy.max_rel:
        shared = f"{tenths(accuracy.digits)} digits (largest relative error {accuracy.max_rel:.1e})"
        return f"tape and exact value share {shared}"
    return SAME


def _how_often(result: Result) -> dict[str, str]:
    """The lowest order at which a quantity has the verdict of the whole."""
    bad = [name for name in QUANTITIES if result.verdicts.get(name) is result.verdict]
    name = next((name for name in bad if name != "value"), result.request.command)
    order = QUANTITIES[name].order or result.request.degree
    times, which = {1: ("", ""), 2: ("twice ", "second ")}.get(order, (f"{order} times ", f"{ordinal(order)} "))
    return {"times": times, "what": f"{which}derivatives"}


def ordinal(order: int) -> str:
    """``3rd``, ``11th``.

    Example:
        >>> ordinal(3), ordinal(11), ordinal(22)
        ('3rd', '11th', '22nd')
    """
    ends = {1: "st", 2: "nd", 3: "rd"} if order % 100 not in (11, 12, 13) else {}
    return f"{order}{ends.get(order % 10, 'th')}"


def tenths(digits: float) -> str:
    """Decimal digits to one place, never rounded up.

    Example:
        >>> tenths(15.96), tenths(-0.1)
        ('15.9', '0.0')
    """
    return f"{math.floor(max(digits, 0.0) * 10) / 10:.1f}"


def _proof(result: Result) -> str:
    return ", every exact digit proven" if result.exact is not None and result.exact.proven else ""


def _matrix(result: Result, page: Page) -> list[ConsoleRenderable]:
    """The Hessian in brackets, to 6 digits; one a component of a vector."""
    dims = shape(result, "hessian") if result.request.command == "hessian" else ()
    if len(dims) not in {2, 3} or not 2 <= dims[-1] <= DRAWN or math.prod(dims[:-2]) > MATRIX:
        return []
    matrices = np.array(_best(result), dtype=object).reshape(-1, *dims[-2:])
    many = len(dims) == 3
    drawn: list[ConsoleRenderable] = []
    for k, matrix in enumerate(matrices):
        rows = [[six(value) for value in row] for row in matrix]
        drawn += [brackets(f"Hessian{f' of f{k + 1}' if many else ''}", rows, page), Text("")]
    finite = all(math.isfinite(float(value)) for value in matrices.ravel() if value is not None)
    return drawn if finite and all(page.fits(part) for part in drawn) else []


def _best(result: Result) -> Sequence[Any]:
    """The exact Hessian, or the tape's where it stands alone and is not refuted, row by row."""
    exact = result.exact.values.get("hessian") if result.exact is not None else None
    if exact is not None:
        return exact.texts
    numbers = result.numbers("hessian")
    return [] if numbers is None else list(numbers.flat)


def _note(note: str, result: Result, page: Page) -> ConsoleRenderable:
    told = labelled(note, result, ascii_only=page.ascii_only)
    return hanging(Text("- " if page.ascii_only else "• ", style="yellow"), Text(told))
