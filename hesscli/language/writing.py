"""Expressions written by computing with them: arithmetic on `Text` gives text in hesscli's language.

NumPy's object arrays of `Text` know matrix products, sums and means, so that a reference for a layer is
written as its definition. What is used more than once becomes a name of its own.

Example:
    >>> x = variables((2, 2))
    >>> write(np.sum((x @ x)[0] ** 2))
    '(x0*x0 + x1*x2)**2 + (x0*x1 + x1*x3)**2'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

FormulaArray = Any  # an object array of Text; NumPy's types do not know its elements
Formula = Any  # a Text that NumPy made
FormulaPart = Union["Text", int, float]

SUM, PRODUCT, POWER, ATOM = range(4)
"""How tightly a text is bound."""


METHODS = {
    **{
        name: name
        for name in ("exp", "log", "sqrt", "cbrt", "expm1", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh")
    },
    **{name: name for name in ("log2", "log10", "hypot", "floor")},
    **{"ceil": "ceiling", "arctan2": "atan2"},
    **{f"arc{name}": f"a{name}" for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
}
"""NumPy's name of a function, which is the method that it looks for in the objects of an array -> the language's."""

UNDECIDED = (
    "a formula is neither true nor false, so nothing can be decided or compared; write the function as a text:"
    " Piecewise((a, x > 0), (b, True)), Max(x, 0)"
)
NO_NUMBER = "a formula is no number; math takes numbers alone: write np.sin(x) for math.sin(x), x for float(x)"
NO_ROUNDING = "rounding is no formula here; write np.floor(x + 0.5)"
NO_INDEX = "a formula is no whole number, and cannot count or be an index"


class Text:
    """A formula: a template with places for its parts.

    Attributes:
        template: text with ``{}`` for every part.
        parts: the formulas that it is made of.
        needs: how tightly each part must be bound to stand without brackets.
        level: how tightly the formula itself is bound: SUM, PRODUCT, POWER or ATOM.
    """

    __slots__ = ("level", "needs", "parts", "template")

    def __init__(self, template: str, parts: Sequence[Text] = (), needs: Sequence[int] = (), level: int = ATOM) -> None:
        self.template, self.parts, self.needs, self.level = template, tuple(parts), tuple(needs), level

    def __add__(self, other: FormulaPart) -> Text:
        return _pair("{} + {}", self, other, (SUM, PRODUCT), SUM)

    def __radd__(self, other: FormulaPart) -> Text:
        return self if isinstance(other, int) and other == 0 else text(other) + self

    def __sub__(self, other: FormulaPart) -> Text:
        return _pair("{} - {}", self, other, (SUM, PRODUCT), SUM)

    def __rsub__(self, other: FormulaPart) -> Text:
        return text(other) - self

    def __mul__(self, other: FormulaPart) -> Text:
        return _pair("{}*{}", self, other, (PRODUCT, POWER), PRODUCT)

    def __rmul__(self, other: FormulaPart) -> Text:
        return text(other) * self

    def __truediv__(self, other: FormulaPart) -> Text:
        return _pair("{}/{}", self, other, (PRODUCT, POWER), PRODUCT)

    def __rtruediv__(self, other: FormulaPart) -> Text:
        return text(other) / self

    def __pow__(self, other: FormulaPart) -> Text:
        return _pair("{}**{}", self, other, (ATOM, ATOM), POWER)

    def __neg__(self) -> Text:
        return text(-1) * self

    def __rpow__(self, other: FormulaPart) -> Text:
        return text(other) ** self

    def __pos__(self) -> Text:
        return self

    def __abs__(self) -> Text:
        return call("Abs", self)

    def __mod__(self, other: FormulaPart) -> Text:
        return call("Mod", self, other)

    def __rmod__(self, other: FormulaPart) -> Text:
        return call("Mod", other, self)

    def __floordiv__(self, other: FormulaPart) -> Text:
        return call("floor", self / other)

    def __rfloordiv__(self, other: FormulaPart) -> Text:
        return call("floor", other / self)

    def __floor__(self) -> Text:
        return call("floor", self)

    def __ceil__(self) -> Text:
        return call("ceiling", self)

    def conjugate(self) -> Text:
        """The formula: all numbers are real; NumPy's variance asks for it."""
        return self

    def __repr__(self) -> str:
        return f"<formula {write(self)[:100]}>"

    def __float__(self) -> float:
        raise TypeError(NO_NUMBER)

    def __index__(self) -> int:
        raise TypeError(NO_INDEX)

    def __round__(self, ndigits: int | None = None) -> Text:
        raise TypeError(NO_ROUNDING)

    def __bool__(self) -> bool:
        raise TypeError(UNDECIDED)

    def __eq__(self, other: object) -> bool:
        raise TypeError(UNDECIDED)

    __lt__ = __le__ = __gt__ = __ge__ = __ne__ = __eq__
    __hash__ = object.__hash__


def _method(name: str) -> Callable[..., Text]:
    def method(self: Text, *others: FormulaPart) -> Text:
        return call(name, self, *others)

    return method


for _numpy, _name in METHODS.items():
    setattr(Text, _numpy, _method(_name))


def _pair(template: str, left: Text, right: FormulaPart, needs: tuple[int, int], level: int) -> Text:
    """An operator between two formulas; of a whole array NumPy asks again for every element."""
    return NotImplemented if isinstance(right, np.ndarray) else Text(template, (left, text(right)), needs, level)


def text(value: FormulaPart) -> Text:
    """A number as text: an integer as an exact one, a negative one in brackets."""
    if isinstance(value, Text):
        return value
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"expected a number or a formula, got {value!r:.40} of type {type(value).__name__}")
    if not np.isfinite(value):
        raise ValueError(f"{value} is no finite number")
    plain = int(value) if isinstance(value, int | np.integer) or float(value) == int(value) else float(value)
    return Text(repr(plain) if plain >= 0 else f"({plain!r})")


def call(name: str, *args: FormulaPart) -> Text:
    """A function of the language."""
    return Text(f"{name}({', '.join('{}' for _ in args)})", [text(a) for a in args], [SUM] * len(args))


def each(name: str) -> Callable[..., FormulaArray]:
    """A function of the language for every element of an array.

    Example:
        >>> write(np.sum(each("tanh")(variables((2,)))))
        'tanh(x0) + tanh(x1)'
    """
    return np.vectorize(lambda *args: call(name, *args), otypes=[object])


def variables(shape: Sequence[int]) -> FormulaArray:
    """The variables of a point of this shape: ``x`` alone, or x0, x1, ... row by row."""
    if not shape:
        return Text("x")
    array: NDArray[Any] = np.empty(int(np.prod(shape)), object)
    array[:] = [Text(f"x{k}") for k in range(len(array))]
    return array.reshape(tuple(shape))


def write(formula: Text) -> str:
    """The whole text; formulas that occur more than once are named before it.

    Example:
        >>> twice = variables(()).exp()
        >>> write(twice * (1 + twice))
        'v0 = exp(x); v0*(1 + v0)'
    """
    order = _post_order(formula)
    leaves = "".join(f" {item.template}" for item in order if not item.parts)
    prefix = next(word for word in ("v", "u", "w", "named_") if f" {word}" not in leaves)
    uses = Counter(id(part) for item in order for part in item.parts)
    done: dict[int, tuple[str, int]] = {}
    names: list[str] = []
    for item in order:
        filled = item.template.format(
            *(_bracketed(*done[id(part)], need) for part, need in zip(item.parts, item.needs, strict=True))
        )
        done[id(item)] = (filled, item.level)
        if item.parts and uses[id(item)] > 1:
            names.append(f"{prefix}{len(names)} = {filled}")
            done[id(item)] = (f"{prefix}{len(names) - 1}", ATOM)
    return "; ".join([*names, done[id(formula)][0]])


def _bracketed(filled: str, level: int, need: int) -> str:
    return filled if level >= need else f"({filled})"


def _post_order(formula: Text) -> list[Text]:
    """Every formula once, its parts before it."""
    order: dict[int, Text] = {}
    stack = [formula]
    while stack:
        item = stack[-1]
        missing = [part for part in item.parts if id(part) not in order]
        if missing:
            stack += missing
            continue
        order.setdefault(id(item), item)
        stack.pop()
    return list(order.values())
