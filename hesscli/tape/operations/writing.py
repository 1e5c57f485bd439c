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
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

Texts = Any  # an object array of Text; NumPy's types do not know its elements
Written = Union["Text", int, float]

SUM, PRODUCT, POWER, ATOM = range(4)
"""How tightly a text is bound."""


class Text:
    """A formula: a template with places for its parts, and how tightly it is bound.

    Attributes:
        template: text with ``{}`` for every part, brackets already in it.
        parts: the formulas that it is made of.
        level: SUM, PRODUCT, POWER or ATOM.
    """

    __slots__ = ("level", "parts", "template")

    def __init__(self, template: str, parts: Sequence[Text] = (), level: int = ATOM) -> None:
        self.template, self.parts, self.level = template, tuple(parts), level

    def __add__(self, other: Written) -> Text:
        return _binary("{} + {}", self, other, SUM, SUM, SUM)

    def __radd__(self, other: Written) -> Text:
        return self if _is(other, 0) else text(other) + self

    def __sub__(self, other: Written) -> Text:
        return _binary("{} - {}", self, other, SUM, SUM, PRODUCT)

    def __rsub__(self, other: Written) -> Text:
        return text(other) - self

    def __mul__(self, other: Written) -> Text:
        return self if _is(other, 1) else _binary("{}*{}", self, other, PRODUCT, PRODUCT, POWER)

    def __rmul__(self, other: Written) -> Text:
        return self if _is(other, 1) else text(other) * self

    def __truediv__(self, other: Written) -> Text:
        return _binary("{}/{}", self, other, PRODUCT, PRODUCT, POWER)

    def __rtruediv__(self, other: Written) -> Text:
        return text(other) / self

    def __pow__(self, other: Written) -> Text:
        return _binary("{}**{}", self, other, POWER, ATOM, ATOM)

    def __neg__(self) -> Text:
        return _binary("{}*{}", text(-1), self, PRODUCT, PRODUCT, POWER)

    def exp(self) -> Text:
        """NumPy's ``exp`` of an object array looks for this method; so do the next ones."""
        return call("exp", self)

    def log(self) -> Text:
        """See ``exp``."""
        return call("log", self)

    def sqrt(self) -> Text:
        """See ``exp``."""
        return call("sqrt", self)

    def tanh(self) -> Text:
        """See ``exp``."""
        return call("tanh", self)

    def sin(self) -> Text:
        """See ``exp``."""
        return call("sin", self)

    def cos(self) -> Text:
        """See ``exp``."""
        return call("cos", self)


def text(value: Written) -> Text:
    """A number as text; a negative one in brackets, an integer as an exact one."""
    if isinstance(value, Text):
        return value
    plain = int(value) if float(value) == int(value) else float(value)
    return Text(repr(plain) if plain >= 0 else f"({plain!r})")


def call(name: str, *args: Written) -> Text:
    """A function of the language."""
    return Text(f"{name}({', '.join('{}' for _ in args)})", [text(a) for a in args])


def each(name: str) -> Callable[..., Texts]:
    """A function of the language for every element of an array."""
    return np.vectorize(lambda *args: call(name, *args), otypes=[object])


def variables(shape: Sequence[int]) -> Texts:
    """The variables of a point of this shape: ``x`` alone, or x0, x1, ... row by row."""
    if not shape:
        return Text("x")
    names = [Text(f"x{k}") for k in range(int(np.prod(shape)))]
    array: NDArray[Any] = np.empty(len(names), object)
    array[:] = names
    return array.reshape(tuple(shape))


def write(formula: Text) -> str:
    """The whole text; formulas that occur more than once are named before it: ``v0 = ...; ...``."""
    order = list(_post_order(formula))
    uses = Counter(id(part) for item in order for part in item.parts)
    written: dict[int, tuple[str, int]] = {}
    names: list[str] = []
    for item in order:
        done = item.template.format(*(written[id(part)] for part in item.parts)) if item.parts else item.template
        if uses[id(item)] > 1 and item.parts and item is not formula:
            names.append(f"v{len(names)} = {done}")
            done = f"v{len(names) - 1}"
        written[id(item)] = done  # type: ignore[assignment]
    return "; ".join([*names, written[id(formula)]])  # type: ignore[list-item]
