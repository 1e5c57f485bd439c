"""Operations that TensorFlow differentiates wrongly, or not at all, and for which there is no form, in a traced graph.

They are named where differences do not confirm the tape; most of them are wrong only somewhere (at 0, in one argument),
so their presence alone says nothing. One whose second derivative is missing counts for 0 without a word where it is not
refused: what holds it is a number only if differences say so. ``hesscli audit`` measures them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MISSING = frozenset({
    "ResizeBilinear", "ResizeBicubic", "ResizeNearestNeighbor", "ResizeArea", "CropAndResize", "ScaleAndTranslate",
    "LRN", "Dilation2D", "FractionalMaxPool", "FractionalAvgPool", "BlockLSTM", "BlockLSTMV2", "GRUBlockCell",
    "Softsign", "EagerPyFunc", "PyFunc", "PyFuncStateless",
})  # fmt: skip
"""Types of operations that have no second derivative, or none that a graph shows."""

DRAWING = frozenset({
    "RandomStandardNormal", "RandomUniform", "RandomUniformInt", "TruncatedNormal", "RandomGamma", "RandomPoissonV2",
    "RandomShuffle", "Multinomial", "StatefulStandardNormalV2", "StatefulUniform", "StatefulTruncatedNormal",
    "StatefulUniformInt", "ParameterizedTruncatedNormal",
})  # fmt: skip
"""Types of operations that draw; those whose seed is an argument give the same numbers every time."""

INFINITE = "its derivatives are not finite at 0"

HAZARDS = {
    **dict.fromkeys(MISSING, "its second derivative is missing"),
    **dict.fromkeys(("HSVToRGB", "Lu", "MatrixLogarithm", "AdjustHue"), "its derivative is missing"),
    "StopGradient": "what passes through it counts as a constant",
    "Betainc": "its derivatives by a and b are missing",
    "Zeta": "its derivative by the first argument is missing",
    "Polygamma": "its derivative by the first argument is missing",
    "Igamma": "its second derivative by a is missing",
    "Igammac": "its second derivative by a is missing",
    **dict.fromkeys(("Prod", "Cumprod"), "its derivatives are wrong where a factor is 0"),
    **dict.fromkeys(("Xlogy", "Xlog1py", "Xdivy"), "its derivative is wrong where x is 0"),
    **dict.fromkeys(("BesselI0", "BesselI1"), "its derivatives are wrong at 0"),
    **dict.fromkeys(("Sqrt", "Rsqrt", "Pow", "Norm"), INFINITE),
}
"""Type of an operation -> what is known of its derivatives."""


def hazards(graph: Any, *, finite: bool = False) -> list[str]:
    """A sentence about each kind of operation of the table that a graph holds, and where it first stands.

    Args:
        graph: of TensorFlow.
        finite: whether all numbers are, which leaves out operations whose numbers then are none.
    """
    found: dict[str, str] = {}
    for kind, name in _operations(graph):
        if kind in HAZARDS and not (finite and HAZARDS[kind] == INFINITE):
            found.setdefault(kind, name)
    return [f"the graph holds {kind} ({name}): {HAZARDS[kind]}" for kind, name in found.items()]


def hidden(graph: Any) -> list[str]:
    """A sentence about what hides derivatives from a tape on purpose; it is said where nothing fails too."""
    if graph is None:
        return []
    stops = [name for kind, name in _operations(graph) if kind == "StopGradient"]
    told = [f"the graph holds StopGradient ({stops[0]}): {HAZARDS['StopGradient']}"] if stops else []
    if _custom(graph):
        told.append("the graph holds a custom gradient: the tape takes it for the derivative, whatever it is")
    return told


def opaque(graph: Any) -> bool:
    """Whether something may keep derivatives from a tape: an operation of the table, a custom gradient, no graph."""
    if graph is None or _custom(graph):
        return True
    return any(HAZARDS.get(kind, INFINITE) != INFINITE for kind, _ in _operations(graph))


def _custom(graph: Any) -> bool:
    """Whether a gradient is a person's, or of TensorFlow's functions that bring their own."""
    if any("_gradient_op_type" in one.node_def.attr for one in graph.get_operations()):
        return True
    nodes = (node for function in graph.as_graph_def().library.function for node in function.node_def)
    return any("_gradient_op_type" in node.attr for node in nodes)


def random(graph: Any) -> list[str]:
    """Names of the operations of a graph that give other numbers every time."""
    return [name for kind, name in _operations(graph) if kind in DRAWING]


def missing(graph: Any) -> bool:
    """Whether a graph holds an operation without a second derivative."""
    return any(kind in MISSING for kind, _ in _operations(graph))


def _operations(graph: Any) -> Iterator[tuple[str, str]]:
    """Type and name of every operation, those of loops and of functions too."""
    for operation in graph.get_operations():
        if any(one.dtype.is_floating for one in operation.outputs):  # shapes are multiplied too
            yield operation.type, operation.name
    for function in graph.as_graph_def().library.function:
        for node in function.node_def:
            yield node.op, node.name
