"""Graphs that were saved: the types of their operations before anything is loaded, and the functions inside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from hesscli.tape.quiet import tf

to_graph: Any = import_module("tensorflow.python.framework.function_def_to_graph").function_def_to_graph
"""TensorFlow has no public way to the graph of a function; imported behind it, for it logs while it loads."""

SavedModel: Any = import_module("tensorflow.core.protobuf.saved_model_pb2").SavedModel


def operation_types(file: Path) -> Iterator[str]:
    """The types of all operations of a ``saved_model.pb``, functions that it defines itself left out; nothing is run.

    Args:
        file: of any bytes; what is no SavedModel raises as protobuf does.
    """
    found = SavedModel()
    found.ParseFromString(file.read_bytes())
    for graph in (one.graph_def for one in found.meta_graphs):
        yield from (node.op for node in graph.node)
        functions = {function.signature.name for function in graph.library.function}
        nodes = (node for function in graph.library.function for node in function.node_def)
        yield from (node.op for node in nodes if node.op not in functions)


def functions_of(graph: Any) -> Callable[[str], Any]:
    """Name of a function that a graph calls -> the function's graph, made once."""
    library = {one.signature.name: one for one in graph.as_graph_def().library.function}
    return cache(lambda name: to_graph(library[name]))


def known(kind: str) -> bool:
    """Whether TensorFlow has an operation of a type; those that it makes for itself begin with ``_``."""
    return kind.startswith("_") or hasattr(tf.raw_ops, kind)
