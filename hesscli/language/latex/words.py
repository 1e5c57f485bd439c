r"""Words of LaTeX and what they mean here; functions are read as the catalogue writes them, and as others do."""

from __future__ import annotations

import re

from hesscli.language.functions import CALLABLE, FUNCTIONS

HEADS = {row.name: row.latex for row in FUNCTIONS if row.latex and "%" not in row.latex}
"""How a function is written before its bracket, where that is not its name."""

INDEXED = {row.name: row.latex for row in FUNCTIONS if "%" in row.latex and "%0" not in row.latex}
"""Functions whose first argument is an index, put in the place of the %."""

GREEK = frozenset([
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"),
    *("iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho"),
    *("sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
    *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"),
])  # fmt: skip
"""Letters for which LaTeX has a command."""

LETTERS = GREEK | {"varepsilon", "vartheta", "varphi", "varrho", "varsigma", "varkappa", "ell", "hbar"}
"""Commands that are names."""
TAKEN = {"beta": "\u03b2", "gamma": "\u03b3", "zeta": "\u03b6"}
"""Letters whose words are functions of the catalogue -> the name that the variable gets."""

ACCENTS: dict[str, str] = {
    **{word: word for word in ("hat", "check", "tilde", "bar", "dot", "ddot", "breve", "acute", "grave", "ring")},
    **{"widehat": "hat", "widetilde": "tilde", "overline": "bar", "mathring": "ring"},
}
"""An accent -> what it adds to the name of the letter below it, as in SymPy: ``\\hat{x}`` is ``xhat``."""

BY_COMMAND: dict[str, str] = {
    **{head[1:]: name for name, head in HEADS.items() if head[1:].isalpha() and head[1:] not in GREEK},
    **{"ln": "log", "exp": "exp", "sech": "sech", "csch": "csch", "arccot": "acot"},
    **{"tg": "tan", "ctg": "cot", "arctg": "atan", "arcctg": "acot"},
    **{"arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "arcsinh": "asinh", "arccosh": "acosh"},
}
"""Commands that are functions, with brackets or without."""

_LETTER = re.compile(r"(\\mathbf)?(?:\\(?:mathrm|operatorname|mathbf)?)?\{?(\w+)\}?(?:_\{(\w+|%)\})?")
"""How the catalogue writes a letter or word that is a function: ``\\Gamma``, ``E_{1}``, ``\\mathbf{H}_{%}``."""


def _letters(written: dict[str, str]) -> dict[tuple[str, str | None], str]:
    """(Letter or word, index) -> the function that is written so; the first of several."""
    found: dict[tuple[str, str | None], str] = {}
    for name, text in written.items():
        read = _LETTER.fullmatch(text)
        if read is not None and read[2] not in BY_COMMAND:
            found.setdefault((f"\\{read[2]}" if read[1] else read[2], read[3]), name)
    return found


SPECIAL = _letters(HEADS)
"""A letter or word and its index -> the function that it is where a bracket follows at once."""
ORDERED = {letter: name for (letter, _), name in _letters(INDEXED).items()}
"""A letter or word -> the function whose first argument is its index; bold letters have a backslash."""

OPERATORS: dict[str, str] = {
    **{sign: sign for sign in ("+", "-", "*", "/", ",", "<", ">", "=")},
    **{"\\cdot": "*", "\\times": "*", "\\ast": "*", "\\div": "/", "\\lt": "<", "\\gt": ">"},
    **dict.fromkeys(("\\le", "\\leq", "\\leqslant"), "<="),
    **dict.fromkeys(("\\ge", "\\geq", "\\geqslant"), ">="),
    **{"\\ne": "!=", "\\neq": "!=", "\\land": "and", "\\wedge": "and", "\\lor": "or", "\\vee": "or"},
    **{"\\lnot": "not", "\\neg": "not"},
}
"""Signs between factors, and before them."""

BRACKETS: dict[str, tuple[str, str]] = {
    **{"(": ("(", ")"), "\\lbrack": ("(", "\\rbrack"), "\\{": ("(", "\\}"), "\\lbrace": ("(", "\\rbrace")},
    **{"|": ("|", "|"), "\\vert": ("|", "\\vert"), "\\lvert": ("|", "\\rvert")},
    **{"\\lfloor": ("floor", "\\rfloor"), "\\lceil": ("ceiling", "\\rceil")},
}
"""An opening bracket -> what it is here, and what closes it."""
CLOSING = frozenset(
    {*(close for _, close in BRACKETS.values() if close != "|"), "]", "}", "\\right", "&", "\\\\", "\\end"}
)

IGNORED = frozenset({
    *("quad", "qquad", "displaystyle", "textstyle", "limits", "nolimits", "mathstrut", "boldsymbol", "bm", "mathbf"),
    *("mathit", "mathrm", "mathsf", "mathnormal", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr"),
    *("biggl", "biggr", "Biggl", "Biggr", "middle", "nonumber", "notag", "mathcal", "mathscr", "mathfrak"),
})  # fmt: skip
"""Commands that change the look alone."""

REFUSED: dict[str, str] = {
    **dict.fromkeys(("int", "iint", "oint"), "integrals are not in the language"),
    **dict.fromkeys(("partial", "nabla"), "derivatives are what the commands compute"),
    **dict.fromkeys(
        ("|", "Vert", "lVert", "norm"),
        "every name is a number here, of which \\left|x\\right| is the absolute value; the norm of a vector"
        " is \\operatorname{norm}(x_{1}, x_{2})",
    ),
    **dict.fromkeys(("ldots", "cdots", "dots", "dotsc", "dotsb"), "write every term out"),
    **dict.fromkeys(("prime", "star", "dagger"), "another variable has another letter, or an index, x_{1}"),
    **dict.fromkeys(("mapsto", "in", "mathbb"), "write the expression alone, or f(x) = ... before it"),
    **dict.fromkeys(("mod", "bmod", "pmod"), "write \\operatorname{Mod}(x, 2)"),
    "choose": "write \\binom{n}{k}",
    "mid": "write \\left| and \\right|",
    "circ": "angles are in radians, 30 degrees are 30\\pi/180; a composition is written out",
    "%": "write 50/100 for 50 per cent",
    **dict.fromkeys(("langle", "rangle"), "inner products are written out: x_{1} y_{1} + x_{2} y_{2}"),
    **dict.fromkeys(("approx", "sim", "equiv"), "a name gets a value by ="),
    **dict.fromkeys(("Re", "Im"), "all numbers are real"),
    "over": "write \\frac{x}{y}",
    **dict.fromkeys(("pm", "mp"), "write one expression a sign"),
    "vec": "a vector has no place here, where every name is a number; write its components, x_{1}, x_{2}",
    "infty": "infinity is not a number here",
    "lim": "limits are not in the language",
    "lg": "write \\log_{10} or \\log_{2}",
    "to": "it is not in the language",
}
"""Commands with a remedy of their own."""

FRACTIONS = frozenset({"\\frac", "\\dfrac", "\\tfrac", "\\cfrac"})
"""One above the other."""
LINES = frozenset({"align", "aligned", "split", "gather", "gathered", "multline", "eqnarray", "flalign"})
"""Environments whose lines go on, or are statements in turn."""

BY_COMMAND |= {
    name: row.name
    for name, row in CALLABLE.items()
    if name.isalpha() and name not in {*BY_COMMAND, *GREEK, *ACCENTS, *REFUSED}
}
WORDS = frozenset(word for (word, _), name in SPECIAL.items() if HEADS[name].endswith(f"{{{word}}}"))
"""Functions that are words in text type."""
PIECES = frozenset({"if", "for", "when", "otherwise", "else"})
"""Words between a value and its condition."""
NO_FACTOR = frozenset({*OPERATORS, "^", "_", "!", "'", ";"})
"""What no factor begins with."""
