r"""Formulas of the language as LaTeX: ``x0**2/3`` becomes ``\frac{x_{0}^{2}}{3}``."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable

GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
        "pi",
    ]
)
KNOWN = frozenset(["sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "exp", "log"])
CONSTANTS = {"pi": r"\pi", "E": "e", "EulerGamma": r"\gamma", "True": r"\text{otherwise}", "inf": r"\infty"}
INVERSE = {"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "gamma": r"\Gamma", "loggamma": r"\log\Gamma"}
COMPARE: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: r"\le", ast.Gt: ">", ast.GtE: r"\ge", ast.Eq: "=", ast.NotEq: r"\ne",
}  # fmt: skip
ROW = r" \\ "
SUM, PRODUCT, SIGN, POWER, ATOM = range(1, 6)


def latex(formula: str) -> str:
    r"""LaTeX of one formula.

    Args:
        formula: in the language's notation.

    Returns:
        Maths without dollars; what cannot be read is set verbatim in ``\mathtt``.

    Example:
        >>> latex("2*x0 + sqrt(x1)/3")
        '2 x_{0} + \\frac{\\sqrt{x_{1}}}{3}'
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            return _node(ast.parse(formula, mode="eval").body)[0]
    except (SyntaxError, ValueError, KeyError, RecursionError, MemoryError):
        return rf"\mathtt{{{escape(formula)}}}"


def name(text: str) -> str:
    r"""A variable: ``x0`` is ``x_{0}``, ``alpha`` its letter, other words upright."""
    match = re.fullmatch(r"([A-Za-z]+?)_?(\d*)", text)
    if match is None:
        return rf"\mathit{{{escape(text)}}}"
    word, index = match.groups()
    head = rf"\{word}" if word in GREEK else word if len(word) == 1 else rf"\mathit{{{word}}}"
    return f"{head}_{{{index}}}" if index else head


def escape(text: str) -> str:
    """Text with LaTeX's own characters made harmless."""
    special = {"\\": r"\textbackslash ", "^": r"\hat{}", "~": r"\sim "}
    return "".join(special.get(c, rf"\{c}" if c in "#$%&_{}" else c) for c in text)


Piece = tuple[str, int]


def _node(node: ast.AST) -> Piece:
    rule = RULES.get(type(node))
    if rule is None:
        raise ValueError(type(node).__name__)
    return rule(node)


def _inside(node: ast.AST, least: int) -> str:
    text, strength = _node(node)
    return text if strength >= least else rf"\left({text}\right)"


def _binary(node: ast.BinOp) -> Piece:
    if isinstance(node.op, (ast.Add, ast.Sub)):
        sign = "+" if isinstance(node.op, ast.Add) else "-"
        return f"{_inside(node.left, SUM)} {sign} {_inside(node.right, PRODUCT)}", SUM
    if isinstance(node.op, ast.Div):
        top, below = node.left, _node(node.right)[0]
        if isinstance(top, ast.UnaryOp) and isinstance(top.op, ast.USub):
            return rf"-\frac{{{_inside(top.operand, PRODUCT)}}}{{{below}}}", SUM
        return rf"\frac{{{_node(top)[0]}}}{{{below}}}", ATOM
    if isinstance(node.op, ast.Pow):
        return f"{_inside(node.left, ATOM)}^{{{_node(node.right)[0]}}}", POWER
    left, right = _inside(node.left, PRODUCT), _inside(node.right, POWER)
    dot = r" \cdot " if right[:1].isdigit() or right.startswith(r"\frac") else " "
    return f"{left}{dot}{right}", PRODUCT


def _unary(node: ast.UnaryOp) -> Piece:
    if not isinstance(node.op, (ast.USub, ast.UAdd)):
        return rf"\neg {_inside(node.operand, ATOM)}", SIGN
    sign = "-" if isinstance(node.op, ast.USub) else "+"
    return f"{sign}{_inside(node.operand, PRODUCT)}", SUM


def _call(node: ast.Call) -> Piece:
    function = node.func.id if isinstance(node.func, ast.Name) else ""
    if function == "Piecewise":
        return _cases(node), ATOM
    args = [_node(arg)[0] for arg in node.args]
    if function in DRAWN and args:
        return DRAWN[function](args), ATOM
    head = INVERSE.get(function) or (rf"\{function}" if function in KNOWN else rf"\operatorname{{{escape(function)}}}")
    return rf"{head}\left({', '.join(args)}\right)", ATOM


DRAWN: dict[str, Callable[[list[str]], str]] = {
    "sqrt": lambda a: rf"\sqrt{{{a[0]}}}",
    "cbrt": lambda a: rf"\sqrt[3]{{{a[0]}}}",
    "Abs": lambda a: rf"\left|{a[0]}\right|",
    "floor": lambda a: rf"\left\lfloor {a[0]} \right\rfloor",
    "ceiling": lambda a: rf"\left\lceil {a[0]} \right\rceil",
    "exp": lambda a: rf"e^{{{a[0]}}}",
}


def _cases(node: ast.Call) -> str:
    rows = []
    for arg in node.args:
        if not isinstance(arg, ast.Tuple) or len(arg.elts) != 2:
            raise ValueError("Piecewise")
        value, condition = (_node(part)[0] for part in arg.elts)
        rows.append(rf"{value} & {condition}")
    return rf"\begin{{cases}} {ROW.join(rows)} \end{{cases}}"


def _compare(node: ast.Compare) -> Piece:
    text = _node(node.left)[0]
    for sign, right in zip(node.ops, node.comparators, strict=True):
        text += f" {COMPARE[type(sign)]} {_node(right)[0]}"
    return text, SUM


def _logic(node: ast.BoolOp) -> Piece:
    word = r" \wedge " if isinstance(node.op, ast.And) else r" \vee "
    return word.join(_inside(value, SUM) for value in node.values), SUM


def _constant(node: ast.Constant) -> Piece:
    if isinstance(node.value, bool):
        return CONSTANTS.get(str(node.value), r"\text{never}"), ATOM
    return number(repr(node.value)), ATOM


def number(text: str) -> str:
    """A decimal as LaTeX: ``1e-7`` is a power of ten, infinities and NaN have their signs."""
    if text in {"nan", "inf", "-inf"}:
        return {"nan": r"\text{undefined}", "inf": r"\infty", "-inf": r"-\infty"}[text]
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


RULES: dict[type[ast.AST], Callable[..., Piece]] = {
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.Constant: _constant,
    ast.Name: lambda node: (CONSTANTS.get(node.id) or name(node.id), ATOM),
}
