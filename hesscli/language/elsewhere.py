"""What people type who come from elsewhere, and is not in the language -> what to write; one table a kind."""

from __future__ import annotations

import re

from hesscli.language.functions import CONSTANTS, EXTREMES, REDUCTIONS, TYPED

_FUNCTION = "a function is written f(x) = x^2, or as the expression alone"
_DERIVATIVE = "derivatives are what the commands compute; write the function alone"
_CONDITIONAL = "write where(condition, a, b), or Piecewise((a, condition), (b, True))"
_PIECEWISE = "write Piecewise((a, condition), (b, True))"
_COMBINATIONS = "the binomial coefficient is binomial(n, k)"
_VARIANCE = "((x0 - m)**2 + (x1 - m)**2)/2 with m = (x0 + x1)/2"
_QUOTES = "there are no strings in the language; write the expression without quotes inside"

SIGNS: dict[str, str] = {
    "//": "'//' is not in the language; write floor(a/b)",
    "%": "'%' is not in the language; write Mod(a, b) for the remainder, 5/100 for 5%",
    ":=": f"':=' is not in the language; {_FUNCTION}, an intermediate name = expression;",
    "&&": "write 'and' instead of '&&'",
    "<<": "'<<' is not in the language; write a*2**b",
    ">>": "'>>' is not in the language; write floor(a/2**b)",
    "->": f"'->' is not in the language; {_FUNCTION}",
    "=>": f"write '>=' instead of '=>'; {_FUNCTION}",
    "=<": "write '<=' instead of '=<'",
    "<>": "write '!=' instead of '<>'",
    "!": "'!' is not in the language; write factorial(n), or 'not' in a condition",
    "'": f"{_QUOTES}; another variable has another name: x1",
    '"': _QUOTES,
    "`": "'`' is not in the language",
    "@": "'@' is not in the language; write products with *",
    ":": f"':' is not in the language: no slices, no lambda; {_FUNCTION}, names are written out: x0, x1, ...",
    "?": f"'?' is not in the language; {_PIECEWISE}",
    "...": "'...' is not in the language; write every term out",
    ".": "attributes are not in the language; write functions as sin(x), numbers as 0.5",
    "\u2026": "an ellipsis is not in the language; write every term out",
    **dict.fromkeys("\u2013\u2014", "this is a dash; write a plain minus: -"),
    **dict.fromkeys("\u2018\u2019\u201c\u201d", _QUOTES),
    **dict.fromkeys("\u2211\u220f", "write Sum(x[i]^2, (i, 0, 9)) or Product(...), or every term out"),
    **dict.fromkeys("\u222b\u222c\u222e", "integrals are not in the language"),
    **dict.fromkeys("\u2202\u2207", _DERIVATIVE),
    **dict.fromkeys("\u2192\u21a6\u27f6\u27fc", _FUNCTION),
    **dict.fromkeys("\u2032\u2033", f"{_DERIVATIVE}; another variable has another name: x1"),
    **dict.fromkeys("\u2016\u2225", "the length of a vector is written norm(x, y)"),
    **dict.fromkeys("\u27e8\u27e9", "inner products are written out: x1*y1 + x2*y2"),
    **dict.fromkeys("\u230a\u230b", "write floor(x)"),
    **dict.fromkeys("\u2308\u2309", "write ceiling(x)"),
    **dict.fromkeys("\u2208\u2209", "write the expression alone; a condition is written (x > a) & (x < b)"),
    "\u221c": "write root(x, 4)",
    "\u221e": "infinity is not a number here",
    "\u2248": "write = for a name, == in a condition",
    "\u2261": "write = for a name, == in a condition",
    "\u00b1": "write one expression a sign",
    "\u2213": "write one expression a sign",
    "\u00b0": "angles are in radians; 30 degrees are 30*pi/180",
    "\u141f": "a raised fraction is written ^(1/2)",
}  # fmt: skip
"""Signs that are no part of the language."""

_ORDERS = ("return", "print", "let", "plot", "solve", "minimize", "minimise", "maximize", "maximise")

BETWEEN: dict[str, str] = {
    **dict.fromkeys(("lambda", "def", "function"), f"functions cannot be defined here: {_FUNCTION}"),
    **dict.fromkeys(("if", "else", "then"), f"{_PIECEWISE} instead of a if condition else b"),
    "for": "loops are not in the language; write every term out",
    "in": "'in' is not in the language; write (x > a) & (x < b) in a condition",
    "is": "write == instead of 'is' in a condition",
    "not": "write != instead of 'is not' in a condition",
    **dict.fromkeys(("import", "from"), "imports are not in the language; the functions are there"),
    **{word: f"'{word}' is not in the language" for word in ("await", "yield")},
    **{word: f"write the expression alone, without {word}" for word in _ORDERS},
    **dict.fromkeys(("mod", "rem"), "write Mod(a, b)"),
    "div": "write floor(a/b)",
    "of": f"words are not in the language; write functions as sqrt(x); {_DERIVATIVE}",
    "squared": "write x^2",
    "cubed": "write x^3",
    "over": "write a/b",
    "times": "write a*b",
    "plus": "write a + b",
    "minus": "write a - b",
    "lim": "limits are not in the language",
}  # fmt: skip
"""Words between which an operator is missing."""

PHRASES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bd\s*(?:\^|\*\*)?\s*\d*\s*/\s*\(?d[^\W\d]"), _DERIVATIVE),
    (re.compile(r"\bint\s.*\bd[^\W\d]\s*$"), "integrals are not in the language"),
    (re.compile(r"\blim\b"), "limits are not in the language"),
)
"""What runs through a text that is refused for a missing operator, or for a function that is none."""

NAMES: dict[str, str] = {
    "I": "I is the imaginary unit in SymPy, and all numbers here are real",
    **dict.fromkeys(
        ("oo", "inf", "Inf", "INF", "infinity", "Infinity", "zoo"), "infinity is not a number here"
    ),
    **dict.fromkeys(("nan", "NaN"), "nan is not a number"),
}  # fmt: skip
"""Names that mean something elsewhere: refused unless they are claimed as a variable."""

FUNCTIONS: dict[str, str] = {
    "Sum": "the commands that differentiate take sums; here write f1 + f2 + f3",
    "Product": "products are typed out factor by factor: f1*f2*f3",
    "prod": "products are typed out factor by factor: f1*f2*f3",
    "sum": "the commands that differentiate take sums; here write x0 + x1 + x2",
    "mean": "the commands that differentiate take means; here write (x0 + x1 + x2)/3",
    "average": "write (x0 + x1 + x2)/3, or mean(x) of a vector",
    "sumsq": "write x0**2 + x1**2, or sum(x**2) of a vector",
    "dot": "dot products are typed out: x0*y0 + x1*y1",
    "trace": "there is no trace of matrices; write the sum of its entries, as in Sum(W[i,i], (i, 0, 2))",
    "det": "there is no det of matrices; write the sum of products, as in W[0,0]*W[1,1] - W[0,1]*W[1,0]",
    **dict.fromkeys(("pow", "power"), "powers are written a**b"),
    "exp2": "write 2**x",
    "square": "write x**2",
    "Rational": "write a/b",
    **dict.fromkeys(("Integer", "Float"), "write the number alone"),
    "Symbol": "write the name alone",
    **dict.fromkeys(("Matrix", "array"), "a vector is written [f, g]; a matrix is a name: --vars A[2,3], or of --data"),
    **dict.fromkeys(("diff", "derivative", "D", "grad", "gradient", "hessian"), _DERIVATIVE),
    **dict.fromkeys(("integrate", "integral"), "integrals are not in the language"),
    "int": "integrals are not in the language; the whole part of a number is floor(x)",
    "limit": "limits are not in the language",
    **dict.fromkeys(("lambda", "function", "def"), _FUNCTION),
    "print": "write the expression alone, without print",
    "pi": "the number is pi, without brackets",
    **dict.fromkeys(("poisson", "dpois"), "its log-probability is poissonlogpmf(k, m)"),
    **dict.fromkeys(("binom", "dbinom"), "its log-probability is binomlogpmf(k, n, p)"),
    "lognormpdf": "the logarithm of the normal density is normlogpdf(x)",
    **dict.fromkeys(("phi", "\u03c6", "varphi", "dnorm"), "the normal density is normpdf(x)"),
    **dict.fromkeys(("Phi", "\u03a6", "N", "pnorm"), "the normal distribution function is normcdf(x)"),
    "qnorm": "there is no inverse of the normal distribution function",
    **dict.fromkeys(("sigma", "\u03c3", "plogis"), "the logistic function is sigmoid(x)"),
    **dict.fromkeys(("C", "nCr", "comb", "choose", "combin"), _COMBINATIONS),
    "\u0393": "the gamma function is gamma(x)",
    "\u03b6": "Riemann's function is zeta(x)",
    "W": "Lambert's function is LambertW(x)",
    "Ai": "Airy's function is airyai(x)",
    "Bi": "Airy's function is airybi(x)",
    "airy": "Airy's functions are airyai(x) and airybi(x)",
    **{f"{letter}{n}": f"Bessel's function is bessel{letter.lower()}({n}, x)" for letter in "JYIKjyik" for n in "01"},
    **{f"{letter}_{n}": f"Bessel's function is bessel{letter.lower()}({n}, x)" for letter in "JYIK" for n in "01"},
    **dict.fromkeys(("jn", "Jn"), "Bessel's function is besselj(n, x)"),
    "P": "Legendre's polynomial is legendre(n, x)",
    "T": "Chebyshev's polynomial is chebyshevt(n, x)",
    "K": "the elliptic integral is elliptic_k(m)",
    **dict.fromkeys(("if", "ifelse", "if_else", "iif", "ifs", "cond", "select", "cases", "switch"), _CONDITIONAL),
    "ITE": _PIECEWISE,
    **dict.fromkeys(("var", "variance"), f"variances are written out: {_VARIANCE}"),
    **dict.fromkeys(("std", "stdev", "sd"), f"write the root of {_VARIANCE}"),
    "median": "a median is not in the language",
    "total": "write x0 + x1 + x2, or sum(x) of a vector",
    "sen": "the sine is sin(x)",
    "sine": "the sine is sin(x)",
    "cosine": "the cosine is cos(x)",
    "arcsen": "the inverse sine is asin(x)",
    "sh": "the hyperbolic sine is sinh(x)",
    "ch": "the hyperbolic cosine is cosh(x)",
    "th": "the hyperbolic tangent is tanh(x)",
    **{f"{name}d": f"angles are in radians: {name}(x*pi/180)" for name in ("sin", "cos", "tan")},
    **dict.fromkeys(("deg", "rad", "radians", "degrees"), "angles are in radians; 30 degrees are 30*pi/180"),
    "lg": "write log10(x) or log2(x)",
    "lb": "write log2(x)",
    "ld": "write log2(x)",
    **{f"log_{base}": f"write log{base}(x)" for base in ("2", "10")},
    "signum": "write sign(x)",
    **dict.fromkeys(("H", "u", "step", "theta", "\u03b8"), "the unit step is Heaviside(x)"),
    **dict.fromkeys(("dirac", "delta", "\u03b4"), "a delta function has no value, and is not in the language"),
    "round": "rounding is written floor(x + 1/2)",
    **dict.fromkeys(("trunc", "fix"), "write sign(x)*floor(Abs(x))"),
    "fmod": "it has the sign of a elsewhere: sign(a)*Mod(Abs(a), Abs(b)); Mod(a, b) has that of b",
    **dict.fromkeys(("re", "im", "conj", "conjugate", "real", "imag"), "all numbers are real"),
    **dict.fromkeys(("reduce_sum", "tensordot", "cumsum"), "write sum(x) of a vector"),
    "reduce_mean": "write mean(x) of a vector",
    "multiply": "write a*b",
    "divide": "write a/b",
    "add": "write a + b",
    "subtract": "write a - b",
    "negative": "write -x",
    "matmul": "write x@y",
    "clip_by_value": "write clip(x, a, b)",
}  # fmt: skip
"""Functions people try."""

VECTORS = frozenset({*REDUCTIONS, *EXTREMES})
"""Functions of vectors that sums of the command line take."""

_LIBRARIES = frozenset({
    *("math", "cmath", "Math", "np", "numpy", "linalg", "jnp", "jax", "nn", "tf", "tensorflow", "K", "torch", "F"),
    *("sp", "sympy", "mp", "mpmath", "scipy", "special", "stats"),
})  # fmt: skip
_FILE = re.compile(r"\s*([\w./~-]+\.(?:txt|tex|expr|md|dat))\s*")
_BEFORE = re.compile(r"[^\W\d][\w.]*$")
_BEHIND = re.compile(r"\.([^\W\d][\w.]*)(\s*\()?")


def function_remedy(name: str) -> str:
    """What to write instead of a function that is none; whatever the case of its letters, empty if nobody knows.

    Example:
        >>> function_remedy("POWER"), function_remedy("foo")
        ('powers are written a**b', '')
    """
    return FUNCTIONS.get(name) or (FUNCTIONS.get(name.lower(), "") if len(name) > 1 else "")


def phrase_remedy(text: str) -> str:
    """What to write instead of a text that is no formula; empty if nobody knows."""
    return next((remedy for pattern, remedy in PHRASES if pattern.search(text)), "")


def attribute_remedy(text: str, at: int) -> str:
    """What to write instead of ``np.sin``, ``x.sum()``, ``x.^2``, whose point stands at ``at``.

    Example:
        >>> attribute_remedy("np.sin(x)", 2), attribute_remedy("x.^2", 1)
        ('write sin(...) without np.', 'every name is a number: write ^ * / without the point')
    """
    if file := _FILE.fullmatch(text):
        return f"an expression that stands in a file is written with @: @{file[1]}"
    if text[at + 1 : at + 2] in ("^", "*", "/"):
        return "every name is a number: write ^ * / without the point"
    before, behind = _BEFORE.search(text[:at]), _BEHIND.match(text, at)
    if before is None or behind is None:
        return SIGNS["."]
    *parts, name = f"{before[0]}.{behind[1]}".split(".")
    prefix, called = f"{'.'.join(parts)}.", behind[2] is not None
    if parts[0] in _LIBRARIES:
        if name in TYPED or name in VECTORS:
            return f"write {name}(...) without {prefix}"
        if name == "e" or name in CONSTANTS:
            return f"write {'E' if name == 'e' else name} without {prefix}"
        if remedy := function_remedy(name):
            return remedy
    if name in ("T", "transpose"):
        return "a transpose is not in the language; x@y is the inner product of vectors, x@A@x a quadratic form"
    if called and name in VECTORS | TYPED.keys():
        return f"write {name}({parts[-1]})" if name != "dot" else f"write dot({parts[-1]}, ...)"
    return SIGNS["."]


def is_wolfram(name: str) -> bool:
    """Whether a name before a square bracket is a function of Mathematica's rather than a vector: ``Sin[x]``.

    Example:
        >>> is_wolfram("Sin"), is_wolfram("x"), is_wolfram("Beta")
        (True, False, False)
    """
    known = name.lower() in _LOWER or name in ("Sum", "Product", "Table", "Module", "Integrate", "D")
    return name[:1].isupper() and known and name not in ("Beta", "Gamma", "Zeta", "Chi", "Psi", "Li", "Eta")


_LOWER = {name.lower() for name in (*TYPED, *FUNCTIONS) if len(name) > 1}
