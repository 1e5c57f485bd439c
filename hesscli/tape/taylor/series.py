"""Series in an algebra, and how they go through a primitive: by a rule of their own, or by integrating its partials.

    z = phi(u_1, ..., u_m):   D z = sum over i of phi_i(u_1, ..., u_m)*D u_i

D is Euler's operator, so that the coefficients of z up to degree d need the partials phi_i up to degree d - 1 alone.
A partial that calls phi itself, or a relative of it, ends at degree 0, where the kernel gives the values.

Source: A. Griewank and A. Walther, "Evaluating Derivatives", 2nd ed., SIAM 2008, section 13.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hesscli.language.expression import Expression
from hesscli.tape.constants import CONSTANTS
from hesscli.tape.primitive import PRIMITIVES, Missing, Overloaded, Primitive, program
from hesscli.tape.quiet import tf
from hesscli.tape.taylor.algebra import Algebra, solve
from hesscli.tape.unlowered import Unlowered
from hesscli.tape.values import Number, Tensor, double, is_number


class Series(Overloaded):
    """One truncated power series a row.

    Attributes:
        algebra: of its exponents.
        c: coefficients, shape (rows, P) or (1, P).
    """

    __slots__ = ("algebra", "c")

    def __init__(self, algebra: Algebra, c: Tensor) -> None:
        self.algebra, self.c = algebra, c

    @property
    def start(self) -> Tensor:
        """The values at t = 0, shape (rows,)."""
        return self.c[:, 0]

    def starting(self, start: Tensor) -> Series:
        """The same series from another start."""
        rows = tf.maximum(tf.shape(self.c)[0], tf.size(start))
        rest = tf.broadcast_to(self.c[:, 1:], (rows, len(self.algebra) - 1))
        column = tf.broadcast_to(tf.reshape(start, (-1, 1)), (rows, 1))
        return Series(self.algebra, tf.concat([column, rest], axis=1))

    def rest(self) -> Series:
        """The series without its start."""
        return self.starting(tf.zeros_like(self.start))

    def euler(self) -> Series:
        """D u."""
        return Series(self.algebra, self.c * self.algebra.degrees)

    def lift(self, other: Any) -> Series:
        """A number or tensor as a series of this algebra."""
        return other if isinstance(other, Series) else constant(self.algebra, _tensor(other, self.c.dtype))

    def truncated(self, degree: int) -> Series:
        """The terms up to a total degree."""
        shorter = self.algebra.truncated(degree)
        return self if shorter is self.algebra else Series(shorter, self.c[:, : len(shorter)])

    def apply(self, row: Primitive, args: Sequence[Any]) -> Any:
        """The series of a primitive, see ``Expansion``."""
        return Expansion(self.algebra, args).of(row)

    def __neg__(self) -> Series:
        return Series(self.algebra, -self.c)

    def __add__(self, other: Any) -> Series:
        return Series(self.algebra, self.c + self.lift(other).c)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Series:
        return self + (-self.lift(other))

    def __rsub__(self, other: Any) -> Series:
        return self.lift(other) + (-self)

    def __mul__(self, other: Any) -> Series:
        if isinstance(other, Series):
            return Series(self.algebra, self.algebra.product(self.c, other.c))
        return Series(self.algebra, self.c * _column(other, self.c.dtype))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Series:
        if isinstance(other, Series):
            return Series(self.algebra, solve(self.algebra.matrix(other.c), self.c))
        return Series(self.algebra, self.c / _column(other, self.c.dtype))

    def __rtruediv__(self, other: Any) -> Series:
        return self.lift(other) / self


def _tensor(value: Any, dtype: Any) -> Tensor:
    return tf.constant(double(value), dtype) if is_number(value) else tf.convert_to_tensor(value, dtype)


def _column(value: Any, dtype: Any) -> Tensor:
    return tf.reshape(_tensor(value, dtype), (-1, 1))


def constant(algebra: Algebra, value: Tensor) -> Series:
    """A series that is its start alone; value has shape () or (rows,)."""
    column = tf.reshape(tf.cast(value, algebra.dtype), (-1, 1))
    return Series(algebra, tf.pad(column, [[0, 0], [0, len(algebra) - 1]]))


def variables(algebra: Algebra, points: Tensor) -> list[Series]:
    """x_i = x0_i + scale*t_i for every column of points, shape (rows, n)."""
    found = []
    for i in range(points.shape[1]):
        unit = tuple(int(i == j) for j in range(points.shape[1]))
        slope = [algebra.scale * (k == unit) for k in algebra.exponents]
        found.append(constant(algebra, points[:, i]) + Series(algebra, tf.constant([slope], algebra.dtype)))
    return found


def choose(condition: Tensor, yes: Series, no: Series) -> Series:
    """Row by row one of two series."""
    return Series(yes.algebra, tf.where(tf.reshape(condition, (-1, 1)), yes.c, no.c))


def integral(start: Tensor, slope: Series, u: Series) -> Series:
    """f(u) from its value at the start and f'(u): D f = f'(u)*D u."""
    product = slope * u.euler()
    return Series(u.algebra, u.algebra.over_degree(product.c)).starting(start)


class Expansion:
    """One application of a primitive to series, with every relative that its partials call, each once.

    A node is an operation on earlier nodes; it is known by its operation and its operands, so that besselj(n + 1, x)
    is one node however often it is called, and its series is extended only if a higher degree of it is needed.

    Args:
        algebra: of the arguments.
        args: series, tensors and numbers.
    """

    def __init__(self, algebra: Algebra, args: Sequence[Any]) -> None:
        self._algebra, self._found, self._index, self._starts = algebra, {}, {}, {}
        self._nodes: list[tuple[Any, ...]] = []
        self._args = [self._leaf(k, x) for k, x in enumerate(args)]
        self._depth = 0

    _found: dict[int, Any]
    _index: dict[tuple[Any, ...], int]
    _starts: dict[int, Tensor]

    def of(self, row: Primitive) -> Any:
        """The series of a primitive at the arguments."""
        return self._series(self._node(row.name, *self._args), self._algebra.order)

    def _node(self, op: Any, *operands: Any) -> int:
        key = (op, *operands)
        found = self._index.setdefault(key, len(self._nodes))
        if found == len(self._nodes):
            self._nodes.append(key)
        return found

    def _leaf(self, k: int, x: Any) -> int:
        if is_number(x):
            return self._node(None, type(x), x)
        node = self._node("argument", k)
        self._found[node] = x if isinstance(x, Series) else constant(self._algebra, x)
        return node

    def _program(self, row: Primitive, text: str, operands: Sequence[int]) -> int:
        """A partial at nodes."""
        source: Expression = program(row, text)
        at: list[int] = []
        for node in source.nodes:
            if node.op in ("number", "constant"):
                value = node.value if node.op == "number" else CONSTANTS[str(node.value)]
                at.append(self._node(None, type(value), value))
            elif node.op == "variable":
                at.append(operands[source.variables.index(str(node.value))])
            else:
                at.append(self._operation(node.op, [at[k] for k in node.args]))
        return at[source.outputs[0]]

    def _operation(self, op: str, operands: list[int]) -> int:
        if all(self._nodes[k][0] is None for k in operands):
            value: Number = PRIMITIVES[op](*(self._nodes[k][2] for k in operands))
            return self._node(None, type(value), value)
        return self._node(op, *operands)

    def _series(self, node: int, degree: int) -> Any:
        """The series of a node, at least up to a degree and not beyond; a number of a constant node."""
        op, *operands = self._nodes[node]
        if op is None:
            return operands[1]
        known = self._found.get(node)
        if known is None or (isinstance(known, Series) and known.algebra.order < min(degree, self._algebra.order)):
            known = self._found[node] = self._extended(node, PRIMITIVES[op], operands, degree)
        return known.truncated(degree) if isinstance(known, Series) else known

    def _extended(self, node: int, row: Primitive, operands: list[int], degree: int) -> Any:
        args = [self._series(k, degree) for k in operands]
        if row.general is not None and not row.fixed(args):
            return row.general(*args)
        if row.form is not None:
            return row.form(*args)
        if row.series is not None:
            found = row.series(*args)
            return (
                found
                if row.kernel is None or not isinstance(found, Series)
                else found.starting(self._start(node, row, args))
            )
        if not row.partials:
            raise Unlowered([f"Taylor rule for {row.name}"])
        return self._integrated(node, row, operands, args, degree)

    def _integrated(self, node: int, row: Primitive, operands: list[int], args: Sequence[Any], degree: int) -> Series:
        frame = next(x for x in args if isinstance(x, Series)).algebra
        total = tf.zeros((1, len(frame)), frame.dtype)
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unlowered([f"Taylor rule beyond order {DEEPEST} for {row.name}"])
        for k, u in enumerate(args):
            if degree and isinstance(u, Series):
                if isinstance(row.partials[k], Missing):
                    raise Unlowered([f"Taylor rule for {row.name} in this argument"])
                slope = self._series(self._program(row, row.partials[k], operands), degree - 1)
                total += (u.euler() * (_longer(frame, slope) if isinstance(slope, Series) else slope)).c
        self._depth -= 1
        return Series(frame, frame.over_degree(total)).starting(self._start(node, row, args))

    def _start(self, node: int, row: Primitive, args: Sequence[Any]) -> Tensor:
        """The kernel at the starts, once."""
        if node not in self._starts:
            starts = [x.start if isinstance(x, Series) else x for x in args]
            like = next(x for x in starts if tf.is_tensor(x))
            self._starts[node] = row.kernel(*row.tensors(starts, like))  # type: ignore[misc]  # it has a kernel
        return self._starts[node]


DEEPEST = 100
"""Most partials within partials: so far goes the order of a function whose partials call it again."""


def _longer(frame: Algebra, u: Series) -> Series:
    """A series one degree short, with zeros there: they meet only the start of D u, which is 0."""
    return Series(frame, tf.pad(u.c, [[0, 0], [0, len(frame) - len(u.algebra)]]))
