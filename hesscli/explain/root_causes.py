"""From the output back to the variables: which operations lose digits, and why.

The root causes of an error, as in A. Sanchez-Stern et al., Finding root causes of floating point error (PLDI 2018).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

import numpy as np

from hesscli.accuracy import most_digits, unit_roundoff
from hesscli.language.expression import Expression, Node
from hesscli.result import DigitLoss, Operation

NOTICEABLE = 1.0
"""Digits: less is the ordinary rounding of some operations."""

NOTHING = 0.1
"""Digits: with fewer, all are lost."""

LONG = 60
"""Characters of an operation in a sentence."""

WIDE = Context(prec=17, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
"""Decimals beyond the range of doubles: the product of two tiny numbers is tiny, and no zero to divide by."""

ARITHMETIC = frozenset({"add", "neg", "mul", "div", "pow"})
ORDINALS = ("value", "first derivative", "second derivative", "third derivative")


@dataclass(frozen=True, slots=True)
class _Place:
    """An operation with a loss, and all that may have caused it.

    Attributes:
        node: of the program.
        own: what the witnesses say of it.
        operands: what they say of those operands that depend on a variable.
        order: at which the loss happens.
        dtype: of the tape.
    """

    node: Node
    own: Operation
    operands: tuple[Operation, ...]
    order: int
    dtype: str

    @property
    def exact(self) -> float:
        return float(self.own.exact.double[self.order])

    @property
    def text(self) -> str | None:
        return self.own.exact.texts[self.order]

    @property
    def tape(self) -> float | None:
        return self.own.tape[self.order]


def root_causes(program: Expression, table: Mapping[int, Operation], dtype: str) -> Iterator[DigitLoss]:
    """The operations that lose digits: a walk from the output towards the variables, wherever the loss comes from.

    Args:
        program: of one component.
        table: position -> its operation, as both witnesses see it.
        dtype: of the tape.

    Yields:
        The losses, those nearest to the output first.
    """
    best = most_digits(dtype)
    waiting, seen = [program.outputs[0]], set[int]()
    while waiting:
        k = waiting.pop()
        if k in seen or k not in table:
            continue
        seen.add(k)
        own, least = table[k], _least(table[k], best)
        # An operand with far fewer digits than the result had no weight in it.
        arriving = [a for a in program.nodes[k].args if a in table and _least(table[a], best) >= least - NOTICEABLE]
        waiting += sorted(a for a in arriving if _least(table[a], best) < best - NOTICEABLE)
        drops = [
            (min((_least(table[a], best, order) for a in arriving), default=best), after, order)
            for order, after in enumerate(own.digits)
            if after is not None
        ]
        most = max((before - after for before, after, _ in drops), default=0.0)
        if most >= NOTICEABLE:
            before, after, order = next(
                drop for drop in drops if drop[0] - drop[1] >= max(NOTICEABLE, most - NOTICEABLE)
            )
            operands = tuple(table[a] for a in program.nodes[k].args if a in table)
            yield DigitLoss(own.text, order, before, after, _why(_Place(program.nodes[k], own, operands, order, dtype)))


def _least(operation: Operation, best: float, order: int | None = None) -> float:
    """The fewest digits that an operation has up to an order."""
    found = operation.digits if order is None else operation.digits[: order + 1]
    return min((d for d in found if d is not None), default=best)


def _why(place: _Place) -> str:
    """The first cause of the table ``CAUSES`` that fits."""
    return next(words for cause in CAUSES if (words := cause(place)))


def _out_of_range(place: _Place) -> str:
    exact, limits = place.exact, np.finfo(place.dtype)
    text = place.text
    if abs(exact) > float(limits.max):
        return f"overflow: the exact {_of(place.order)} {text} is beyond the range of {place.dtype}"
    if 0 < abs(exact) < float(limits.tiny) or (exact == 0 and not place.own.exact.zero[place.order]):
        return f"underflow: the exact {_of(place.order)} {text} is below the normal range of {place.dtype}"
    return ""


def _no_number(place: _Place) -> str:
    if place.tape is not None and math.isfinite(place.tape):
        return ""
    return f"TensorFlow gives {place.tape} for the {_of(place.order)}, the exact one is {place.text}"


def _convention(place: _Place) -> str:
    """An operand without a derivative here, for which TensorFlow has a number all the same."""
    kinks = [
        o.text for o in place.operands if "nan" in o.exact.texts[: place.order + 1] and o.tape[place.order] is not None
    ]
    if place.order == 0 or not kinks:
        return ""
    return f"TensorFlow's convention for the {_of(place.order)} of {shortened(kinks[0])}, which has none here"


def _cancellation(place: _Place) -> str:
    """A sum whose terms are far larger than itself."""
    if place.node.op != "add":
        return ""
    terms = [abs(o.exact.double[place.order]) for o in place.operands if o.exact.finite[place.order]]
    largest, left = max(terms, default=0.0), abs(place.exact)
    if largest <= 10 * left:
        return ""
    return f"cancellation: terms as large as {largest:.3g} leave {left:.3g}"


def _rule_cancels(place: _Place) -> str:
    """Products and quotients have exact rules: digits are lost only where their terms cancel."""
    if place.order == 0 or place.node.op not in ARITHMETIC:
        return ""
    return f"cancellation between the terms of its {_of(place.order)}"


def _chain_cancels(place: _Place) -> str:
    """The second derivative of g(u) is g'(u) u'' + g''(u) u'^2; the first of its terms is known: g'(u) = f'/u'."""
    if place.order != 2 or len(place.operands) != 1:
        return ""
    own, operand = place.own.exact, place.operands[0].exact
    known = (own.texts[1], *operand.texts[1:3])
    if not (own.finite[1] and operand.finite[1:3].all()):
        return ""
    slope, inner, bend = (Decimal(x or "nan") for x in known)
    term = abs(float(WIDE.multiply(WIDE.divide(slope, inner), bend))) if inner else 0.0
    if not term > 10 * abs(place.exact):
        return ""
    return f"cancellation: the chain rule's terms, as large as {term:.3g}, leave {abs(place.exact):.3g}"


def _magnified(place: _Place) -> str:
    """The rounding error of the operand times the condition number is no smaller than the error."""
    condition = _condition(place)
    if condition is None or 10 * condition * unit_roundoff(place.dtype) < 10 ** -(place.own.digits[place.order] or 0):
        return ""
    return f"it magnifies the rounding error of {shortened(place.operands[0].text)} about {condition:.1g} times"


def _condition(place: _Place) -> float | None:
    """|u g'(u) / g(u)| of an operation on one operand u, g its value or derivative; g'(u) = (dg/dx) / (du/dx)."""
    if len(place.operands) != 1 or place.operands[0].text.isidentifier():  # a variable is exact
        return None
    own, operand, asked = place.own.exact, place.operands[0].exact, slice(place.order, place.order + 2)
    known = (*own.texts[asked], *operand.texts[:2])
    if not (own.finite[asked].all() and operand.finite[:2].all()):
        return None
    g, slope, u, inner = (Decimal(x or "nan") for x in known)
    return abs(float(WIDE.divide(WIDE.multiply(u, slope), WIDE.multiply(inner, g)))) if g and inner else None


def _own_rounding(place: _Place) -> str:
    return f"TensorFlow gives {place.tape!r}, the exact {_of(place.order)} is {place.text}"


CAUSES = (
    _out_of_range,
    _no_number,
    _convention,
    _cancellation,
    _rule_cancels,
    _chain_cancels,
    _magnified,
    _own_rounding,
)
"""What may be the cause, the most certain first."""


def _of(order: int) -> str:
    return ORDINALS[order] if order < len(ORDINALS) else f"derivative of order {order}"


def sentence(loss: DigitLoss) -> str:
    """A loss in words: which operation, how many digits, why."""
    where = "" if loss.order == 0 else f" in its {_of(loss.order)}"
    lost = f"{_tenths(loss.before - loss.after)} of" if loss.after >= NOTHING else "all"
    return f"{shortened(loss.operation)} loses {lost} {_tenths(loss.before)} digits{where}: {loss.why}"


def shortened(text: str) -> str:
    """A long operation without its middle."""
    return text if len(text) <= LONG else f"{text[: LONG - 25]} ... {text[-20:]}"


def _tenths(digits: float) -> str:
    """Digits to one place, never rounded up."""
    return f"{math.floor(digits * 10) / 10:.1f}"
