"""The function itself as Python text, walked from the program's first operation to its last."""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from hesscli.code.templates import (
    ATOM,
    OUT_OF_RANGE,
    POWER,
    PRODUCT,
    RELATIONS,
    SUM,
    TEMPLATES,
    UNARY,
    BoundText,
    strength,
)
from hesscli.errors import HesscliError
from hesscli.language.definitions import inlined
from hesscli.language.expression import Expression, Node
from hesscli.language.functions import FUNCTIONS

LONGEST = 72
"""A longer operand gets a line and a name of its own."""

MOST_FACTORS = 4
RESERVED = frozenset(
    {"tf", "math", "f", "point", "order", "tape", "dtype", "derivative", "power", "gamma", "n", *keyword.kwlist}
)


class Writer:
    """The function f as Python: operands used once stand where they are used, the others get a name."""

    def __init__(self, expression: Expression) -> None:
        expanded = inlined(expression, EXPANDED)
        self.typed = [expression.nodes[k].op for k in expanded.origin]
        self.expression = expression = expanded.expression
        self.names: dict[str, str] = {name: f"{name}_" if name in RESERVED else name for name in expression.variables}
        self.lines: list[str] = []
        self.sums: dict[str, list[str]] = {}
        self.pieces: dict[int, BoundText] = {}
        self.users: dict[int, list[Node]] = {}
        for k in expression.live():
            for a in expression.nodes[k].args:
                self.users.setdefault(a, []).append(expression.nodes[k])

    def function(self) -> str:
        """``def f(point): ...``."""
        for k in self.expression.live():
            self.pieces[k] = self._settled(k, self._piece(k))
        outputs = [self._tensor(k) for k in self.expression.outputs]
        result = f"tf.stack([{', '.join(outputs)}])" if self.expression.vector else self._lines(outputs[0])
        names = ", ".join(self.names.values()) + ("," if len(self.names) == 1 else "")
        lines = [f"{names} = tf.unstack(point)", *self.lines, f"return {result}"]
        doc = "R^n -> R^m" if self.expression.vector else "R^n -> R"
        return (
            f'\n\ndef f(point):\n    """{doc}, the point being one vector of the {len(self.names)} variables."""\n'
            + "".join(f"    {line}\n" for line in lines)
        )

    def _settled(self, k: int, piece: BoundText) -> BoundText:
        """Give long and shared operands a name."""
        node = self.expression.nodes[k]
        shared = len(self.users.get(k, ())) > 1 or self._repeated(k)
        if not node.args or (not shared and (len(piece[0]) <= LONGEST or k in self.expression.outputs)):
            return piece
        taken = set(self.names.values()) | RESERVED
        name = next(
            n for n in (f"{prefix}{len(self.lines) + 1}" for prefix in ("t", "step", "step_")) if n not in taken
        )
        self.lines.append(f"{name} = {self._lines(piece[0])}")
        return name, ATOM

    def _lines(self, text: str) -> str:
        """A long sum with a line for each term."""
        terms = self.sums.get(text)
        return text if terms is None else "\n        ".join(["(", *terms]) + "\n    )"

    def _repeated(self, k: int) -> bool:
        """Whether the text of an operation that uses node k contains it more than once."""
        users = self.users.get(k, ())
        return any(TEMPLATES.get(n.op, "").count(f"{{{n.args.index(k)}}}") > 1 or self._is_square(n) for n in users)

    def _is_square(self, node: Node) -> bool:
        return node.op == "pow" and 1 < (self._whole(node.args[1]) or 0) <= MOST_FACTORS

    def _piece(self, k: int) -> BoundText:
        node = self.expression.nodes[k]
        rule = RULES.get(node.op)
        if rule is not None:
            return rule(self, node)
        template = TEMPLATES.get(node.op)
        if template is None:
            start, end = node.span
            raise HesscliError(
                f"TensorFlow has no operation for {self.typed[k]} whose derivatives are all right; "
                "hesscli's own commands answer it",
                code="no-operation",
                source=self.expression.source,
                column=start,
                width=max(end - start, 1),
            )
        return self._filled(template, node), strength(template)

    def _filled(self, template: str, node: Node) -> str:
        """The template with its operands; one that is alone between brackets and commas needs no brackets."""

        def operand(match: re.Match[str]) -> str:
            alone = template[match.start() - 1] in "(, " and template[match.end() : match.end() + 1] in {")", ","}
            inside = alone and template[: match.start()].rstrip()[-1:] in {"(", ","}
            return self._operand(node.args[int(match[1])], SUM if inside else ATOM)

        return re.sub(r"\{(\d)\}", operand, template)

    def _operand(self, k: int, least: int) -> str:
        """Text of an operand of a function: a tensor of the dtype."""
        text = self._tensor(k)
        return text if self.pieces[k][1] >= least or text != self.pieces[k][0] else f"({text})"

    def _tensor(self, k: int) -> str:
        """A number on its own becomes a tensor of the point's dtype."""
        text = self.pieces[k][0]
        return f"tf.constant({text}, point.dtype)" if self._plain(k) else text

    def _plain(self, k: int) -> bool:
        return self.expression.nodes[k].op in {"number", "constant", "parameter"}

    def inline(self, k: int, least: int) -> str:
        """Text of an operand of an operator, in brackets where it binds less."""
        text, strength = self.pieces[k]
        return text if strength >= least else f"({text})"

    def operands(self, node: Node, least: int) -> list[str]:
        """Operands of + and *; numbers stay numbers beside a tensor."""
        texts = [self.inline(a, least) for a in node.args]
        if all(self._plain(a) for a in node.args):
            texts[0] = self._tensor(node.args[0])
        return texts

    def _whole(self, k: int) -> int | None:
        value = self.expression.nodes[k].value
        if self.expression.nodes[k].op not in {"number", "parameter"} or isinstance(value, str) or value is None:
            return None
        return int(value) if math.isfinite(value) and value == int(value) else None

    def add(self, node: Node) -> BoundText:
        """x + y - z."""
        texts = self.operands(node, PRODUCT)
        for i, a in enumerate(node.args):
            if self.expression.nodes[a].op == "neg" and self.pieces[a][0].startswith("-") and i:
                texts[i] = f"- {self.pieces[a][0][1:]}"
        signed = [texts[0], *(t if t.startswith("- ") else f"+ {t}" for t in texts[1:])]
        text = " ".join(signed)
        if len(text) > LONGEST:
            self.sums[text] = signed
        return text, SUM

    def mul(self, node: Node) -> BoundText:
        """x * y; never tf.reduce_prod, which is wrong from order 2 where a factor is 0."""
        return " * ".join(self.operands(node, UNARY)), PRODUCT

    def neg(self, node: Node) -> BoundText:
        """-x."""
        text = f"-{self._operand(node.args[0], PRODUCT)}"
        return text, min(UNARY, self.pieces[node.args[0]][1])

    def div(self, node: Node) -> BoundText:
        """x / y."""
        top, below = node.args
        numerator = self._tensor(top) if self._plain(top) and self._plain(below) else self.inline(top, PRODUCT)
        return f"{numerator} / {self.inline(below, POWER)}", PRODUCT

    def pow(self, node: Node) -> BoundText:
        """x * x, power(x, n), x ** c, or exp(y*log(x)) where the exponent varies."""
        base, exponent = node.args
        n = self._whole(exponent)
        x = self._operand(base, ATOM)
        if n is not None:
            if 1 < n <= MOST_FACTORS:
                return " * ".join([x] * n), PRODUCT
            return (x, ATOM) if n == 1 else (f"power({self._tensor(base)}, {n})", ATOM)
        if self._plain(exponent):
            return f"{x} ** {self.inline(exponent, ATOM)}", POWER
        return f"tf.exp({self._operand(exponent, PRODUCT)} * tf.math.log({self._tensor(base)}))", ATOM

    def root(self, node: Node) -> BoundText:
        """The real n-th root."""
        n = self._whole(node.args[1]) or 1
        x = self._operand(node.args[0], ATOM)
        return (f"tf.sign({x}) * tf.abs({x}) ** (1 / {n})", PRODUCT) if n % 2 else (f"{x} ** (1 / {n})", POWER)

    def fold(self, function: str, node: Node) -> BoundText:
        """maximum(maximum(x, y), z)."""
        text = self._tensor(node.args[0])
        for a in node.args[1:]:
            text = f"tf.{function}({text}, {self._tensor(a)})"
        return text, ATOM

    def logsumexp(self, node: Node) -> BoundText:
        """One reduction over a stack."""
        return f"tf.reduce_logsumexp([{', '.join(self._tensor(a) for a in node.args)}])", ATOM

    def heaviside(self, node: Node) -> BoundText:
        """0, 1/2 (or the second argument), 1."""
        x = self._operand(node.args[0], ATOM)
        middle = self._tensor(node.args[1]) if len(node.args) > 1 else f"0.5 + 0 * {x}"
        return f"(({middle}) if {x} == 0 else (tf.sign({x}) + 1) / 2)", ATOM

    def piecewise(self, node: Node) -> BoundText:
        """One Python ``if``: the branch that is not taken never meets a derivative, as it would in tf.where."""
        pairs = [(self._tensor(v), self.inline(c, SUM)) for v, c in zip(node.args[::2], node.args[1::2], strict=True)]
        last = next((k for k, (_, condition) in enumerate(pairs) if condition == "True"), None)
        otherwise = "tf.constant(math.nan, point.dtype)" if last is None else pairs[last][0]
        return f"({''.join(f'{value} if {condition} else ' for value, condition in pairs[:last])}{otherwise})", ATOM

    def relation(self, node: Node) -> BoundText:
        """x < y."""
        left, right = (self.inline(a, SUM) for a in node.args)
        return f"({left} {RELATIONS[node.op]} {right})", ATOM

    def negation(self, node: Node) -> BoundText:
        """Python's own not."""
        return f"(not {self.inline(node.args[0], ATOM)})", ATOM

    def logic(self, word: str, node: Node) -> BoundText:
        """Python's own and, or."""
        return "(" + f" {word} ".join(f"({self.inline(a, SUM)})" for a in node.args) + ")", ATOM


def _number(_: Writer, node: Node) -> BoundText:
    value = node.value
    if isinstance(value, Fraction):
        return f"{value.numerator} / {value.denominator}", PRODUCT
    text = repr(value) if isinstance(value, float) and math.isfinite(value) else str(value)
    if isinstance(value, int) and abs(value) > 2**53:
        text = repr(float(value))
    return text, UNARY if text.startswith("-") else ATOM


CONSTANTS = {"pi": "math.pi", "E": "math.e", "EulerGamma": "0.5772156649015329"}

RULES: Mapping[str, Callable[[Writer, Node], BoundText]] = {
    "number": _number,
    "parameter": _number,
    "constant": lambda _, node: (CONSTANTS[str(node.value)], ATOM),
    "variable": lambda writer, node: (writer.names[str(node.value)], ATOM),
    "true": lambda _, __: ("True", ATOM),
    "false": lambda _, __: ("False", ATOM),
    "add": Writer.add,
    "mul": Writer.mul,
    "neg": Writer.neg,
    "div": Writer.div,
    "pow": Writer.pow,
    "root": Writer.root,
    "Max": lambda writer, node: writer.fold("maximum", node),
    "Min": lambda writer, node: writer.fold("minimum", node),
    "logsumexp": Writer.logsumexp,
    "Heaviside": Writer.heaviside,
    "Piecewise": Writer.piecewise,
    **dict.fromkeys(RELATIONS, Writer.relation),
    "not": Writer.negation,
    "and": lambda writer, node: writer.logic("and", node),
    "or": lambda writer, node: writer.logic("or", node),
}
"""Operations whose text needs more than a template."""

EXPANDED = {"log"} | {
    row.name
    for row in FUNCTIONS
    if row.definitions and row.name not in {*TEMPLATES, *RULES, *OUT_OF_RANGE} and "Eq(" not in "".join(row.definitions)
}
"""Functions written as their definitions; ``log`` to a base as one, and alone by its template. A definition with a
branch for a single point is none for a tape, which takes the branch's derivative for the function's."""
