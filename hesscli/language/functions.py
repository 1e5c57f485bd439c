"""The one catalogue of functions: what may be typed, what it means over the reals, where it has kinks.

A row is the contract that the lowering (tape) and the balls (exact) both fulfil. Values follow SymPy
and NIST's Digital Library of Mathematical Functions (https://dlmf.nist.gov).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    """One row of the catalogue.

    Attributes:
        name: canonical name, SymPy's own where SymPy has the function.
        least: fewest arguments.
        most: most arguments, None for any number.
        summary: definition in one line.
        domain: where it is real and finite, in words.
        aliases: other names people type.
        kinks: where it is not differentiable inside its domain, empty if nowhere.
        constant: positions of arguments that must be constant integers.
    """

    name: str
    least: int
    most: int | None
    summary: str
    domain: str = "all x"
    aliases: tuple[str, ...] = ()
    kinks: str = ""
    constant: tuple[int, ...] = ()


F = Function

OPERATORS: tuple[Function, ...] = (
    F("add", 1, None, "x + y + ..."),
    F("mul", 1, None, "x * y * ..."),
    F("neg", 1, 1, "-x"),
    F("div", 2, 2, "x / y", "y != 0"),
    F("pow", 2, 2, "x**y; 0**0 is 1", "x > 0; every x for an integer y; x = 0 where the power stays finite"),
    F("lt", 2, 2, "x < y"),
    F("le", 2, 2, "x <= y"),
    F("gt", 2, 2, "x > y"),
    F("ge", 2, 2, "x >= y"),
    F("eq", 2, 2, "x == y"),
    F("ne", 2, 2, "x != y"),
    F("and", 1, None, "all of the conditions"),
    F("or", 1, None, "one of the conditions"),
    F("not", 1, 1, "the condition does not hold"),
    F("true", 0, 0, "always"),
    F("false", 0, 0, "never"),
)
"""What the syntax writes as operators; not callable by name."""

CONDITIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "true", "false"})

FUNCTIONS: tuple[Function, ...] = (
    # powers, roots, exponentials
    F("sqrt", 1, 1, "square root", "x >= 0"),
    F("cbrt", 1, 1, "real cube root, negative for negative x"),
    F("root", 2, 2, "real n-th root, n a positive integer", "x >= 0; every x for odd n", ("real_root",), constant=(1,)),
    F("exp", 1, 1, "e**x"),
    F("log", 1, 2, "natural logarithm; log(x, b) to base b", "x > 0", ("ln",)),
    F("log2", 1, 1, "logarithm to base 2", "x > 0"),
    F("log10", 1, 1, "logarithm to base 10", "x > 0"),
    F("log1p", 1, 1, "log(1 + x)", "x > -1"),
    F("expm1", 1, 1, "exp(x) - 1"),
    F("hypot", 2, 2, "sqrt(x**2 + y**2)", kinks="x = y = 0"),
    # trigonometric
    F("sin", 1, 1, "sine"),
    F("cos", 1, 1, "cosine"),
    F("tan", 1, 1, "tangent", "x != pi/2 + k*pi", ("tg",)),
    F("cot", 1, 1, "cotangent, cos/sin", "x != k*pi", ("ctg",)),
    F("sec", 1, 1, "1/cos", "x != pi/2 + k*pi"),
    F("csc", 1, 1, "1/sin", "x != k*pi", ("cosec",)),
    F("asin", 1, 1, "inverse sine", "-1 <= x <= 1", ("arcsin",)),
    F("acos", 1, 1, "inverse cosine", "-1 <= x <= 1", ("arccos",)),
    F("atan", 1, 1, "inverse tangent", aliases=("arctan",)),
    F("acot", 1, 1, "inverse cotangent, atan(1/x)", "x != 0; acot(0) = pi/2", ("arccot",), "x = 0"),
    F("asec", 1, 1, "inverse secant, acos(1/x)", "|x| >= 1", ("arcsec",)),
    F("acsc", 1, 1, "inverse cosecant, asin(1/x)", "|x| >= 1", ("arccsc",)),
    F("atan2", 2, 2, "angle of the point (x, y), atan2(y, x)", "(x, y) != (0, 0)", ("arctan2",), "y = 0 with x < 0"),
    F("sinc", 1, 1, "sin(x)/x, 1 at 0 (unnormalised, as in SymPy)"),
    # hyperbolic
    F("sinh", 1, 1, "hyperbolic sine"),
    F("cosh", 1, 1, "hyperbolic cosine"),
    F("tanh", 1, 1, "hyperbolic tangent"),
    F("coth", 1, 1, "hyperbolic cotangent", "x != 0"),
    F("sech", 1, 1, "1/cosh"),
    F("csch", 1, 1, "1/sinh", "x != 0"),
    F("asinh", 1, 1, "inverse hyperbolic sine", aliases=("arcsinh", "arsinh")),
    F("acosh", 1, 1, "inverse hyperbolic cosine", "x >= 1", ("arccosh", "arcosh")),
    F("atanh", 1, 1, "inverse hyperbolic tangent", "-1 < x < 1", ("arctanh", "artanh")),
    F("acoth", 1, 1, "inverse hyperbolic cotangent, atanh(1/x)", "|x| > 1", ("arccoth", "arcoth")),
    F("asech", 1, 1, "inverse hyperbolic secant, acosh(1/x)", "0 < x <= 1", ("arcsech", "arsech")),
    F("acsch", 1, 1, "inverse hyperbolic cosecant, asinh(1/x)", "x != 0", ("arccsch", "arcsch")),
    # absolute values, steps, switches
    F("Abs", 1, 1, "absolute value", aliases=("abs", "fabs"), kinks="x = 0"),
    F("sign", 1, 1, "-1, 0 or 1", aliases=("sgn",), kinks="x = 0"),
    F("Max", 1, None, "largest argument", aliases=("max", "maximum"), kinks="a tie of the largest"),
    F("Min", 1, None, "smallest argument", aliases=("min", "minimum"), kinks="a tie of the smallest"),
    F("clip", 3, 3, "Min(Max(x, a), b)", aliases=("clamp",), kinks="x = a, x = b"),
    F("floor", 1, 1, "largest integer <= x", kinks="integers"),
    F("ceiling", 1, 1, "smallest integer >= x", aliases=("ceil",), kinks="integers"),
    F("frac", 1, 1, "x - floor(x)", kinks="integers"),
    F("Mod", 2, 2, "x - y*floor(x/y)", "y != 0", ("mod", "fmod"), "x/y an integer"),
    F(
        "Heaviside",
        1,
        2,
        "0 for x < 0, 1 for x > 0, 1/2 (or the second argument) at 0",
        aliases=("heaviside",),
        kinks="x = 0",
    ),
    F(
        "Piecewise",
        1,
        None,
        "Piecewise((f, condition), ..., (g, True))",
        "where a condition holds",
        ("piecewise",),
        "borders",
    ),
    # error functions and their kin
    F("erf", 1, 1, "2/sqrt(pi) * integral of exp(-t**2) from 0 to x"),
    F("erfc", 1, 1, "1 - erf(x)"),
    F("erfi", 1, 1, "-i*erf(i*x)"),
    F("erfcx", 1, 1, "exp(x**2)*erfc(x)"),
    F("erfinv", 1, 1, "inverse of erf", "-1 < x < 1"),
    F("erfcinv", 1, 1, "inverse of erfc", "0 < x < 2"),
    F("dawson", 1, 1, "Dawson's integral, exp(-x**2)*integral of exp(t**2) from 0 to x", aliases=("dawsn",)),
    F("normcdf", 1, 1, "standard normal distribution function", aliases=("ndtr",)),
    F("fresnels", 1, 1, "integral of sin(pi*t**2/2) from 0 to x"),
    F("fresnelc", 1, 1, "integral of cos(pi*t**2/2) from 0 to x"),
    # gamma and its kin
    F("gamma", 1, 1, "gamma function", "x not 0, -1, -2, ..."),
    F("loggamma", 1, 1, "log(gamma(x))", "x > 0", ("gammaln",)),
    F("lgamma", 1, 1, "log(Abs(gamma(x)))", "x not 0, -1, -2, ..."),
    F("digamma", 1, 1, "derivative of log(gamma(x))", "x not 0, -1, -2, ...", ("psi",)),
    F("trigamma", 1, 1, "second derivative of log(gamma(x))", "x not 0, -1, -2, ..."),
    F(
        "polygamma",
        2,
        2,
        "polygamma(n, x), derivative n + 1 of log(gamma(x)); between integers n Espinosa and Moll's, as in SymPy",
        "x > 0; every x but 0, -1, -2, ... for n = 0, 1, ...",
    ),
    F("factorial", 1, 1, "gamma(x + 1)", "x not -1, -2, ..."),
    F("binomial", 2, 2, "gamma(n+1)/(gamma(k+1)*gamma(n-k+1))", "n not -1, -2, ..."),
    F("beta", 2, 2, "gamma(a)*gamma(b)/gamma(a+b)", "a, b not 0, -1, -2, ...", ("Beta",)),
    F("betaln", 2, 2, "log(beta(a, b))", "a, b > 0", ("lbeta",)),
    F("lowergamma", 2, 2, "integral of t**(a-1)*exp(-t) from 0 to x", "a > 0, x >= 0"),
    F("uppergamma", 2, 2, "integral of t**(a-1)*exp(-t) from x to infinity", "x > 0"),
    F("gammainc", 2, 2, "lowergamma(a, x)/gamma(a)", "a > 0, x >= 0", ("igamma",)),
    F("gammaincc", 2, 2, "uppergamma(a, x)/gamma(a)", "a > 0, x >= 0", ("igammac",)),
    F(
        "betainc",
        3,
        3,
        "regularised incomplete beta, betainc(a, b, x)",
        "a, b > 0, 0 <= x <= 1",
        ("betainc_regularized",),
    ),
    # Bessel, Airy, Struve
    F("besselj", 2, 2, "Bessel function of the first kind, besselj(n, x)", "x > 0; every x for integer n", ("jv",)),
    F("bessely", 2, 2, "Bessel function of the second kind", "x > 0", ("yv",)),
    F("besseli", 2, 2, "modified Bessel function of the first kind", "x > 0; every x for integer n", ("iv",)),
    F("besselk", 2, 2, "modified Bessel function of the second kind", "x > 0", ("kv",)),
    F("airyai", 1, 1, "Airy function Ai"),
    F("airybi", 1, 1, "Airy function Bi"),
    F("struveh", 2, 2, "Struve function H, struveh(n, x)", "x > 0; every x for integer n"),
    F("struvel", 2, 2, "modified Struve function L, struvel(n, x)", "x > 0; every x for integer n"),
    # zeta, polylogarithms
    F("zeta", 1, 2, "Riemann zeta(s); Hurwitz zeta(s, a)", "s != 1; a > 0"),
    F("polylog", 2, 2, "polylogarithm, polylog(s, x)", "x < 1"),
    F("spence", 1, 1, "dilogarithm polylog(2, 1 - x)", "x >= 0"),
    # integrals
    F("Ei", 1, 1, "exponential integral", "x != 0", ("expi",)),
    F("expint", 2, 2, "generalised exponential integral, expint(n, x)", "x > 0"),
    F("E1", 1, 1, "expint(1, x)", "x > 0", ("exp1",)),
    F("li", 1, 1, "logarithmic integral", "x > 0, x != 1"),
    F("Si", 1, 1, "sine integral"),
    F("Ci", 1, 1, "cosine integral", "x > 0"),
    F("Shi", 1, 1, "hyperbolic sine integral"),
    F("Chi", 1, 1, "hyperbolic cosine integral", "x > 0"),
    F(
        "LambertW",
        1,
        2,
        "w*exp(w) = x; LambertW(x, -1) is the lower real branch",
        "x > -1/e; branch -1: x < 0",
        ("lambertw",),
        constant=(1,),
    ),
    # elliptic integrals and orthogonal polynomials
    F("elliptic_k", 1, 1, "complete elliptic integral of the first kind, parameter m", "m < 1", ("ellipk",)),
    F("elliptic_e", 1, 2, "elliptic integral of the second kind, (m) complete or (phi, m)", "m <= 1", ("ellipe",)),
    F("elliptic_f", 2, 2, "incomplete elliptic integral of the first kind, (phi, m)", "m*sin(phi)**2 < 1"),
    F("legendre", 2, 2, "Legendre polynomial, legendre(n, x)", constant=(0,)),
    F("chebyshevt", 2, 2, "Chebyshev polynomial of the first kind", constant=(0,)),
    F("chebyshevu", 2, 2, "Chebyshev polynomial of the second kind", constant=(0,)),
    F("hermite", 2, 2, "Hermite polynomial (physicists')", constant=(0,)),
    F("laguerre", 2, 2, "Laguerre polynomial", constant=(0,)),
    F("gegenbauer", 3, 3, "Gegenbauer polynomial, gegenbauer(n, a, x)", constant=(0,)),
    F("jacobi", 4, 4, "Jacobi polynomial, jacobi(n, a, b, x)", constant=(0,)),
    F("hyp1f1", 3, 3, "Kummer's function M(a, b, x)", "b not 0, -1, ..."),
    F("hyp2f1", 4, 4, "Gauss's hypergeometric function F(a, b; c; x)", "x < 1; c not 0, -1, ..."),
    F("hyp0f1", 2, 2, "confluent hypergeometric limit function", "b not 0, -1, ..."),
    # information, products with a logarithm
    F("xlogy", 2, 2, "x*log(y), 0 where x = 0", "y > 0"),
    F("xlog1py", 2, 2, "x*log(1 + y), 0 where x = 0", "y > -1"),
    # machine learning
    F("sigmoid", 1, 1, "1/(1 + exp(-x))", aliases=("logistic", "expit")),
    F("logit", 1, 1, "log(x/(1 - x))", "0 < x < 1"),
    F("softplus", 1, 1, "log(1 + exp(x))"),
    F("logsigmoid", 1, 1, "-softplus(-x)", aliases=("log_sigmoid",)),
    F("relu", 1, 1, "Max(x, 0)", aliases=("ReLU",), kinks="x = 0"),
    F("relu6", 1, 1, "Min(Max(x, 0), 6)", kinks="x = 0, x = 6"),
    F("leaky_relu", 1, 2, "x for x > 0, a*x below (a = 0.2)", kinks="x = 0"),
    F("elu", 1, 1, "x for x > 0, exp(x) - 1 below", kinks="x = 0 from order 2"),
    F("selu", 1, 1, "scaled elu", kinks="x = 0"),
    F("softsign", 1, 1, "x/(1 + Abs(x))", kinks="x = 0 from order 2"),
    F("silu", 1, 1, "x*sigmoid(x)", aliases=("swish",)),
    F("mish", 1, 1, "x*tanh(softplus(x))"),
    F("gelu", 1, 1, "x*normcdf(x)"),
    F("logsumexp", 1, None, "log(exp(x) + exp(y) + ...)"),
    F("logaddexp", 2, 2, "log(exp(x) + exp(y))"),
)
"""Everything that can be called by name."""

BY_NAME: dict[str, Function] = {row.name: row for row in (*OPERATORS, *FUNCTIONS)}
CALLABLE: dict[str, Function] = {name: row for row in FUNCTIONS for name in (row.name, *row.aliases)}
CONSTANTS: dict[str, str] = {"pi": "pi", "E": "E", "EulerGamma": "EulerGamma"}
"""Name typed -> canonical constant; a name claimed by --vars or --param is no constant."""
