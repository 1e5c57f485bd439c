"""Products H v at one point: what of them does not depend on v is computed once, and kept.

A graph of H v is parted where it first depends on v (partial evaluation, as `jax.linearize` does it). Of nested tapes
the pass forward and the gradient's own lie before: about a third of the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.tape.quiet import tf

Array = NDArray[Any]
Product = Callable[[Any], Any]

KEPT_BYTES = 1 << 29
"""Of what is kept; what takes more is computed anew with every product."""


def linearised(product: Callable[..., Any], theta: Any, batches: Iterable[tuple[Any, ...]]) -> list[Product] | None:
    """The parts v -> H v, one a batch; None where they would keep too much, or nothing of v is in them.

    Args:
        product: (theta, v, *batch) -> H v, of tensors.
        theta: the point.
        batches: tensors of each batch.
    """
    graphs: dict[Any, tuple[Any, Any]] = {}
    parts: list[Product] = []
    size = 0
    for batch in batches:
        flat = tf.nest.flatten(batch)
        given = (theta, theta, *flat)
        specs = tuple(tf.TensorSpec(one.shape, one.dtype) for one in given)
        if specs not in graphs:
            whole = tf.compat.v1.wrap_function(partial(_of_flat, product, batch), specs)
            parted = _parted(whole, len(specs))
            if parted is None:
                return None
            graphs[specs] = parted
        before, after = graphs[specs]
        kept = before(theta, *flat)
        size += sum(one.dtype.size * int(np.prod(one.shape)) for one in kept)
        if size > KEPT_BYTES:
            return None
        parts.append(partial(_from_kept, after, kept))
    return parts


def _of_flat(product: Callable[..., Any], batch: Any, theta: Any, vector: Any, *flat: Any) -> Any:
    return product(theta, vector, *tf.nest.pack_sequence_as(batch, flat))


def _from_kept(after: Callable[..., Any], kept: list[Any], vector: Any) -> Any:
    return after(vector, *kept)


def _parted(whole: Any, count: int) -> tuple[Any, Any] | None:
    """Of (theta, v, *batch) -> H v: (theta, *batch) -> kept, and (v, *kept) -> H v."""
    theta, vector, *batch = whole.inputs[:count]
    found = whole.structured_outputs
    behind = _reached([vector.op], lambda op: [next_ for one in op.outputs for next_ in one.consumers()])
    if found.op not in behind:
        return None
    needed = _reached([found.op], lambda op: [one.op for one in op.inputs if one.op in behind])
    border = {one.ref(): one for op in needed for one in op.inputs if one.op not in behind}
    kept = [one for one in border.values() if one.op.type != "Const"]
    return whole.prune([theta, *batch], kept), whole.prune([vector, *kept], found)


def _reached(first: list[Any], following: Callable[[Any], list[Any]]) -> set[Any]:
    """All that is reached by steps from the first."""
    found, left = set(first), list(first)
    while left:
        new = [one for one in following(left.pop()) if one not in found]
        found.update(new)
        left += new
    return found
