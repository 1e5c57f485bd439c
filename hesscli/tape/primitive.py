"""Primitives: one row a function, with its kernel and its partial derivatives as text.

    besselj(n, x):  kernel J_n(x),  d/dx = (besselj(n - 1, x) - besselj(n + 1, x))/2

A partial is an expression in our own language over the arguments' names, and calls rows of this table. So the
derivative of a derivative is of these rows again, to any order: by tapes through a custom gradient, in Taylor mode by
integrating the partial along the series of the arguments.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from hesscli.language.definitions import inlined
from hesscli.language.expression import Expression
from hesscli.language.functions import CALLABLE, Function
from hesscli.language.syntax import parse
from hesscli.tape.constants import CONSTANTS, EXACTLY
from hesscli.tape.quiet import tf
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Rule, Tensor, integer, is_number, number, tensor


class Overloaded:
    """A value that is neither number nor tensor and knows how to go through a primitive, such as a power series."""

    def apply(self, row: Primitive, args: Sequence[Any]) -> Any:
        """The value of a primitive at arguments one of which is this.

        Args:
            row: the primitive.
            args: numbers, tensors and values of this kind.
        """
        raise NotImplementedError


class Missing(str):
    """A partial derivative that nobody has: a sentence that says so. It is NaN, never a wrong number."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """One row of the tape.

    Attributes:
        signature: the function and its arguments, ``besselj(n, x)``; ``...`` for any number of them.
        kernel: tensors -> the value, a tensor.
        partials: for every argument the derivative in our language; none where the kernel is differentiated as it is.
        form: instead of a kernel the function in terms of other rows, in Python on any kind of value.
        parameters: positions of arguments that stay numbers where they are constant.
        plain: TensorFlow's own operation with its own gradient; None where TensorFlow has none: the row is ours.
        repaired: what is wrong with TensorFlow's own derivative; empty where it is right to all orders.
        where: order and arguments -> where that matters; None is everywhere.
        general: on any kind of value, where the parameters are no constants; None where they need not be.
        whole: whether the first parameter must be an integer, too, lest it be the general case.
        wide: whether hundreds of terms stand for one number.
        series: a rule of its own for power series; None integrates the partials.
        why: why it has one.
    """

    signature: str
    kernel: Rule | None = None
    partials: tuple[str, ...] = ()
    form: Rule | None = None
    parameters: frozenset[int] = frozenset()
    plain: Rule | None = None
    repaired: str = ""
    where: Rule | None = None
    general: Rule | None = None
    whole: bool = False
    wide: bool = False
    series: Rule | None = None
    why: str = ""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.signature.partition("(")[0]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments' names; empty where there may be any number."""
        inside = self.signature.partition("(")[2].rstrip(")")
        return () if "..." in inside else tuple(re.split(", *", inside))

    @property
    def ours(self) -> bool:
        """Whether TensorFlow has no such function."""
        return self.plain is None and self.form is None

    @property
    def suspect(self) -> bool:
        """Whether its derivatives may have to be repaired; of a form nothing is known."""
        return bool(self.repaired) or self.plain is None

    @property
    def everywhere(self) -> bool:
        """Whether it is ours or repaired at whatever point."""
        return self.where is None and (self.ours or bool(self.repaired))

    @property
    def own_gradient(self) -> bool:
        """Whether the tape is given the partials instead of TensorFlow's gradient."""
        return bool(self.partials) and (self.ours or bool(self.repaired))

    def fixed(self, args: Sequence[Any]) -> bool:
        """Whether the parameters are constants, and an integer where it must be one."""
        if self.whole:
            return integer(args[min(self.parameters)]) is not None
        return all(is_number(args[k]) for k in self.parameters)

    def __call__(self, *args: Any) -> Any:
        """The value at numbers (a number), tensors (a tensor), or series (a series)."""
        overloaded = next((x for x in args if isinstance(x, Overloaded)), None)
        if overloaded is not None:
            return overloaded.apply(self, args)
        like = next((x for x in args if tf.is_tensor(x)), None)
        if like is None:
            return self._of_numbers(args)
        values = self.tensors(args, like)
        if _noticed is None:
            return self._of_tensors(args, values)
        _notice(self, values)
        if self.plain is None and self.kernel is None:
            return self._of_tensors(args, values)
        with _unnoticed():
            return self._of_tensors(args, values)

    def _of_tensors(self, args: Sequence[Any], values: Sequence[Any]) -> Tensor:
        if self.form is not None:
            return self.form(*values)
        if self.general is not None and not self.fixed(args):
            return self.general(*values)
        assert self.kernel is not None
        return self._differentiable(args, values) if self.own_gradient else self.kernel(*values)

    def tensors(self, args: Sequence[Any], like: Tensor) -> list[Any]:
        """Numbers as tensors of a dtype, parameters aside."""
        return [x if k in self.parameters or tf.is_tensor(x) else tensor(x, like) for k, x in enumerate(args)]

    def plainly(self, *args: Any) -> Any:
        """The value with TensorFlow's own gradient.

        Raises:
            Unlowered: TensorFlow has no such function.
        """
        like = next((x for x in args if tf.is_tensor(x)), None)
        if like is None:
            return self._of_numbers(args)
        values = self.tensors(args, like)
        _notice(self, values)
        if self.plain is not None:
            return self.plain(*values)
        raise Unlowered([f"{self.name} of its own"])

    def partial(self, k: int, args: Sequence[Any]) -> Any:
        """The derivative in argument k at numbers, tensors or series."""
        return partial_at(program(self, self.partials[k]), args)

    def _of_numbers(self, args: Sequence[Any]) -> Any:
        if self.name in EXACTLY and (found := EXACTLY[self.name](*args)) is not None:
            return found
        with tf.init_scope():
            rule: Any = self.general if self.general and not self.fixed(args) else self.kernel or self.form
            value = rule(*self.tensors(args, tf.zeros((), tf.float64)))
            return bool(value) if value.dtype == tf.bool else float(value)

    def _differentiable(self, args: Sequence[Any], values: Sequence[Any]) -> Tensor:
        varying = [k for k, x in enumerate(args) if tf.is_tensor(x)]

        @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow has no types
        def function(*tensors: Tensor) -> tuple[Tensor, Callable[[Tensor], list[Tensor]]]:
            given = dict(zip(varying, tensors, strict=True))

            def gradient(upstream: Tensor) -> list[Tensor]:
                at = [given.get(k, x) for k, x in enumerate(args)]
                return [self._times(upstream, k, at) for k in varying]

            # A forward accumulator looks into the kernel's own operations too, and would count them twice.
            held = {k: tf.stop_gradient(x) for k, x in given.items()}
            return self.kernel(*(held.get(k, x) for k, x in enumerate(values))), gradient  # type: ignore[misc]  # it has a kernel

        return function(*(values[k] for k in varying))

    def _times(self, upstream: Tensor, k: int, args: Sequence[Any]) -> Tensor:
        partial = self.partials[k]
        if isinstance(partial, Missing):
            if partial not in _missing:
                _missing.append(partial)
            # Not a plain NaN: that is a constant, and the next derivative of a constant is a silent zero.
            varying = [x for x in args if tf.is_tensor(x)]
            return upstream * number(float("nan"), upstream) * tf.exp(tf.add_n([*varying, tf.zeros_like(upstream)]))
        return upstream * tensor(self.partial(k, args), upstream)


PRIMITIVES: dict[str, Primitive] = {}
"""Name -> row; the modules of this package fill it."""


def apply(name: str, *args: Any) -> Any:
    """A function of the table at numbers, tensors or series."""
    return PRIMITIVES[name](*args)


def partial_at(text: Expression, args: Sequence[Any]) -> Any:
    """A partial at values of its arguments."""
    values: list[Any] = []
    for node in text.nodes:
        if node.op == "number":
            values.append(node.value)
        elif node.op == "constant":
            values.append(CONSTANTS[str(node.value)])
        elif node.op == "variable":
            values.append(args[text.variables.index(str(node.value))])
        else:
            values.append(apply(node.op, *(values[k] for k in node.args)))
    return values[text.outputs[0]]


@functools.cache
def program(row: Primitive, text: str) -> Expression:
    """A partial of a row, parsed once."""
    return inlined(parse(text, variables=row.arguments, functions=_vocabulary()), ROWLESS).expression


class _Rowless:
    """The functions that have no row, for so many arguments at least, and stand as their definitions."""

    def __contains__(self, name: object) -> bool:
        return name not in PRIMITIVES or name == "log"


ROWLESS = _Rowless()


@functools.cache
def _vocabulary() -> dict[str, Function]:
    """What partials may call: the catalogue, and the rows of this table that it does not have."""
    own = {
        row.name: Function(row.name, len(row.arguments), len(row.arguments), row.signature)
        for row in PRIMITIVES.values()
    }
    return own | {name: replace(function, constant=()) for name, function in CALLABLE.items()}


_missing: list[str] = []


def take_missing() -> tuple[str, ...]:
    """The sentences about missing derivatives since the last call, and forget them."""
    taken = tuple(_missing)
    _missing.clear()
    return taken


_noticed: list[Primitive] | None = None
_order = 0


@contextmanager
def noticing(order: int) -> Iterator[list[Primitive]]:
    """Note the primitives inside whose derivatives up to an order TensorFlow has wrong or not at all.

    Yields:
        The rows, as they are met.
    """
    global _noticed, _order
    before = _noticed, _order
    _noticed, _order = [], order
    try:
        yield _noticed
    finally:
        _noticed, _order = before


@contextmanager
def _unnoticed() -> Iterator[None]:
    """Inside a row that speaks for itself, the rows that it is made of do not."""
    global _noticed
    before, _noticed = _noticed, None
    try:
        yield
    finally:
        _noticed = before


def _notice(row: Primitive, values: Sequence[Any]) -> None:
    if _noticed is None or not (row.ours or row.repaired):
        return
    if row.where is None or bool(tf.reduce_any(row.where(_order, *values))):
        _noticed.append(row)


def tensorflow(signature: str, kernel: Rule, *partials: str, **more: Any) -> Primitive:
    """A row whose kernel and gradient are TensorFlow's own, right to all orders."""
    return Primitive(signature, kernel, partials, plain=kernel, **more)


def repaired(
    signature: str, kernel: Rule, *partials: str, reason: str, plain: Rule | None = None, **more: Any
) -> Primitive:
    """A row with our derivatives; ``plain`` is TensorFlow's own operation if it is not the kernel."""
    return Primitive(signature, kernel, partials, plain=plain or kernel, repaired=reason, **more)


def ours(signature: str, kernel: Rule, *partials: str, **more: Any) -> Primitive:
    """A row that TensorFlow does not have; without partials its formula is differentiated as it stands."""
    return Primitive(signature, kernel, partials, **more)


def defined(signature: str, form: Rule, **more: Any) -> Primitive:
    """A row without a kernel, in terms of others."""
    return Primitive(signature, form=form, **more)


__all__ = [
    "PRIMITIVES",
    "Missing",
    "Overloaded",
    "Primitive",
    "apply",
    "defined",
    "is_number",
    "noticing",
    "ours",
    "partial_at",
    "program",
    "repaired",
    "take_missing",
    "tensorflow",
]
