"""A finished chain of operators, or a finished call -> one node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hesscli.language.build import PAIR, Builder, Operand
from hesscli.language.functions import WRITTEN, Function
from hesscli.language.tokens import Token, refuse

OR, AND, NOT, COMPARE, BAR, AMPERSAND, SUM, PRODUCT, SIGN, POWER = range(10)
"""Levels of binding, loosest first: Python's."""

RELATIONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
CONDITION_CALLS: dict[str, Function] = {
    name: Function(op, least, most, f"{name}(...)")
    for name, op, least, most in (
        *((name, name.lower(), 2, 2) for name in ("Eq", "Ne", "Lt", "Le", "Gt", "Ge")),
        ("And", "and", 1, None),
        ("Or", "or", 1, None),
        ("Not", "not", 1, 1),
    )
}
"""SymPy's names of conditions."""


def _where(builder: Builder, args: list[Operand], start: int, end: int) -> Operand:
    condition, value, other = builder.condition(args[0]), builder.number(args[1]), builder.number(args[2])
    always = builder.operation("true", (), end, end)
    return builder.operation("Piecewise", [value, condition, other, always], start, end)


def _norm(builder: Builder, args: list[Operand], start: int, end: int) -> Operand:
    two = builder.leaf("number", 2, end, end)
    total = builder.add([builder.power(builder.number(arg), two) for arg in args])
    return builder.operation("sqrt", [total], start, end)


def softmax(builder: Builder, args: list[Operand], start: int, end: int) -> list[Operand]:
    """All components of ``softmax(x, y, ...)``: exp(x) / (exp(x) + exp(y) + ...), written so that nothing overflows."""
    given = [builder.number(arg) for arg in args]
    total = builder.negative(builder.operation("logsumexp", given, start, end), start)
    return [builder.operation("exp", [builder.add([arg, total])], start, end) for arg in given]


SHORTHANDS: dict[str, Function] = {row.name: row for row in WRITTEN}
"""Calls that are written out at once."""

_WRITE: dict[str, Callable[[Builder, list[Operand], int, int], Operand]] = {"where": _where, "norm": _norm}


@dataclass(slots=True)
class Chain:
    """Operands of one level and the operators between them (before it, for a prefix)."""

    level: int
    operands: list[Operand]
    operators: list[Token]


def combine(builder: Builder, chain: Chain, last: Operand) -> Operand:
    """The node of ``chain`` with its last operand.

    Args:
        builder: gets the node.
        chain: operands and operators of one level.
        last: the operand behind the last operator.

    Raises:
        ExpressionError: a condition where a number must stand, or the other way round.
        LimitError: a constant is too large.
    """
    return _COMBINE[chain.level](builder, [*chain.operands, last], chain.operators)


def _sum(builder: Builder, operands: list[Operand], operators: list[Token]) -> Operand:
    signed = [
        builder.negative(operand, operator.start) if operator.text == "-" else operand
        for operator, operand in zip(operators, operands[1:], strict=True)
    ]
    return builder.add([operands[0], *signed])


def _product(builder: Builder, operands: list[Operand], operators: list[Token]) -> Operand:
    """Left to right: a run of factors is one product, a division ends it. A number before a name has no ``*``."""
    run = [operands[0]]
    for operator, operand in zip(operators, operands[1:], strict=True):
        if operator.text == "/":
            run = [builder.divide(builder.mul(run), operand)]
        else:
            run.append(operand)
    return builder.mul(run)


def _power(builder: Builder, operands: list[Operand], _: list[Token]) -> Operand:
    result = operands[-1]
    for base in reversed(operands[:-1]):
        result = builder.power(base, result)
    return result


def _prefix(builder: Builder, operands: list[Operand], operators: list[Token]) -> Operand:
    operand, operator = operands[0], operators[0]
    if operator.text in ("not", "~"):
        return builder.operation("not", [builder.condition(operand)], operator.start, operand.end)
    if operator.text == "-":
        return builder.negative(operand, operator.start)
    return builder.number(operand)._replace(start=operator.start)


def _compare(builder: Builder, operands: list[Operand], operators: list[Token]) -> Operand:
    """``a < b < c`` is ``(a < b) & (b < c)``."""
    sides = [builder.number(operand) for operand in operands]
    pairs = [
        builder.operation(RELATIONS[operator.text], [left, right], left.start, right.end)
        for left, operator, right in zip(sides, operators, sides[1:], strict=False)
    ]
    return pairs[0] if len(pairs) == 1 else builder.operation("and", pairs, pairs[0].start, pairs[-1].end)


def _logic(op: str) -> Callable[[Builder, list[Operand], list[Token]], Operand]:
    def connect(builder: Builder, operands: list[Operand], _: list[Token]) -> Operand:
        conditions = [builder.condition(operand) for operand in operands]
        return builder.operation(op, conditions, operands[0].start, operands[-1].end)

    return connect


_COMBINE: dict[int, Callable[[Builder, list[Operand], list[Token]], Operand]] = {
    OR: _logic("or"),
    AND: _logic("and"),
    NOT: _prefix,
    COMPARE: _compare,
    BAR: _logic("or"),
    AMPERSAND: _logic("and"),
    SUM: _sum,
    PRODUCT: _product,
    SIGN: _prefix,
    POWER: _power,
}


def call(builder: Builder, name: Token, args: list[Operand], pairs: list[Operand], end: int) -> Operand:
    """The node of ``name(args)``.

    Args:
        builder: gets the node.
        name: as typed, canonical or an alias.
        args: the arguments.
        pairs: value and condition of each pair of a Piecewise, one after the other; ``args`` only mark their places.
        end: column after the closing bracket.

    Raises:
        ExpressionError: the wrong number of arguments, or of the wrong kind.
    """
    short = SHORTHANDS.get(name.text) if name.text not in builder.functions else None
    row = short or CONDITION_CALLS.get(name.text) or builder.functions[name.text]
    check_arity(builder, row, name, len(args), end)
    if short:
        return _WRITE[short.name](builder, args, name.start, end)
    if row.name == "Piecewise":
        for arg in args:
            if arg.node != PAIR:
                refuse(
                    builder.text,
                    "Piecewise takes pairs: Piecewise((a, condition), (b, True))",
                    arg.start,
                    arg.end,
                    "type",
                )
        return builder.operation(row.name, pairs, name.start, end)
    if name.text in CONDITION_CALLS:
        check = builder.condition if row.name in ("and", "or", "not") else builder.number
        operands = [check(arg) for arg in args]
        single = len(operands) == 1 and row.name != "not"
        return operands[0] if single else builder.operation(row.name, operands, name.start, end)
    return builder.call(row, args, name.start, end)


def check_arity(builder: Builder, row: Function, name: Token, count: int, end: int) -> None:
    """Refuse a call with too few or too many arguments.

    Args:
        builder: knows the text.
        row: what is called.
        name: as typed.
        count: of arguments.
        end: column after the closing bracket.

    Raises:
        ExpressionError: the wrong number.
    """
    if count < row.least or (row.most is not None and count > row.most):
        refuse(builder.text, f"{name.text} takes {_arity(row)}, {count} given", name.start, end, "arity")


def _arity(row: Function) -> str:
    counts = str(row.least) if row.least == row.most else f"{row.least} to {row.most}"
    if row.most is None:
        counts = f"at least {row.least}"
    elif row.most == row.least + 1:
        counts = f"{row.least} or {row.most}"
    return f"{counts} argument{'' if counts in ('1', 'at least 1') else 's'}"
