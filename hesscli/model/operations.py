"""What TensorFlow's operations compute, on formulas: arrays of `Text`; forwards only, no derivative among them.

Numbers with fractions are formulas, constants too: all arithmetic is the language's. Whole numbers and truths, of which
shapes and places are reckoned, are NumPy's.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from hesscli.language.writing import SUM, Text, call, each, text
from hesscli.tape.quiet import tf

FormulaArray = NDArray[Any]
Rule = Callable[..., Any]

MOST_FORMULAS = 10_000
"""Operations on single numbers up to which the exact side answers in seconds."""


class UnknownError(Exception):
    """An operation that has no rule."""


def constant(value: Any) -> Any:
    """A tensor of the call as formulas, or, of whole numbers, as NumPy's array."""
    dtype = getattr(value, "dtype", None)
    if dtype is None or not (dtype.is_floating or dtype.is_integer or dtype.is_bool) or not hasattr(value, "numpy"):
        raise UnknownError("constant")  # a variable, or a table
    return formulas(value.numpy())


def formulas(array: Any) -> Any:
    """An array of numbers as formulas; of whole numbers or truths as it is."""
    found = np.asarray(array)
    if found.dtype.kind not in "fiub":
        raise UnknownError(str(found.dtype))
    if found.dtype.kind != "f":
        return found
    if found.size > MOST_FORMULAS:
        raise UnknownError("data")
    return np.array([text(float(x)) for x in found.ravel()] + [None], object)[:-1].reshape(found.shape)


# the table: one row an operation, (operation, arrays) -> array


def _array(value: Any) -> FormulaArray:
    """An array also of a single formula, which NumPy takes out of its array."""
    found: FormulaArray = np.empty((), object)
    if isinstance(value, np.ndarray):
        return value
    found[()] = value
    return found


def _one(function: Callable[[Any], Any]) -> Rule:
    return lambda _, x: _array(np.frompyfunc(function, 1, 1)(_text(x)))


def _two(function: Callable[[Any, Any], Any]) -> Rule:
    def rule(operation: Any, a: Any, b: Any) -> Any:
        if plain(a) and plain(b):
            raise UnknownError(operation.type)
        return _array(np.frompyfunc(function, 2, 1)(_text(a), _text(b)))

    return rule


def _whole(function: Callable[[Any, Any], Any], of_formulas: Rule) -> Rule:
    """An operation that shapes are reckoned with too."""
    return lambda operation, a, b: np.asarray(function(a, b)) if plain(a) and plain(b) else of_formulas(operation, a, b)


def plain(x: Any) -> bool:
    """Whether an array is of whole numbers or truths, and not of formulas."""
    return bool(np.asarray(x).dtype != object)


def _text(x: Any) -> Any:
    """Formulas only: whole numbers and truths are no operands of theirs."""
    if plain(x):
        raise UnknownError("whole numbers")
    return x


def _named(name: str) -> Rule:
    return _one(lambda x: call(name, x))


def _named_two(name: str) -> Rule:
    return _two(lambda a, b: call(name, a, b))


def _unknown(operation: Any) -> NoReturn:
    raise UnknownError(operation.type)


def _cast(operation: Any, x: Any) -> Any:
    to = operation.outputs[0].dtype
    if plain(x):
        return formulas(np.asarray(x).astype(to.as_numpy_dtype)) if to.is_floating else x.astype(to.as_numpy_dtype)
    if to != operation.inputs[0].dtype:
        raise UnknownError("Cast")  # what is left of the numbers in float32, or as whole ones
    return x


def _reduction(function: Callable[[Sequence[Text]], Text]) -> Rule:
    def rule(operation: Any, x: Any, axes: Any) -> Any:
        axes = sorted({int(k) % max(x.ndim, 1) for k in np.ravel(axes)})
        kept = [k for k in range(x.ndim) if k not in axes]
        count = math.prod(x.shape[k] for k in axes)
        rows = np.transpose(_text(x), kept + axes).reshape(-1, count)
        if not count:
            raise UnknownError("empty")
        found = np.array([*(function(list(row)) for row in rows), None], object)[:-1]
        wide = operation.get_attr("keep_dims")
        shape = [1 if k in axes else x.shape[k] for k in range(x.ndim) if wide or k not in axes]
        return found.reshape(shape)

    return rule


def _sum(parts: Sequence[Any]) -> Text:
    """In pairs: a formula of a thousand terms is ten deep."""
    found = [text(part) for part in parts]
    while len(found) > 1:
        found = [reduce(operator.add, found[k : k + 2]) for k in range(0, len(found), 2)]
    return found[0]


def _product(parts: Sequence[Any]) -> Text:
    found: Text = reduce(operator.mul, map(text, parts))
    return found


def _matmul(operation: Any, a: Any, b: Any) -> Any:
    turned = [any(_attribute(operation, name) for name in names) for names in (TURNED_A, TURNED_B)]
    a = np.swapaxes(_text(a), -1, -2) if turned[0] else _text(a)
    b = np.swapaxes(_text(b), -1, -2) if turned[1] else _text(b)
    rows = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a, b = np.broadcast_to(a, rows + a.shape[-2:]), np.broadcast_to(b, rows + b.shape[-2:])
    found = np.empty((*rows, a.shape[-2], b.shape[-1]), object)
    if found.size * a.shape[-1] > MOST_FORMULAS:
        raise UnknownError("MatMul")
    for place in np.ndindex(found.shape):
        *row, i, j = place
        found[place] = _sum([p * q for p, q in zip(a[(*row, i)], b[(*row, slice(None), j)], strict=True)])
    return found


def _einsum(equation: str, *arrays: Any) -> Any:
    """Index by index, as it is defined."""
    inside, _, outside = equation.partition("->")
    if "." in equation:
        raise UnknownError("Einsum")
    letters = inside.split(",")
    sizes = {k: size for word, x in zip(letters, arrays, strict=True) for k, size in zip(word, x.shape, strict=True)}
    summed = [k for k in sizes if k not in outside]
    if math.prod(sizes.values()) * len(arrays) > MOST_FORMULAS:
        raise UnknownError("Einsum")
    found = np.empty([sizes[k] for k in outside], object)
    for place in np.ndindex(found.shape):
        at = dict(zip(outside, place, strict=True))
        rows = (at | dict(zip(summed, more, strict=True)) for more in np.ndindex(*(sizes[k] for k in summed)))
        found[place] = _sum(
            [
                _product([x[tuple(row[k] for k in word)] for word, x in zip(letters, arrays, strict=True)])
                for row in rows
            ]
        )
    return found


def _cumsum(operation: Any, x: Any, axis: Any) -> Any:
    if operation.get_attr("exclusive") or operation.get_attr("reverse"):
        raise UnknownError("Cumsum")
    return np.add.accumulate(_text(x), axis=int(axis))


TURNED_A, TURNED_B = ("transpose_a", "adj_x"), ("transpose_b", "adj_y")


def _attribute(operation: Any, name: str) -> Any:
    return operation.get_attr(name) if name in operation.node_def.attr else None


def _strided(operation: Any, x: Any, begin: Any, end: Any, strides: Any) -> Any:
    masks = {
        name: operation.get_attr(f"{name}_mask") for name in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
    }
    parts: list[Any] = []
    for k, (first, last, step) in enumerate(zip(begin, end, strides, strict=True)):
        bit = 1 << k
        if masks["ellipsis"] & bit:
            parts.append(Ellipsis)
        elif masks["new_axis"] & bit:
            parts.append(None)
        elif masks["shrink_axis"] & bit:
            parts.append(int(first))
        else:
            ends = (None if masks["begin"] & bit else int(first), None if masks["end"] & bit else int(last))
            parts.append(slice(*ends, int(step)))
    return _array(x[tuple(parts)])


def _split(x: Any, sizes: Sequence[int], axis: Any) -> list[Any]:
    return list(np.split(x, np.cumsum(sizes)[:-1], axis=int(axis)))


def _gather(operation: Any, x: Any, places: Any, axis: Any) -> Any:
    if _attribute(operation, "batch_dims") or not plain(places):
        raise UnknownError("GatherV2")
    if np.size(places) and (np.min(places) < 0 or np.max(places) >= x.shape[int(axis)]):
        raise UnknownError("GatherV2")  # TensorFlow has a rule of its own for what is outside
    return _array(np.take(x, places, axis=int(axis)))


def _compared(sign: str) -> Rule:
    return _two(lambda a, b: Text("{} " + sign + " {}", [text(a), text(b)], [SUM, SUM]))


def _select(operation: Any, condition: Any, a: Any, b: Any) -> Any:
    if plain(condition):
        return _array(np.where(condition, a, b)) if condition.dtype == bool else _unknown(operation)

    def chosen(c: Text, x: Any, y: Any) -> Text:
        own = Text(c.template, c.parts, c.needs)  # a condition that is used twice has no name of its own
        return Text("Piecewise(({}, {}), ({}, True))", [text(x), own, text(y)], [SUM, SUM, SUM])

    return _array(np.frompyfunc(chosen, 3, 1)(condition, _text(a), _text(b)))


def _softmax(x: Any) -> Any:
    """Along the last axis; the largest is left in, for no digits are lost here."""
    exponentials = each("exp")(_text(x))
    sums = np.array([*(_sum(list(row)) for row in exponentials.reshape(-1, x.shape[-1])), None], object)[:-1]
    return exponentials, sums.reshape(*x.shape[:-1], 1)


def _log_softmax(_: Any, x: Any) -> Any:
    return _text(x) - each("log")(_softmax(x)[1])


def _same(_: Any, *x: Any) -> Any:
    return list(x) if len(x) > 1 else x[0]


RULES: dict[str, Rule] = {
    **dict.fromkeys(("Identity", "StopGradient", "PreventGradient", "Snapshot", "IdentityN"), _same),
    "Const": lambda operation: formulas(tf.make_ndarray(operation.get_attr("value"))),
    "Cast": _cast,
    # arithmetic
    **dict.fromkeys(("Add", "AddV2"), _whole(np.add, _two(lambda a, b: a + b))),
    "Sub": _whole(np.subtract, _two(lambda a, b: a - b)),
    "Mul": _whole(np.multiply, _two(lambda a, b: a * b)),
    **dict.fromkeys(("RealDiv", "Div"), _two(lambda a, b: a / b)),
    "Pow": _two(lambda a, b: a**b),
    "SquaredDifference": _two(lambda a, b: (a - b) ** 2),
    "Maximum": _whole(np.maximum, _named_two("Max")),
    "Minimum": _whole(np.minimum, _named_two("Min")),
    "Atan2": _named_two("atan2"),
    "Xlogy": _named_two("xlogy"),
    "Xlog1py": _named_two("xlog1py"),
    "Igamma": _named_two("gammainc"),
    "Igammac": _named_two("gammaincc"),
    "AddN": lambda _, *x: _array(reduce(np.add, map(_text, x))),
    "Neg": _one(lambda x: -x),
    "Square": _one(lambda x: x**2),
    "Rsqrt": _one(lambda x: 1 / call("sqrt", x)),
    **dict.fromkeys(("Reciprocal", "Inv"), _one(lambda x: 1 / x)),
    # functions
    **{name: _named(name.lower()) for name in (
        "Exp", "Log", "Sqrt", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh", "Asinh", "Acosh",
        "Atanh", "Expm1", "Log1p", "Sigmoid", "Softplus", "Softsign", "Relu", "Relu6", "Elu", "Selu", "Erf", "Erfc",
        "Lgamma", "Digamma", "Erfinv", "Spence",
    )},
    "Abs": _named("Abs"),
    "Expint": _named("Ei"),
    "Dawsn": _named("dawson"),
    # choices
    **{name: _compared(sign) for name, sign in (
        ("Greater", ">"), ("GreaterEqual", ">="), ("Less", "<"), ("LessEqual", "<="),
    )},
    **dict.fromkeys(("Select", "SelectV2"), _select),
    "IsFinite": lambda _, x: np.ones(np.shape(_text(x)), bool),  # as all that has a value is
    # many numbers
    "Sum": _reduction(_sum),
    "Mean": _reduction(lambda parts: _sum(parts) / len(parts)),
    "Prod": _reduction(_product),
    "Max": _reduction(lambda parts: call("Max", *parts) if len(parts) > 1 else text(parts[0])),
    "Min": _reduction(lambda parts: call("Min", *parts) if len(parts) > 1 else text(parts[0])),
    "L2Loss": lambda _, x: _array(_sum([part**2 for part in np.ravel(_text(x))]) / 2),
    **dict.fromkeys(("MatMul", "BatchMatMul", "BatchMatMulV2"), _matmul),
    "BiasAdd": lambda operation, x, b: _array(_text(x) + b) if x.ndim == 2 else _unknown(operation),
    "Softmax": lambda _, x: np.divide(*_softmax(x)),
    "LogSoftmax": _log_softmax,
    "Cumsum": _cumsum,
    "Einsum": lambda operation, *x: _einsum(operation.get_attr("equation").decode(), *map(_text, x)),
    # shapes
    "Shape": lambda operation, x: np.array(np.shape(x), operation.outputs[0].dtype.as_numpy_dtype),
    "Size": lambda operation, x: np.array(np.size(x), operation.outputs[0].dtype.as_numpy_dtype),
    "Reshape": lambda _, x, shape: _array(x).reshape([int(k) for k in shape]),
    "Squeeze": lambda operation, x: _array(x).reshape([int(k) for k in operation.outputs[0].shape]),
    "ExpandDims": lambda _, x, axis: np.expand_dims(_array(x), int(axis)),
    "Transpose": lambda _, x, order: np.transpose(x, [int(k) for k in order]),
    "ConcatV2": lambda _, *x: np.concatenate(x[:-1], axis=int(x[-1])),
    "Pack": lambda operation, *x: np.stack(x, axis=operation.get_attr("axis")),
    "Unpack": lambda operation, x: [_array(part) for part in np.moveaxis(x, operation.get_attr("axis"), 0)],
    "StridedSlice": _strided,
    "Slice": lambda _, x, begin, size: x[
        tuple(slice(int(b), None if s == -1 else int(b + s)) for b, s in zip(begin, size, strict=True))
    ],
    "Split": lambda operation, axis, x: np.split(x, len(operation.outputs), axis=int(axis)),
    "SplitV": lambda _, x, sizes, axis: _split(x, sizes, axis),
    "GatherV2": _gather,
    "BroadcastTo": lambda _, x, shape: np.broadcast_to(x, [int(k) for k in shape]),
    "Fill": lambda _, shape, x: np.broadcast_to(x, [int(k) for k in shape]),
    "Tile": lambda _, x, times: np.tile(x, [int(k) for k in times]),
    "ReverseV2": lambda _, x, axes: np.flip(x, tuple(int(k) for k in axes)),
    "ZerosLike": lambda operation, x: formulas(np.zeros(np.shape(x), operation.outputs[0].dtype.as_numpy_dtype)),
    "OnesLike": lambda operation, x: formulas(np.ones(np.shape(x), operation.outputs[0].dtype.as_numpy_dtype)),
    "Range": lambda operation, *ends: np.arange(*ends) if plain(ends[0]) else _unknown(operation),
}  # fmt: skip
"""Type of an operation -> what it computes."""
