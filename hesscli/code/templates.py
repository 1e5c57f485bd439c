"""Operation -> Python text, for the operations that one line says; and how strongly a text binds."""

from __future__ import annotations

SUM, PRODUCT, UNARY, POWER, ATOM = range(5)

BoundText = tuple[str, int]
"""Python text and how strongly it binds."""

TEMPLATES: dict[str, str] = {
    "sqrt": "tf.sqrt({0})", "exp": "tf.exp({0})", "log": "tf.math.log({0})",
    "log1p": "tf.math.log1p({0})", "expm1": "tf.math.expm1({0})",
    "sin": "tf.sin({0})", "cos": "tf.cos({0})", "tan": "tf.tan({0})", "asin": "tf.asin({0})", "acos": "tf.acos({0})",
    "atan": "tf.atan({0})", "acot": "tf.atan(1 / {0})", "atan2": "tf.atan2({0}, {1})",
    "sinh": "tf.sinh({0})", "cosh": "tf.cosh({0})",
    "tanh": "tf.tanh({0})", "asinh": "tf.asinh({0})", "acosh": "tf.acosh({0})", "atanh": "tf.atanh({0})",
    "Abs": "tf.abs({0})", "sign": "tf.sign({0})", "floor": "tf.floor({0})", "ceiling": "tf.math.ceil({0})",
    "erf": "tf.math.erf({0})", "erfc": "tf.math.erfc({0})", "dawson": "tf.math.special.dawsn({0})",
    "fresnels": "tf.math.special.fresnel_sin({0})", "fresnelc": "tf.math.special.fresnel_cos({0})",
    "gamma": "gamma({0})", "lgamma": "tf.math.lgamma({0})", "digamma": "tf.math.digamma({0})",
    "beta": "gamma({0}) * gamma({1}) / gamma({0} + {1})",
    "trigamma": "tf.math.polygamma(tf.ones_like({0}), {0})",
    "xlogy": "{0} * tf.math.log({1})", "xlog1py": "{0} * tf.math.log1p({1})",
    "sigmoid": "tf.sigmoid({0})", "softplus": "tf.nn.softplus({0})", "relu": "tf.nn.relu({0})",
    "elu": "tf.nn.elu({0})", "selu": "tf.nn.selu({0})",
}  # fmt: skip
"""Operation -> text; ``{0}`` is an operand that binds tightly. Functions that are not here are written as their
definitions in the catalogue."""

OUT_OF_RANGE = frozenset({"erfcx"})
"""Functions whose definition leaves the range of doubles where they themselves do not."""

RELATIONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
"""Python's own comparisons: there is one point."""


def strength(template: str) -> int:
    """How strongly a template binds: a call is an atom, otherwise its loosest operator counts.

    Example:
        >>> strength("tf.exp({0})") == ATOM, strength("{0} / (1 + {1})") == PRODUCT
        (True, True)
    """
    depth, found = 0, ATOM
    for k, character in enumerate(template):
        depth += (character == "(") - (character == ")")
        if depth == 0 and template[k - 1 : k] == " " and template[k + 1 : k + 2] == " ":
            found = min(found, {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}.get(character, SUM))
    return min(found, UNARY) if template.startswith("-") else found
