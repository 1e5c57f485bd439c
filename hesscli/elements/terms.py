"""Sums of too many terms to be added in balls: a sample of the terms one by one, and the outer expression.

Every derivative of f that the tape gives is made of the bodies' derivatives in every term and of the outer expression's
in the totals; of both the exact side says whether the tape has them right. Adding them loses nothing (addition.py), but
where terms cancel their own rounding is left; how much that is the sample tells.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import unit_roundoff
from hesscli.compute.sensitivity import sensitivities
from hesscli.elements.entries import number, numbers
from hesscli.elements.expansion import WrittenTerms, written
from hesscli.elements.forms import BlockSum
from hesscli.elements.found import Found, How, partials
from hesscli.exact import Session, Ticket
from hesscli.language.expression import Expression
from hesscli.language.programs.program import Program
from hesscli.options import Tolerance
from hesscli.request import Index, Path, Request, label
from hesscli.result import Decimals, ExactAnswer, TapeAnswer, Verdict
from hesscli.verdict import Judgement, Place, judge, worst_of

Array = NDArray[Any]

LOOKED = 400
"""Terms of one sum that are looked at."""

SAFETY = 10
"""A long sum may be so much further off than its terms are on average."""

Rates = dict[tuple[int, Path], float]
"""Element and derivative of its body -> how far off the tape is, relative to the terms' sizes."""

NUMBERS = 6_000
"""Derivatives of all of them together."""

RARE = 0.01
"""Share of a block's entries that may be open without leaving all of them unchecked."""

WIDE = 10
"""Coefficients of a linear form; with more a derivative counts as several."""

SEED = 20_240_301


@dataclass(frozen=True, slots=True)
class Looked:
    """What was asked of one body, or of the outer expression.

    Attributes:
        which: the element; -1 of the outer expression.
        head: the sum as typed; empty of the outer expression.
        body: of k variables.
        where: every point in words.
        points: shape (m, k).
        paths: the derivatives, the value first.
        ticket: the exact side's answers, one a point.
        terms: the same with linear forms written out, which the exact side was asked of.
    """

    which: int
    head: str
    body: Expression
    where: tuple[str, ...]
    points: Array
    paths: tuple[Path, ...]
    ticket: Ticket
    terms: WrittenTerms


def ask_terms(program: Program, x: Array, command: str, session: Session, dtype: str) -> list[Looked]:
    """Ask for terms of every sum, drawn at random, the first and the last among them; returns at once."""
    generator = np.random.default_rng(SEED)
    asked = []
    for which, element in enumerate(program.elements):
        if not element.count:
            continue
        pairs = element.pairs if command != "gradient" else ()
        paths: tuple[Path, ...] = ((), *((a,) for a in element.slopes), *pairs)
        width = sum(len(form.places) for form in element.forms.values())
        count = min(element.count, LOOKED, max(4, NUMBERS // len(paths) // max(1, width // WIDE)))
        drawn = generator.choice(element.count, count, replace=False)
        rows = np.unique(np.append(drawn, [0, element.count - 1]))
        points = element.points(x, rows)
        where = tuple(element.where(int(row)) for row in rows)
        terms = written(element, x, rows)
        asked.append(_asked(which, element.head, element.body, where, points, paths, session, dtype, terms))
    return asked


def _asked(
    which: int, head: str, body: Expression, where: tuple[str, ...], points: Array, paths: tuple[Path, ...],
    session: Session, dtype: str, terms: WrittenTerms | None = None,
) -> Looked:  # fmt: skip
    request = Request("partials", paths=paths)
    terms = terms or WrittenTerms(body, points, {}, frozenset())
    ticket = session.submit(terms.body, request, terms.points.tolist(), formulas=False, dtype=dtype)
    return Looked(which, head, body, where, points, paths, ticket, terms)


def ask_outer(program: Program, totals: Array, command: str, session: Session, dtype: str) -> list[Looked]:
    """Ask for the outer expression's derivatives in the tape's totals and the entries; none where it only adds."""
    if program.additive:
        return []
    slopes = tuple((a,) for a in sorted(program.outer.dependence()[program.outer.outputs[0]]))
    paths: tuple[Path, ...] = ((), *slopes, *(program.coupled if command != "gradient" else ()))
    return [_asked(-1, "", program.outer, ("the totals",), totals[None, :], paths, session, dtype)]


def judge_terms(
    asked: Sequence[Looked], command: str, how: How, tolerance: Tolerance, session: Session
) -> tuple[Judgement, int, Rates]:
    """What both witnesses say of them, by quantity; how many terms were decided; how far off they are on average.

    A term that has no derivative leaves its quantities unchecked: f may have one for all that.

    Args:
        asked: bodies and rows.
        command: whose second derivatives count for the Hessian, or its product.
        how: the tape works.
        tolerance: when a number agrees.
        session: the exact side, for sensitivities.
    """
    said: dict[str, list[float]] = {}
    holes: dict[str, list[bool]] = {}
    texts: dict[str, list[str | None]] = {}
    origin: dict[str, list[tuple[Looked, int, Path]]] = {}
    statuses: dict[str, str] = {}
    terms, proven, rates = 0, True, dict[tuple[int, Path], float]()
    for one in asked:
        numbers, none = partials(one.body, one.paths, one.points, how, Found())
        right = np.full(numbers.shape, np.nan)
        for row, answer in enumerate(one.ticket.answers()):
            known = answer.values["partials"].texts if "partials" in answer.values else (None,) * len(one.paths)
            terms += bool(one.head) and None not in known
            proven = proven and answer.proven
            for k, path in enumerate(one.paths):
                name = ("value", "gradient", command)[len(path)]
                said.setdefault(name, []).append(float(numbers[row, k]))
                holes.setdefault(name, []).append(bool(none[row, k]))
                texts.setdefault(name, []).append(known[k])
                origin.setdefault(name, []).append((one, row, path))
                right[row, k] = np.nan if known[k] is None else float(Decimals((), (known[k],)).double)
                bad = known[k] is None or answer.status not in ("ok", "undefined")
                statuses[name] = "unchecked" if bad else statuses.get(name, answer.status)
        rates |= {(one.which, path): _rate(numbers[:, k], right[:, k], how) for k, path in enumerate(one.paths)}
    exact = ExactAnswer(
        {name: Decimals((len(rows),), tuple(rows)) for name, rows in texts.items()}, proven=proven, statuses=statuses
    )
    tape = TapeAnswer(
        {name: np.array(rows) for name, rows in said.items()}, {name: np.array(rows) for name, rows in holes.items()}
    )

    def sizes(places: Sequence[tuple[str, Index]]) -> Array:
        found = []
        for name, (index,) in places:
            one, row, path = origin[name][index]
            request = Request("partials", paths=(path,))
            point = one.terms.points[row].tolist()
            found.append(sensitivities(session, one.terms.body, request, point, [("partials", (0,))], how.dtype)[0])
        return np.array(found)

    found = judge(tape, exact, tolerance, sizes)
    return replace(found, notes=tuple(_named(note, origin) for note in found.notes)), terms, rates


def _rate(tape: Array, exact: Array, how: How) -> float:
    """How far off terms are on average, relative to their average size; at least the rounding of the dtype."""
    decided = np.isfinite(tape) & np.isfinite(exact)
    size = float(np.abs(exact[decided]).sum())
    off = float(np.abs(tape - exact)[decided].sum())
    rate = off / size if size else math.inf if off else 0.0
    return unit_roundoff(how.dtype) + rate


def cancelled(
    found: Found, rates: Rates, tolerance: Tolerance, decided: Container[Place]
) -> tuple[dict[str, str], list[str]]:
    """Quantity -> the sentence that says in which of its long sums the terms cancel beyond their digits.

    And sentences on rare entries of blocks of which the same is true, and that are right beside the largest ones: of
    500,000 products of columns some leave a millionth of their terms by chance.

    The terms t of a sum S are off by about rate * sum |t| together, and by `SAFETY` times that at most; where this is
    more than the tolerance allows of S nobody knows what S is worth.

    Args:
        found: what the tape says.
        rates: from `judge_terms`.
        tolerance: when a number agrees.
        decided: places that the exact side has decided itself.
    """
    told, rare = dict[str, str](), list[str]()
    open_sums = {at: sums for at, sums in found.long.items() if at not in decided}
    for (name, place), sums in open_sums.items():
        left = number(found, place, name)
        off = size = 0.0
        for which, long in sums.items():
            weight = abs(found.weights.get(which, 0.0))
            size += weight * sum(long.sizes.values())
            off += weight * sum(rates.get((which, path), math.inf) * one for path, one in long.sizes.items())
        if name not in told and not SAFETY * off <= tolerance.rtol * abs(left) + tolerance.atol:
            cancel = f"terms of size {size:.3g} together leave {left:.3g}"
            told[name] = f"{label(name, place)}: {cancel}; how many digits of it are right is not checked"
    for which, blocks in found.blocks.items():
        for block in blocks:
            rate = (rates.get((which, block.path), math.inf) + block.rounding) * abs(found.weights.get(which, 0.0))
            sentence, apart = _cancelled_in(block, found, rate, tolerance, decided)
            if sentence and apart:
                rare.append(sentence)
            elif sentence:
                told.setdefault(block.name, sentence)
    return told, rare


def _cancelled_in(
    block: BlockSum, found: Found, rate: float, tolerance: Tolerance, decided: Container[Place]
) -> tuple[str, bool]:
    """The sentence on the sums of a block whose terms cancel, empty where none do; whether they are rare and small."""
    left = numbers(found, block.name, block.rows, block.columns)
    off = SAFETY * rate * block.sizes
    doubtful = np.argwhere(~(off <= tolerance.rtol * np.abs(left) + tolerance.atol))
    open_ones: dict[Index, tuple[int, ...]] = {}
    for at in map(tuple, doubtful.tolist()):
        i, j = int(block.rows[at[0]]), None if block.columns is None else int(block.columns[at[1]])
        place: Index = (i,) if j is None else (max(i, j), min(i, j))
        if (block.name, place) not in decided:
            open_ones.setdefault(place, at)
    if not open_ones:
        return "", False
    first, at = next(iter(open_ones.items()))
    cancel = f"terms of size up to {block.sizes[at]:.3g} together leave {left[at]:.3g}"
    small = max(float(off[one]) for one in open_ones.values()) <= tolerance.rtol * float(np.max(np.abs(left)))
    if not (small and len(doubtful) <= RARE * left.size):
        return f"{label(block.name, first)}: {cancel}; how many digits of it are right is not checked", False
    few = f"{len(open_ones) - 1:,} more like it" if len(open_ones) > 1 else "no other entry"
    beside = f"right beside the largest entry, {float(np.max(np.abs(left))):.3g}; its own digits are not checked"
    return f"{label(block.name, first)}, and {few}: {cancel}, {beside}", True


def _named(note: str, origin: dict[str, list[tuple[Looked, int, Path]]]) -> str:
    """``gradient[17]`` of the sample as the derivative of a term."""
    name, bracket, rest = note.partition("[")
    index, closed, told = rest.partition("]")
    if name not in origin or not (bracket and closed and index.isdigit()):
        return note
    one, row, path = origin[name][int(index)]
    by = f", by {', '.join(one.body.variables[k] for k in path)}" if path else ""
    return f"{f'the term of {one.head} at ' if one.head else 'the outer expression at '}{one.where[row]}{by}{told}"


def merged(whole: Judgement, terms: Judgement, lost: Collection[str] = ()) -> Judgement:
    """The verdicts on entries, with those on terms where there are none, or worse ones.

    Args:
        whole: of entries.
        terms: of terms and of the outer expression.
        lost: quantities with a sum that neither is known: that the others agree says nothing of it.
    """
    verdicts = dict(whole.verdicts)
    for name, verdict in terms.verdicts.items():
        before = verdicts.get(name, Verdict.UNCHECKED)
        if Verdict.UNCHECKED not in (before, verdict):
            verdicts[name] = worst_of((before, verdict))
        elif before is Verdict.UNCHECKED:
            verdicts[name] = verdict
    verdicts |= {name: Verdict.UNCHECKED for name in lost if verdicts.get(name) is Verdict.AGREE}
    sizes = [one.accuracy for one in (whole, terms) if one.accuracy is not None]
    accuracy = max(sizes, key=lambda one: one.max_rel, default=None)
    return replace(whole, verdicts=verdicts, accuracy=accuracy, notes=(*whole.notes, *terms.notes))
