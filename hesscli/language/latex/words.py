r"""Words of LaTeX and what they mean here; the first two tables are also how functions are written."""

from __future__ import annotations

HEADS: dict[str, str] = {
    **{name: rf"\{name}" for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "log")},
    **{"asin": r"\arcsin", "acos": r"\arccos", "atan": r"\arctan", "Max": r"\max", "Min": r"\min"},
    **{"log2": r"\log_{2}", "log10": r"\log_{10}", "sign": r"\operatorname{sgn}", "normcdf": r"\Phi"},
    **{"gamma": r"\Gamma", "loggamma": r"\log\Gamma", "uppergamma": r"\Gamma", "lowergamma": r"\gamma"},
    **{"digamma": r"\psi", "trigamma": r"\psi_{1}", "beta": r"\mathrm{B}", "zeta": r"\zeta", "LambertW": "W"},
    **{"airyai": r"\operatorname{Ai}", "airybi": r"\operatorname{Bi}", "E1": "E_{1}"},
}
"""How a function is written before its bracket, where that is not its name."""

INDEXED: dict[str, str] = {
    **{"besselj": "J_{%}", "bessely": "Y_{%}", "besseli": "I_{%}", "besselk": "K_{%}", "expint": "E_{%}"},
    **{"struveh": r"\mathbf{H}_{%}", "struvel": r"\mathbf{L}_{%}", "polylog": r"\operatorname{Li}_{%}"},
    **{"legendre": "P_{%}", "chebyshevt": "T_{%}", "chebyshevu": "U_{%}", "hermite": "H_{%}", "laguerre": "L_{%}"},
    "polygamma": r"\psi^{\left(%\right)}",
}
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

FUNCTIONS: dict[str, str] = {
    **{head[1:]: name for name, head in HEADS.items() if head[1:].isalpha() and head[1:] not in GREEK},
    **{"ln": "log", "exp": "exp", "sech": "sech", "csch": "csch", "tg": "tan", "ctg": "cot", "arccot": "acot"},
    **{"arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "arcsinh": "asinh", "arccosh": "acosh"},
}
"""Commands that are functions, with brackets or without."""

SPECIAL: dict[tuple[str, str | None], str] = {
    **{("Gamma", None): "gamma", ("gamma", None): "lowergamma", ("psi", None): "digamma", ("psi", "1"): "trigamma"},
    **{("zeta", None): "zeta", ("Phi", None): "normcdf", ("B", None): "beta", ("W", None): "LambertW"},
    **{("Ai", None): "airyai", ("Bi", None): "airybi", ("E", "1"): "E1", ("sgn", None): "sign"},
}
"""A letter or word and its index -> the function that it is where a bracket follows at once."""
ORDERED = {
    **{"J": "besselj", "Y": "bessely", "I": "besseli", "K": "besselk", "E": "expint", "Li": "polylog"},
    **{"P": "legendre", "T": "chebyshevt", "U": "chebyshevu", "H": "hermite", "L": "laguerre"},
    **{"\\H": "struveh", "\\L": "struvel"},
}
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
    *("biggl", "biggr", "Biggl", "Biggr", "middle", "nonumber", "notag"),
})  # fmt: skip
"""Commands that change the look alone."""

REFUSED: dict[str, str] = {
    **dict.fromkeys(("int", "iint", "oint"), "integrals are not in the language"),
    **dict.fromkeys(("sum", "prod"), "write every term out"),
    **dict.fromkeys(("partial", "nabla", "mathrm{d}"), "derivatives are what the commands compute"),
    **dict.fromkeys(("hat", "bar", "tilde", "vec", "dot", "ddot", "overline"), "write a name with an index, x_{1}"),
    **dict.fromkeys(("pm", "mp"), "write one expression a sign"),
    "infty": "infinity is not a number here",
    "lim": "limits are not in the language",
    "lg": "write \\log_{10} or \\log_{2}",
    "to": "it is not in the language",
}
"""Commands with a remedy of their own."""

WORDS = frozenset({"B", "Ai", "Bi", "sgn"})
"""Functions that are words in text type."""
PIECES = frozenset({"if", "for", "when", "otherwise", "else"})
"""Words between a value and its condition."""
NO_FACTOR = frozenset({*OPERATORS, "^", "_", "!", "'", ";"})
"""What no factor begins with."""
