"""The one catalogue of functions: what may be typed, what it means over the reals, where it has kinks.

A row is the contract that the lowering (tape) and the balls (exact) both fulfil. Values follow SymPy
and NIST's Digital Library of Mathematical Functions (https://dlmf.nist.gov). It is one table, a row a function, and so
one file however many rows it has.
"""

from __future__ import annotations

from dataclasses import dataclass

EVERYWHERE = "all x"
"""The domain of a function that is real and finite for every argument."""


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
        definitions: what it is in terms of other functions, in our own language, ``f(x, y) = ...``; one for each
            number of arguments that has one, none where the function is primitive.
        primitive: why the exact side keeps a rule of its own beside the definition; empty where it needs none.
        latex: what stands before its bracket where that is not its name; with a ``%`` for the first argument as an
            index, or with ``%0``, ``%1`` for the arguments of a drawing without brackets.
    """

    name: str
    least: int
    most: int | None
    summary: str
    domain: str = EVERYWHERE
    aliases: tuple[str, ...] = ()
    kinks: str = ""
    constant: tuple[int, ...] = ()
    definitions: tuple[str, ...] = ()
    primitive: str = ""
    latex: str = ""


def defined(
    *definitions: str,
    summary: str = "",
    domain: str = EVERYWHERE,
    aliases: tuple[str, ...] = (),
    kinks: str = "",
    primitive: str = "",
    latex: str = "",
) -> Function:
    """A row whose name, number of arguments and, unless given, summary follow from its definitions."""
    heads = [text.partition(" = ")[0].rstrip(")").split("(") for text in definitions]
    counts = [formal.count(",") + 1 for _, formal in heads]
    summary = summary or definitions[-1].partition(" = ")[2]
    return Function(
        heads[0][0], min(counts), max(counts), summary, domain, aliases, kinks, (), definitions, primitive, latex
    )


F, D = Function, defined

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
    D("sqrt(x) = x**(1/2)", summary="square root", domain="x >= 0", latex=r"\sqrt{%0}"),
    D("cbrt(x) = root(x, 3)", summary="real cube root, negative for negative x", latex=r"\sqrt[3]{%0}"),
    F(
        "root",
        2,
        2,
        "root(x, n), the real n-th root, n a positive integer",
        "x >= 0; every x for odd n",
        ("real_root",),
        constant=(1,),
        latex=r"\sqrt[%1]{%0}",
    ),
    F("exp", 1, 1, "e**x", latex=r"e^{%0}"),
    F(
        "log",
        1,
        2,
        "natural logarithm; log(x, b) to base b",
        "x > 0; b > 0, b != 1",
        ("ln",),
        definitions=("log(x, b) = log(x)/log(b)",),
        latex=r"\log",
    ),
    D("log2(x) = log(x)/log(2)", summary="logarithm to base 2", domain="x > 0", latex=r"\log_{2}"),
    D("log10(x) = log(x)/log(10)", summary="logarithm to base 10", domain="x > 0", latex=r"\log_{10}"),
    D("log1p(x) = log(1 + x)", domain="x > -1", primitive="1 + x loses the digits of a small x"),
    D("expm1(x) = exp(x) - 1", primitive="the difference loses the digits of a small x"),
    D("hypot(x, y) = sqrt(x**2 + y**2)", kinks="x = y = 0"),
    # trigonometric
    F("sin", 1, 1, "sine", latex=r"\sin"),
    F("cos", 1, 1, "cosine", latex=r"\cos"),
    F("tan", 1, 1, "tangent", "x != pi/2 + k*pi", ("tg",), latex=r"\tan"),
    D("cot(x) = cos(x)/sin(x)", summary="cotangent, cos/sin", domain="x != k*pi", aliases=("ctg",), latex=r"\cot"),
    D("sec(x) = 1/cos(x)", domain="x != pi/2 + k*pi", latex=r"\sec"),
    D("csc(x) = 1/sin(x)", domain="x != k*pi", aliases=("cosec",), latex=r"\csc"),
    F("asin", 1, 1, "inverse sine", "-1 <= x <= 1", ("arcsin",), latex=r"\arcsin"),
    F("acos", 1, 1, "inverse cosine", "-1 <= x <= 1", ("arccos",), latex=r"\arccos"),
    F("atan", 1, 1, "inverse tangent", aliases=("arctan", "arctg"), latex=r"\arctan"),
    D(
        "acot(x) = Piecewise((pi/2, Eq(x, 0)), (atan(1/x), True))",
        summary="inverse cotangent, atan(1/x); pi/2 at 0, where it jumps",
        aliases=("arccot", "arcctg"),
        kinks="x = 0",
    ),
    D("asec(x) = acos(1/x)", summary="inverse secant, acos(1/x)", domain="|x| >= 1", aliases=("arcsec",)),
    D("acsc(x) = asin(1/x)", summary="inverse cosecant, asin(1/x)", domain="|x| >= 1", aliases=("arccsc",)),
    F("atan2", 2, 2, "angle of the point (x, y), atan2(y, x)", "(x, y) != (0, 0)", ("arctan2",), "y = 0 with x < 0"),
    D(
        "sinc(x) = Piecewise((1, Eq(x, 0)), (sin(x)/x, True))",
        summary="sin(x)/x, 1 at 0 (unnormalised, as in SymPy)",
        primitive="x = 0 is no border",
    ),
    # hyperbolic
    F("sinh", 1, 1, "hyperbolic sine", latex=r"\sinh"),
    F("cosh", 1, 1, "hyperbolic cosine", latex=r"\cosh"),
    F("tanh", 1, 1, "hyperbolic tangent", latex=r"\tanh"),
    D("coth(x) = 1/tanh(x)", summary="hyperbolic cotangent", domain="x != 0", latex=r"\coth"),
    D("sech(x) = 1/cosh(x)"),
    D("csch(x) = 1/sinh(x)", domain="x != 0"),
    F("asinh", 1, 1, "inverse hyperbolic sine", aliases=("arcsinh", "arsinh")),
    F("acosh", 1, 1, "inverse hyperbolic cosine", "x >= 1", ("arccosh", "arcosh")),
    F("atanh", 1, 1, "inverse hyperbolic tangent", "-1 < x < 1", ("arctanh", "artanh")),
    D(
        "acoth(x) = atanh(1/x)",
        summary="inverse hyperbolic cotangent, atanh(1/x)",
        domain="|x| > 1",
        aliases=("arccoth", "arcoth"),
    ),
    D(
        "asech(x) = acosh(1/x)",
        summary="inverse hyperbolic secant, acosh(1/x)",
        domain="0 < x <= 1",
        aliases=("arcsech", "arsech"),
    ),
    D(
        "acsch(x) = asinh(1/x)",
        summary="inverse hyperbolic cosecant, asinh(1/x)",
        domain="x != 0",
        aliases=("arccsch", "arcsch"),
    ),
    # absolute values, steps, switches
    F("Abs", 1, 1, "absolute value", aliases=("abs", "fabs"), kinks="x = 0", latex=r"\left|%0\right|"),
    F("sign", 1, 1, "-1, 0 or 1", aliases=("sgn",), kinks="x = 0", latex=r"\operatorname{sgn}"),
    F("Max", 1, None, "largest argument", aliases=("max", "maximum"), kinks="a tie of the largest", latex=r"\max"),
    F("Min", 1, None, "smallest argument", aliases=("min", "minimum"), kinks="a tie of the smallest", latex=r"\min"),
    D("clip(x, a, b) = Min(Max(x, a), b)", aliases=("clamp",), kinks="x = a, x = b"),
    F("floor", 1, 1, "largest integer <= x", kinks="integers", latex=r"\left\lfloor %0 \right\rfloor"),
    D(
        "ceiling(x) = -floor(-x)",
        summary="smallest integer >= x",
        aliases=("ceil",),
        kinks="integers",
        latex=r"\left\lceil %0 \right\rceil",
    ),
    D("frac(x) = x - floor(x)", kinks="integers"),
    D("Mod(x, y) = x - y*floor(x/y)", domain="y != 0", aliases=("mod",), kinks="x/y an integer"),
    D(
        "Heaviside(x) = Heaviside(x, 1/2)",
        "Heaviside(x, h) = Piecewise((0, x < 0), (h, Eq(x, 0)), (1, True))",
        summary="0 for x < 0, 1 for x > 0, 1/2 (or the second argument) at 0",
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
    D("erfcx(x) = exp(x**2)*erfc(x)", primitive="the factors of a large x overflow and underflow"),
    F("erfinv", 1, 1, "inverse of erf", "-1 < x < 1"),
    F("erfcinv", 1, 1, "inverse of erfc", "0 < x < 2"),
    D(
        "dawson(x) = sqrt(pi)/2*exp(-x**2)*erfi(x)",
        summary="Dawson's integral, exp(-x**2)*integral of exp(t**2) from 0 to x",
        aliases=("dawsn",),
        primitive="the factors of a large x overflow and underflow",
    ),
    D(
        "normcdf(x) = erfc(-x/sqrt(2))/2",
        summary="standard normal distribution function",
        aliases=("ndtr",),
        primitive="at whole x derivatives vanish, as its density shows",
        latex=r"\Phi",
    ),
    D(
        "normpdf(x) = exp(-x**2/2)/sqrt(2*pi)",
        "normpdf(x, m, s) = exp(normlogpdf(x, m, s))",
        summary="normal density: standard, or of mean m and standard deviation s",
        domain="s > 0",
        aliases=("npdf",),
    ),
    D(
        "normlogpdf(x) = -x**2/2 - log(2*pi)/2",
        "normlogpdf(x, m, s) = -((x - m)/s)**2/2 - log(s) - log(2*pi)/2",
        summary="logarithm of the normal density, see normpdf",
        domain="s > 0",
    ),
    D(
        "poissonlogpmf(k, m) = xlogy(k, m) - m - loggamma(k + 1)",
        summary="logarithm of the Poisson probability poissonlogpmf(k, m): k events, m expected",
        domain="k >= 0, m > 0",
        aliases=("poisson_logpmf", "poisson_lpmf"),
    ),
    D(
        "binomlogpmf(k, n, p) = loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1) "
        "+ xlogy(k, p) + xlog1py(n - k, -p)",
        summary="logarithm of the binomial probability binomlogpmf(k, n, p): k of n, each with probability p",
        domain="0 <= k <= n, 0 < p < 1",
        aliases=("binom_logpmf", "binomial_lpmf"),
    ),
    F("fresnels", 1, 1, "integral of sin(pi*t**2/2) from 0 to x"),
    F("fresnelc", 1, 1, "integral of cos(pi*t**2/2) from 0 to x"),
    # gamma and its kin
    F("gamma", 1, 1, "gamma function", "x not 0, -1, -2, ...", latex=r"\Gamma"),
    F("loggamma", 1, 1, "log(gamma(x))", "x > 0", ("gammaln",), latex=r"\log\Gamma"),
    D("lgamma(x) = log(Abs(gamma(x)))", domain="x not 0, -1, -2, ...", primitive="gamma overflows"),
    D(
        "digamma(x) = polygamma(0, x)",
        summary="derivative of log(gamma(x))",
        domain="x not 0, -1, -2, ...",
        aliases=("psi",),
        latex=r"\psi",
    ),
    D(
        "trigamma(x) = polygamma(1, x)",
        summary="second derivative of log(gamma(x))",
        domain="x not 0, -1, -2, ...",
        latex=r"\psi_{1}",
    ),
    F(
        "polygamma",
        2,
        2,
        "polygamma(n, x), derivative n + 1 of log(gamma(x)); between integers n Espinosa and Moll's, as in SymPy",
        "x > 0; every x but 0, -1, -2, ... for n = 0, 1, ...",
        latex=r"\psi^{\left(%\right)}",
    ),
    D("factorial(x) = gamma(x + 1)", domain="x not -1, -2, ..."),
    D("rgamma(x) = 1/gamma(x)", summary="1/gamma(x), 0 at 0, -1, -2, ...", primitive="0 where gamma has its poles"),
    D(
        "binomial(n, k) = gamma(n + 1)*rgamma(k + 1)*rgamma(n - k + 1)",
        summary="gamma(n+1)/(gamma(k+1)*gamma(n-k+1))",
        domain="n not -1, -2, ...",
        primitive="a polynomial in n for a whole k, and even in k about n/2",
        latex=r"\binom{%0}{%1}",
    ),
    D(
        "beta(a, b) = gamma(a)*gamma(b)*rgamma(a + b)",
        summary="gamma(a)*gamma(b)/gamma(a+b)",
        domain="a, b not 0, -1, -2, ...",
        aliases=("Beta",),
        latex=r"\mathrm{B}",
    ),
    D(
        "betaln(a, b) = loggamma(a) + loggamma(b) - loggamma(a + b)",
        summary="log(beta(a, b))",
        domain="a, b > 0",
        aliases=("lbeta",),
    ),
    F(
        "lowergamma",
        2,
        2,
        "lowergamma(a, x), integral of t**(a-1)*exp(-t) from 0 to x",
        "a > 0, x >= 0",
        latex=r"\gamma",
    ),
    F(
        "uppergamma",
        2,
        2,
        "uppergamma(a, x), integral of t**(a-1)*exp(-t) from x to infinity",
        "x > 0",
        latex=r"\Gamma",
    ),
    D(
        "gammainc(a, x) = lowergamma(a, x)/gamma(a)",
        domain="a > 0, x >= 0",
        aliases=("igamma",),
        primitive="near 1 it is 1 less its complement",
    ),
    D(
        "gammaincc(a, x) = uppergamma(a, x)/gamma(a)",
        domain="a > 0, x >= 0",
        aliases=("igammac",),
        primitive="where a is 0, -1, ... both factors have a pole",
    ),
    F(
        "betainc",
        3,
        3,
        "regularised incomplete beta, betainc(a, b, x)",
        "a, b > 0, 0 <= x <= 1",
        ("betainc_regularized",),
    ),
    # Bessel, Airy, Struve
    F(
        "besselj",
        2,
        2,
        "Bessel function of the first kind, besselj(n, x)",
        "x > 0; every x for integer n",
        ("jv",),
        latex=r"J_{%}",
    ),
    F("bessely", 2, 2, "Bessel function of the second kind, bessely(n, x)", "x > 0", ("yv",), latex=r"Y_{%}"),
    F(
        "besseli",
        2,
        2,
        "modified Bessel function of the first kind, besseli(n, x)",
        "x > 0; every x for integer n",
        ("iv",),
        latex=r"I_{%}",
    ),
    F("besselk", 2, 2, "modified Bessel function of the second kind, besselk(n, x)", "x > 0", ("kv",), latex=r"K_{%}"),
    F("airyai", 1, 1, "Airy function Ai", latex=r"\operatorname{Ai}"),
    F("airybi", 1, 1, "Airy function Bi", latex=r"\operatorname{Bi}"),
    F("struveh", 2, 2, "Struve function H, struveh(n, x)", "x > 0; every x for integer n", latex=r"\mathbf{H}_{%}"),
    F(
        "struvel",
        2,
        2,
        "modified Struve function L, struvel(n, x)",
        "x > 0; every x for integer n",
        latex=r"\mathbf{L}_{%}",
    ),
    # zeta, polylogarithms
    F("zeta", 1, 2, "Riemann zeta(s); Hurwitz zeta(s, a)", "s != 1; a > 0", latex=r"\zeta"),
    F("polylog", 2, 2, "polylogarithm, polylog(s, x)", "x < 1", latex=r"\operatorname{Li}_{%}"),
    D(
        "spence(x) = polylog(2, 1 - x)",
        summary="dilogarithm polylog(2, 1 - x)",
        domain="x >= 0",
        primitive="at order 200 a hundred times as fast",
    ),
    # integrals
    F("Ei", 1, 1, "exponential integral", "x != 0", ("expi",)),
    F("expint", 2, 2, "generalised exponential integral, expint(n, x)", "x > 0", latex=r"E_{%}"),
    D("E1(x) = expint(1, x)", domain="x > 0", aliases=("exp1",), latex=r"E_{1}"),
    D("li(x) = Ei(log(x))", summary="logarithmic integral", domain="x > 0, x != 1"),
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
        latex=r"W",
    ),
    # elliptic integrals and orthogonal polynomials
    F("elliptic_k", 1, 1, "complete elliptic integral of the first kind, elliptic_k(m)", "m < 1", ("ellipk",)),
    F(
        "elliptic_e",
        1,
        2,
        "elliptic integral of the second kind, elliptic_e(m) complete or elliptic_e(phi, m)",
        "m <= 1",
        ("ellipe",),
    ),
    F("elliptic_f", 2, 2, "incomplete elliptic integral of the first kind, elliptic_f(phi, m)", "m*sin(phi)**2 < 1"),
    F("legendre", 2, 2, "Legendre polynomial, legendre(n, x)", constant=(0,), latex=r"P_{%}"),
    F("chebyshevt", 2, 2, "Chebyshev polynomial of the first kind, chebyshevt(n, x)", constant=(0,), latex=r"T_{%}"),
    F("chebyshevu", 2, 2, "Chebyshev polynomial of the second kind, chebyshevu(n, x)", constant=(0,), latex=r"U_{%}"),
    F("hermite", 2, 2, "Hermite polynomial (physicists'), hermite(n, x)", constant=(0,), latex=r"H_{%}"),
    F("laguerre", 2, 2, "Laguerre polynomial, laguerre(n, x)", constant=(0,), latex=r"L_{%}"),
    F("gegenbauer", 3, 3, "Gegenbauer polynomial, gegenbauer(n, a, x)", constant=(0,)),
    F("jacobi", 4, 4, "Jacobi polynomial, jacobi(n, a, b, x)", constant=(0,)),
    F("hyp1f1", 3, 3, "Kummer's function M, hyp1f1(a, b, x)", "b not 0, -1, ..."),
    F("hyp2f1", 4, 4, "Gauss's hypergeometric function F(a, b; c; x), hyp2f1(a, b, c, x)", "x < 1; c not 0, -1, ..."),
    F("hyp0f1", 2, 2, "confluent hypergeometric limit function, hyp0f1(b, x)", "b not 0, -1, ..."),
    # information, products with a logarithm
    D(
        "xlogy(x, y) = Piecewise((0, Eq(y, 0) & Eq(x, 0)), (x*log(y), True))",
        summary="x*log(y), 0 where x = 0",
        domain="y > 0",
    ),
    D(
        "xlog1py(x, y) = Piecewise((0, Eq(y, -1) & Eq(x, 0)), (x*log1p(y), True))",
        summary="x*log(1 + y), 0 where x = 0",
        domain="y > -1",
    ),
    D("entr(x) = -xlogy(x, x)", summary="-x*log(x), 0 at 0: a term of the entropy", domain="x >= 0"),
    D(
        "rel_entr(x, y) = xlogy(x, x) - xlogy(x, y)",
        summary="x*log(x/y), 0 for x = 0: a term of the relative entropy",
        domain="x >= 0, y > 0",
    ),
    # machine learning
    D("sigmoid(x) = 1/(1 + exp(-x))", aliases=("logistic", "expit")),
    D("logit(x) = log(x/(1 - x))", domain="0 < x < 1"),
    D(
        "softplus(x) = log1p(exp(x))",
        summary="log(1 + exp(x))",
        primitive="beyond 40 higher derivatives are small differences",
    ),
    D("logsigmoid(x) = -softplus(-x)", aliases=("log_sigmoid",)),
    D("relu(x) = Max(x, 0)", aliases=("ReLU",), kinks="x = 0"),
    D("relu6(x) = Min(Max(x, 0), 6)", kinks="x = 0, x = 6"),
    D(
        "leaky_relu(x) = leaky_relu(x, 0.2)",
        "leaky_relu(x, a) = Piecewise((x, x > 0), (a*x, True))",
        summary="x for x > 0, a*x below (a = 0.2)",
        kinks="x = 0",
    ),
    D(
        "elu(x) = Piecewise((x, x > 0), (expm1(x), True))",
        summary="x for x > 0, exp(x) - 1 below",
        kinks="x = 0 from order 2",
    ),
    D(
        "selu(x) = 1.0507009873554805*Piecewise((x, x > 0), (1.6732632423543772*expm1(x), True))",
        summary="scaled elu",
        kinks="x = 0",
    ),
    D("softsign(x) = x/(1 + Abs(x))", kinks="x = 0 from order 2"),
    D("silu(x) = x*sigmoid(x)", aliases=("swish",)),
    D("mish(x) = x*tanh(softplus(x))"),
    D("gelu(x) = x*normcdf(x)", primitive="derivative 3 vanishes at 2, as the density shows"),
    D(
        "huber(x, d) = Piecewise((x**2/2, (-d <= x) & (x <= d)), "
        "(d*(x - d/2), (x > 0) & (d >= 0)), (-d*(x + d/2), d >= 0))",
        summary="Huber's loss: x**2/2 for |x| <= d, d*(|x| - d/2) beyond",
        domain="d >= 0",
        kinks="x = d, x = -d from order 2",
    ),
    D("logcosh(x) = log1p(2*sinh(x/2)**2)", summary="log(cosh(x))", aliases=("log_cosh",)),
    F("logsumexp", 1, None, "log(exp(x) + exp(y) + ...)"),
    D("logaddexp(x, y) = logsumexp(x, y)", summary="log(exp(x) + exp(y))"),
)
"""Everything that can be called by name."""

WRITTEN: tuple[Function, ...] = (
    F(
        "where",
        3,
        3,
        "a where the condition holds, else b: where(condition, a, b)",
        "where that one is",
        kinks="borders",
    ),
    F("norm", 1, None, "sqrt(x**2 + y**2 + ...)", kinks="x = y = ... = 0"),
    F(
        "softmax",
        1,
        None,
        "a vector, exp(x)/(exp(x) + exp(y) + ...) and so on; softmax(x, y, ...)[0] is its first component",
    ),
)
"""What can be called and is written out at once: a row of no witness."""

BY_NAME: dict[str, Function] = {row.name: row for row in (*OPERATORS, *FUNCTIONS)}
CALLABLE: dict[str, Function] = {name: row for row in FUNCTIONS for name in (row.name, *row.aliases)}
TYPED: dict[str, Function] = {**CALLABLE, **{row.name: row for row in WRITTEN}}
"""Everything with a bracket behind it that people may type."""
CONSTANTS: dict[str, str] = {"pi": "pi", "E": "E", "EulerGamma": "EulerGamma"}
"""Name typed -> canonical constant; a name claimed by --vars or --param is no constant."""

REDUCTIONS = ("sum", "mean", "prod", "norm", "dot", "len")
"""Of vectors alone."""

EXTREMES = {
    **dict.fromkeys(("max", "Max", "maximum"), "Max"),
    **dict.fromkeys(("min", "Min", "minimum"), "Min"),
    "logsumexp": "logsumexp",
}
"""Of one vector they are its extreme entry, or the smooth one; of several numbers functions like any other."""
