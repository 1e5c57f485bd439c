r"""Expression -> LaTeX for amsmath: ``x0**2/3`` becomes ``\frac{x_{0}^{2}}{3}``.

What was typed is kept, except that signs come first, ``(-400)*x + (-3)*y`` becomes ``-400 x - 3 y``. It is read
back as the same function.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import NamedTuple

from hesscli.language.combine import AND, BAR, COMPARE, OR, POWER, PRODUCT, RELATIONS, SIGN, SUM
from hesscli.language.expression import Expression, Node
from hesscli.language.functions import FUNCTIONS
from hesscli.language.latex.words import GREEK, HEADS, INDEXED
from hesscli.language.printing import ATOM, LOOSEST, written

LONGEST = 20_000
"""Characters of a formula that somebody may want to see."""
DEEPEST = 60
"""Braces and brackets inside each other; TeX itself ends at 255 groups, and each of ours can take some of its own."""

DRAWN = {row.name: row.latex for row in FUNCTIONS if "%0" in row.latex}
"""Functions with a drawing of their own, with its arguments' places."""

SYMBOLS = {op: {"<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne"}.get(sign, sign) for sign, op in RELATIONS.items()}
CONSTANTS = {"pi": r"\pi", "E": "e", "EulerGamma": r"\gamma_{\mathrm{E}}"}
WORDS = {"true": r"\text{true}", "false": r"\text{false}"}
ROW = r" \\ "


class LatexPart(NamedTuple):
    """A node still to be written: in brackets if it binds looser than ``level`` or its minus may not stand there.

    ``unsigned`` leaves the minus out: the sum around it has written it.
    """

    node: int
    level: int = LOOSEST
    minus: bool = True
    unsigned: bool = False


Parts = list[str | LatexPart]


def typeset(expression: Expression) -> str | None:
    r"""The expression as LaTeX, without dollars; a vector as a column.

    Args:
        expression: any.

    Returns:
        Maths for amsmath; None where nobody could read it or TeX not nest it.

    Example:
        >>> from hesscli.language.syntax import parse
        >>> typeset(parse("2*x0 + sqrt(x1)/3"))
        '2 x_{0} + \\frac{\\sqrt{x_{1}}}{3}'
    """
    names = typeset_names((*expression.variables, *(name for name, _ in expression.parameters)))
    components: Parts = [part for k in expression.outputs for part in (ROW, LatexPart(k))][1:]
    whole = [r"\begin{bmatrix} ", *components, r" \end{bmatrix}"] if expression.vector else components
    return written(whole, lambda part: _parts(expression, part, names), LONGEST, DEEPEST)


def typeset_names(names: tuple[str, ...]) -> dict[str, str]:
    r"""Name -> LaTeX; those that would look alike, ``x0`` and ``x_0``, are spelt out.

    Args:
        names: all that stand in one formula.

    Example:
        >>> typeset_names(("x0", "alpha")), typeset_names(("x0", "x_0"))
        ({'x0': 'x_{0}', 'alpha': '\\alpha'}, {'x0': '\\mathit{x0}', 'x_0': '\\mathit{x\\_0}'})
    """
    drawn = {name: typeset_name(name) for name in names}
    looks = Counter(drawn.values())
    return {name: text if looks[text] == 1 else rf"\mathit{{{escape(name)}}}" for name, text in drawn.items()}


def typeset_name(name: str) -> str:
    r"""A variable: ``x0`` is ``x_{0}``, ``alpha_2`` the letter with an index, other words in italics.

    Example:
        >>> typeset_name("x0"), typeset_name("speed_max")
        ('x_{0}', '\\mathit{speed}_{\\mathit{max}}')
    """
    match = re.fullmatch(r"([^\W\d_]+)([0-9]*)((?:_[^\W_]+)*)", name)
    if match is None:
        return rf"\mathit{{{escape(name)}}}"
    word, digits, tail = match.groups()
    indices = [digits] * bool(digits) + [_word(index) for index in tail.split("_")[1:]]
    return _word(word) + (f"_{{{', '.join(indices)}}}" if indices else "")


def _word(word: str) -> str:
    if word.isascii():
        return rf"\{word}" if word in GREEK else word if len(word) == 1 or word.isdecimal() else rf"\mathit{{{word}}}"
    letters = "".join(f"{_letter(char)} " for char in word).strip()
    return letters if len(word) == 1 else f"{{{letters}}}"


def _letter(char: str) -> str:
    """One letter; a Greek one by LaTeX's command for it."""
    kind, _, name = unicodedata.name(char, "").removeprefix("GREEK ").partition(" LETTER ")
    name = name.title() if kind == "CAPITAL" else name.lower()
    return rf"\{name}" if name in GREEK else char if char.isascii() else rf"\text{{{escape(char)}}}"


def typeset_number(text: str) -> str:
    r"""A decimal: ``2e-7`` has a power of ten, infinities and NaN their signs.

    Example:
        >>> typeset_number("-2e-07"), typeset_number("1e+300")
        ('-2 \\cdot 10^{-7}', '10^{300}')
    """
    if text in {"nan", "inf", "-inf"}:
        return {"nan": r"\text{undefined}", "inf": r"\infty", "-inf": r"-\infty"}[text]
    mantissa, _, exponent = text.lower().partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return {"1": power, "-1": f"-{power}"}.get(mantissa, rf"{mantissa} \cdot {power}")


def escape(text: str) -> str:
    """Text with LaTeX's own characters made harmless."""
    special = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
    special |= {c: f"${c}$" for c in "<>|"} | {c: rf"\{c}" for c in "#$%&_{}"}
    return "".join(special.get(c, c) for c in text)


def _parts(expression: Expression, part: LatexPart, names: Mapping[str, str]) -> Parts:
    node = expression.nodes[part.node]
    negative = _is_negative(expression, node)
    inner = _unsigned(expression, node, names)
    if negative and not part.unsigned:
        inner = ["-", *inner]
    bracket = _level(node) < part.level or (negative and not part.minus and not part.unsigned)
    return [r"\left(", *inner, r"\right)"] if bracket else inner


def _level(node: Node) -> int:
    if node.op == "number":
        power_of_ten = isinstance(node.value, float) and "e" in repr(node.value)
        return PRODUCT if power_of_ten or _below_zero(node) else SIGN if isinstance(node.value, Fraction) else ATOM
    return _LEVELS.get(node.op, ATOM)


def _below_zero(node: Node) -> bool:
    """A number with a minus, of which -0.0 is one."""
    return node.op == "number" and repr(node.value).startswith(("-", "Fraction(-"))


def _is_negative(expression: Expression, node: Node) -> bool:
    """Does its LaTeX start with a minus? That of a product or quotient comes from its first operand."""
    while node.op in ("mul", "div"):
        node = expression.nodes[node.args[0]]
    return node.op == "neg" or _below_zero(node)


def _unsigned(expression: Expression, node: Node, names: Mapping[str, str]) -> Parts:
    """The node without the minus that it may start with."""
    if not node.args:
        return [_leaf(expression, node, names)]
    if rule := _RULES.get(node.op):
        return rule(expression, node)
    if node.op in DRAWN:
        return _filled(DRAWN[node.op], node.args)
    return _call(node)


def _leaf(expression: Expression, node: Node, names: Mapping[str, str]) -> str:
    if node.op == "number":
        text = repr(node.value) if isinstance(node.value, float) else str(node.value)
        above, _, below = text.removeprefix("-").partition("/")
        return rf"\frac{{{above}}}{{{below}}}" if below else typeset_number(above)
    if node.op == "parameter":
        name = expression.parameter(node)
        return names[name] if name else typeset_number(repr(node.value))
    if node.op == "variable":
        return names[str(node.value)]
    return WORDS.get(node.op) or CONSTANTS[str(node.value)]


def _filled(drawing: str, args: tuple[int, ...]) -> Parts:
    """A drawing with its arguments in the places %0, %1."""
    pieces = re.split("%([0-9])", drawing)
    return [LatexPart(args[int(piece)]) if k % 2 else piece for k, piece in enumerate(pieces)]


def _listed(nodes: tuple[int, ...]) -> Parts:
    return [part for k in nodes for part in (", ", LatexPart(k))][1:]


def _call(node: Node, power: Parts | None = None) -> Parts:
    """``head^power(arguments)``."""
    head: Parts = [HEADS.get(node.op) or rf"\operatorname{{{escape(node.op)}}}"]
    args = node.args
    if node.op in INDEXED:
        before, _, after = INDEXED[node.op].partition("%")
        head, args = [before, LatexPart(node.args[0]), after], node.args[1:]
    elif node.op in ("log", "LambertW") and len(node.args) == 2:
        head, args = [f"{HEADS[node.op]}_{{", LatexPart(node.args[1]), "}"], node.args[:1]
    return [*head, *(power or []), r"\left(", *_listed(args), r"\right)"]


def _add(expression: Expression, node: Node) -> Parts:
    parts: Parts = [LatexPart(node.args[0], SUM + 1)]
    for k in node.args[1:]:
        negative = _is_negative(expression, expression.nodes[k])
        parts += [" - " if negative else " + ", LatexPart(k, SUM + 1, unsigned=negative)]
    return parts


def _mul(expression: Expression, node: Node) -> Parts:
    """Factors side by side; a dot before digits and fractions, which would read as one number with what is before."""
    parts: Parts = [LatexPart(node.args[0], PRODUCT, unsigned=True)]
    for k in node.args[1:]:
        parts += [r" \cdot " if _starts_with_number(expression, k) else " ", LatexPart(k, SIGN, minus=False)]
    return parts


def _starts_with_number(expression: Expression, k: int) -> bool:
    node = expression.nodes[k]
    while node.op in ("mul", "pow"):
        node = expression.nodes[node.args[0]]
    return node.op in ("number", "div")


def _div(expression: Expression, node: Node) -> Parts:
    return [r"\frac{", LatexPart(node.args[0], unsigned=True), "}{", LatexPart(node.args[1]), "}"]


def _pow(expression: Expression, node: Node) -> Parts:
    r"""``\sin^{2}\left(x\right)``, and no such thing for other exponents: -1 there means the inverse."""
    base, exponent = (expression.nodes[k] for k in node.args)
    raised: Parts = ["^{", LatexPart(node.args[1]), "}"]
    if not base.args or base.op in _RULES or base.op in DRAWN:
        return [LatexPart(node.args[0], ATOM, minus=False), *raised]
    single = HEADS.get(base.op, "").count("\\") < 2  # of two words the power would be the second's: log Gamma^2
    once = single and len(base.args) == 1 + (base.op in INDEXED) and "^" not in INDEXED.get(base.op, "")
    if once and isinstance(exponent.value, int) and exponent.value > 0:
        return _call(base, raised)
    return [r"\left(", LatexPart(node.args[0]), r"\right)", *raised]


def _neg(expression: Expression, node: Node) -> Parts:
    return [LatexPart(node.args[0], PRODUCT, minus=False)]


def _factorial(expression: Expression, node: Node) -> Parts:
    return [LatexPart(node.args[0], ATOM, minus=False), "!"]


def _relation(expression: Expression, node: Node) -> Parts:
    return [LatexPart(node.args[0], SUM), f" {SYMBOLS[node.op]} ", LatexPart(node.args[1], SUM)]


def _logic(symbol: str, level: int) -> Callable[[Expression, Node], Parts]:
    return lambda expression, node: [part for k in node.args for part in (symbol, LatexPart(k, level))][1:]


def _not(expression: Expression, node: Node) -> Parts:
    return [r"\lnot ", LatexPart(node.args[0], BAR)]


def _cases(expression: Expression, node: Node) -> Parts:
    parts: Parts = []
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        always = expression.nodes[condition].op == "true"
        when: Parts = [r" & \text{otherwise}"] if always else [r" & \text{if } ", LatexPart(condition)]
        parts += [ROW, LatexPart(value), *when]
    return [r"\begin{cases} ", *parts[1:], r" \end{cases}"]


_LEVELS = {
    **{"or": OR, "and": AND, **dict.fromkeys(RELATIONS.values(), COMPARE), "not": BAR, "Piecewise": BAR},
    **{"add": SUM, "neg": PRODUCT, "mul": PRODUCT, "div": SIGN, "pow": POWER, "exp": POWER, "factorial": POWER},
}
"""How tightly the drawing of an operation binds; what is missing is closed in itself."""
_RULES: dict[str, Callable[[Expression, Node], Parts]] = {
    **dict.fromkeys(RELATIONS.values(), _relation),
    **{"or": _logic(r" \lor ", AND), "and": _logic(r" \land ", COMPARE), "not": _not, "Piecewise": _cases},
    **{"neg": _neg, "add": _add, "mul": _mul, "div": _div, "pow": _pow, "factorial": _factorial},
}
