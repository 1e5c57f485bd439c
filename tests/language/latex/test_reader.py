r"""LaTeX of papers means what it says, and what hesscli typesets is read back as the same function."""

import time

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hesscli.errors import ExpressionError, HesscliError, LimitError
from hesscli.language.functions import FUNCTIONS
from hesscli.language.printing import unparse
from hesscli.language.syntax import parse
from hesscli.language.typesetting import typeset
from tests.language import texts
from tests.language.texts import attempt, program


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{x^2 y}{1+y}", "x**2*y/(1+y)"),
        (r"\frac12 x", "1/2*x"),
        (r"\frac ab", "a/b"),
        (r"\dfrac{1}{1+e^{-x}}", "1/(1+exp(-x))"),
        (r"2\frac{3}{2} + x^2\frac{1}{2} y", "2*(3/2) + x**2*(1/2)*y"),
        (r"\sqrt{x}", "sqrt(x)"),
        (r"\sqrt x", "sqrt(x)"),
        (r"\sqrt[3]{x}", "cbrt(x)"),
        (r"\sqrt[5]{x+1}", "root(x+1, 5)"),
        (r"x^{2} \cdot y^2", "x**2*y**2"),
        (r"x^{y^{z}}\,", "x**y**z"),
        (r"x_{1} \times x_2", "x_1*x_2"),
        (r"x_{1}^{2} - x_{max}\cdot y_{i,j}", "x_1**2 - x_max*y_i_j"),
        (r"\sin^2 x + \cos^{2}\left(x\right)", "sin(x)**2 + cos(x)**2"),
        (r"\sin\left(x\right)^2", "sin(x)**2"),
        (r"\sin 2x", "sin(2*x)"),
        (r"\sin 2\pi x", "sin(2*pi*x)"),
        (r"\sin{2x} y", "sin(2*x)*y"),
        (r"\sin x \cos y", "sin(x)*cos(y)"),
        (r"\sin x \cdot \cos y", "sin(x)*cos(y)"),
        (r"\sin\sin x", "sin(sin(x))"),
        (r"\tan\frac{x}{2} + 1", "tan(x/2) + 1"),
        (r"\ln x^2", "log(x**2)"),
        (r"\ln\left|x\right|", "log(Abs(x))"),
        (r"\log_2 x + \log_{10}(x) + \log_b\left(x\right)", "log2(x) + log10(x) + log(x, b)"),
        (r"\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)", "exp(-((x-mu)**2/(2*sigma**2)))"),
        (r"e^{-x} + e^x\cdot e", "exp(-x) + exp(x)*E"),
        (r"\mathrm{e}^{-x} + 2\mathrm e^x \cdot \text{e}", "exp(-x) + 2*exp(x)*E"),
        (r"x_{\mathrm{d}} y_{\mathrm{i}} \mathrm{e}_1", "x_d*y_i*e_1"),
        (r"\frac{1}{\sqrt{2\pi}} e^{-x^2/2}", "1/sqrt(2*pi)*exp(-x**2/2)"),
        (r"x \div y", "x/y"),
        (r"\left(x+1\right)\left(x-1\right)", "(x+1)*(x-1)"),
        (r"\left[x+1\right] y", "(x+1)*y"),
        (r"2\left|x\right| |y|\, |z - 1|", "2*Abs(x)*Abs(y)*Abs(z-1)"),
        (r"||x|-1|\,", "Abs(Abs(x)-1)"),
        (r"\lfloor x \rfloor + \left\lceil y \right\rceil", "floor(x) + ceiling(y)"),
        (r"\max(x, y) - \min\{x, 2\}", "Max(x, y) - Min(x, 2)"),
        (r"\binom{n}{k}", "binomial(n, k)"),
        (r"x!\,\left(y+1\right)!", "factorial(x)*factorial(y+1)"),
        (r"\theta_1 + \varepsilon\lambda", "theta_1 + varepsilon*lambda"),
        (r"\mathrm{speed}^2 + v_{\text{max}}", "speed**2 + v_max"),
        (r"\operatorname{erf}(x) \arctan x", "erf(x)*atan(x)"),
        (r"\frac{sin(x)}{exp(y)}", "sin(x)/exp(y)"),
        (r"$x^2$", "x**2"),
        (r"\[ x^2 \]", "x**2"),
        (r"x^2 % + y" + "\n" + r"+ \pi", "x**2 + pi"),
        (r"\begin{equation} x^2 \end{equation}", "x**2"),
        (r"\begin{bmatrix} x \\ y^{2} \\ \end{bmatrix}", "[x, y**2]"),
        (
            r"\begin{cases} x^2, & \text{if } x > 0 \\[2pt] -x & \text{for } -1 < x \le 0 \\"
            r" 0 & \text{otherwise}\end{cases}",
            "Piecewise((x**2, x > 0), (-x, -1 < x <= 0), (0, True))",
        ),
        (
            r"\begin{cases} 1 & x = 0 \land y \neq 1 \\ 2 & \lnot\left(x > 3\right) \end{cases}",
            "Piecewise((1, x == 0 and y != 1), (2, not x > 3))",
        ),
        (
            r"\left\{\begin{array}{ll} x & x>0 \\ 0, & \text{otherwise}.\end{array}\right.",
            "Piecewise((x, x>0), (0, True))",
        ),
        (r"\begin{cases} x, & x > 0, \\ 0, & \text{else.} \end{cases}", "Piecewise((x, x>0), (0, True))"),
        (r"\begin{aligned} f(x, y) &= x^2 \\ &\quad + \sin y \end{aligned}", "x**2 + sin(y)"),
        (r"\begin{align*} u &= x^2, \\ v &= u y - \\ & 1 \\ f &= u v. \end{align*}", "x**2*(x**2*y - 1)"),
        (r"\begin{equation}\begin{split} x \\ - y \end{split}\label{eq:1}\end{equation}", "x - y"),
        (r"$$\frac{x}{2}.$$", "x/2"),
        (r"\frac{x}{2},", "x/2"),
        (r"\hat{x}^2 + \bar y_1 \dot\theta + \widehat{\sigma}", "xhat**2 + ybar_1*thetadot + sigmahat"),
        (r"\mathcal{L}^2 + \mathcal K", "L**2 + K"),
        (r"\operatorname{atan}{\left(x \right)} + \operatorname{asinh}^{2}{\left(x \right)}", "atan(x) + asinh(x)**2"),
        (r"\operatorname{polygamma}{\left(1,x \right)} \sin{\left(x \right)}", "polygamma(1, x)*sin(x)"),
        (r"\operatorname{erf}{(x)(y)} + \sin^{\frac{2}{3}}{\left(x \right)}", "erf(x*y) + sin(x)**(2/3)"),
        (r"\mu!^{2} + \sin{x}", "factorial(mu)**2 + sin(x)"),
        (r"\erf(x) + \sgn y + \abs{z}", "erf(x) + sign(y) + Abs(z)"),
        (r"f(x, y) = \frac{x}{y}", "x/y"),
        (r"f_1\left(y, x\right) = x^{y}", "x**y"),
        (r"y = \frac{x}{2}", "x/2"),
        (r"E = \frac{1}{2} m v^2", "1/2*m*v**2"),
        (r"r = \sqrt{x^2+y^2}; \frac{e^{-r}}{r}", "exp(-sqrt(x**2+y**2))/sqrt(x**2+y**2)"),
        (r"\Gamma(x+1)", "gamma(x+1)"),
        (r"\gamma_{\mathrm{E}}\, x", "EulerGamma*x"),
    ],
)
def test_latex_of_papers(typed, same):
    names = parse(typed).variables
    assert program(parse(typed)) == program(parse(same, variables=names))
    assert parse(same).variables == names or typed.startswith("f")


@pytest.mark.parametrize(
    ("typed", "message", "place"),
    [
        (r"\int x", "integrals are not in the language", r"\int"),
        (r"\frac{\partial f}{x}", "derivatives are what the commands compute", r"\partial"),
        (r"\frac{\mathrm{d}}{\mathrm{d}x} x^2", "upright d is the sign of a derivative", r"\mathrm{d}"),
        (r"\frac{\mathrm d}{\mathrm d x} x^2", "upright d is the sign of a derivative", "d"),
        (r"x + \mathrm{i} y", "upright i is the imaginary unit", r"\mathrm{i}"),
        (r"\mathbf{w}^T x", "a transpose has no place .* write its components", "T"),
        (r"\log(1+e^{-y \mathbf{w}^{T} x})", "a transpose has no place", "T"),
        (r"\boldsymbol{\beta}^T x", "a transpose has no place", "T"),
        (r"x^{\mathsf{T}} y", "a transpose has no place", r"\mathsf{T}"),
        (r"A^\top x", "a transpose has no place", r"\top"),
        (r"A^{\intercal} x", "a transpose has no place", r"\intercal"),
        (r"\vec{w} x", "a vector has no place", r"\vec"),
        (r"\hat{x+y}", "stands above one letter; write a name with an index", r"\hat"),
        (r"\hat{}", "stands above one letter", r"\hat"),
        (r"\|x\|", "the norm of a vector is", r"\|"),
        (r"\left\|x\right\|", "the norm of a vector is", r"\|"),
        (r"\lVert x\rVert", "the norm of a vector is", r"\lVert"),
        (r"x^{\prime}", "another variable has another letter, or an index", r"\prime"),
        (r"x^\star", "another variable has another letter, or an index", r"\star"),
        (r"x_1 + \ldots + x_n", "write every term out", r"\ldots"),
        (r"{x \over y}", "write .frac", r"\over"),
        (r"x\mapsto x^2", "write the expression alone", r"\mapsto"),
        (r"\begin{aligned} f &= x \\ &= x^2 \end{aligned}", "'='", "="),
        (r"\begin{aligned} x & y \end{aligned}", "an operator is missing", "y"),
        (r"\left\{\begin{bmatrix} x \end{bmatrix}\right.", "no place|right|brace", None),
        (r"\left\{\begin{array}{ll} x \end{array}\right.", "'&' must", None),
        (r"\foo x", "not understood", r"\foo"),
        (r"x^10\,", "write braces: .10", "10"),
        (r"x^-1\,", "write braces: .-1", "-1"),
        (r"x_max\,", "write braces: .max", "max"),
        (r"x^2^3\,", "a power of a power needs brackets", None),
        (r"x^2_1\,", "behind the index", "_"),
        (r"\sin^{-1}(x)", "two readings", r"\sin^{-1}"),
        (r"\sin x y", "how far does the argument go", None),
        (r"\sin x/2", "how far does the argument go", None),
        (r"\sin \omega t", "how far does the argument go", None),
        (r"\ln x (y+1)", "how far does the argument go", None),
        (r"\sin", "needs an argument", ""),
        (r"1/2 x\,", "two readings after '/'", None),
        (r"f(x) + \pi", "unknown function 'f'", "f"),
        (r"f^{2}(x)\,", "'f' is not a function here", "f^{2}"),
        (r"x(x+1)\,", "unknown function 'x'", "x"),
        (r"\frac{x}{y", "'}' is missing", ""),
        (r"\frac{x}", "an argument in braces is missing", ""),
        (r"\frac03e1", "write braces around a number", "3e1"),
        (r"\left(x+1\right]", "stands where '\\)' must", "]"),
        (r"\left.x\right|", "not understood|no place", None),
        (r"2\frac{1}{2} x", r"write 2 \+ .frac.1..2. or 2 .cdot .frac.1..2.", r"2\frac{1}{2}"),
        (r"3 \tfrac14x", "two readings", r"3 \tfrac14"),
        (r"\operatorname{fmod}(x, 3)", "it has the sign of a elsewhere", r"\operatorname{fmod}"),
        (r"x} + \pi", "closes nothing", "}"),
        (r"x & \pi", "closes nothing", "&"),
        (r"E + \pi", "E is a variable in LaTeX", "E"),
        (r"\begin{cases} x \end{cases}", "'&' must", None),
        (r"\begin{cases} x & y \end{cases}", "a condition must stand here", "y"),
        (r"\begin{bmatrix} x & y \end{bmatrix}", "a vector is a column", "&"),
        (r"1\,000 x", "two numbers side by side", r"1\,000"),
        (r"1{,}000 \pi", "two numbers side by side", None),
        (r"\frac{d}{dx} x^2", "the sign of a derivative", r"\frac{d}{dx}"),
        (r"\frac{d^2 f}{dx^2}", "the sign of a derivative", None),
        (r"x^{(2)} \cdot y", "no power", "{(2)}"),
        (r"30^\circ", "angles are in radians", r"\circ"),
        (r"50\% x", "50/100", None),
        (r"x \bmod 2", "operatorname{Mod}", None),
        (r"\mathbf{1}_{x>0}", "an indicator", ">"),
        ("$A$1*2", "named without", "$A$1"),
        (r"\begin{tabular} x \end{tabular}", "the environment 'tabular' is not understood; cases, bmatrix", None),
        (r"\begin{cases} 1 & x>0 \end{bmatrix}", "is closed by", None),
        (r"x > \pi", "a condition, not a number", None),
        (r"x = y = \pi", "'='", "="),
        (r"x'\,", "no place", "'"),
        (r"\gamma(x-1)", "lowergamma takes 2 arguments", None),
        (r"\beta(x)\,", "unknown function", None),
        ("\\", "no place", "\\"),
        ("x\\\ny", "no place", "\\"),
    ],
)
def test_what_is_refused_points_at_its_place(typed, message, place):
    with pytest.raises(ExpressionError, match=message) as caught:
        parse(typed)
    error = caught.value
    assert error.source == typed
    if place is not None:
        assert typed[error.column : error.column + error.width] == place


def test_notes_say_what_was_read():
    assert "Euler's number" in parse(r"\frac{e^{x}}{2}").notes[0]
    assert parse(r"e^{x}\,", variables=["e", "x"]).notes == ()
    assert parse(r"e^{x}\,", variables=["e", "x"]).nodes[-1].op == "pow"
    assert r"J_{0}(...) is read as besselj" in parse(r"J_{0}(x)\,").notes[0]
    (told,) = parse(r"xyz \cdot 2").notes
    assert told == r"xyz is read as the product x*y*z; one name is \mathit{xyz}"
    assert parse(r"x y \cdot x_{max}").notes == ()
    assert "one name is \\mathit{Deltax}" in parse(r"\Delta x").notes[0]
    assert "--vars beta" in parse(r"\beta x").notes[0]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (r"-\frac{x}{2}^2", r"\frac{x}{2}^ is read as \left(\frac{x}{2}\right)^, of the whole fraction"),
        (r"\frac{x}{y}!", r"\frac{x}{y}! is read as \left(\frac{x}{y}\right)!, of the whole fraction"),
        (r"\sin{x}y", r"\sin{x}y is read as \sin{x} \cdot y: braces are brackets here"),
    ],
)
def test_what_braces_close_in_is_told(typed, told):
    assert parse(typed).notes == (told,)


def test_braces_that_leave_nothing_open_are_not_told():
    assert parse(r"\sin{x} + \sin{\left(x\right)} y + \sin{x}\cos y + \left(\frac{x}{2}\right)^2").notes == ()


def test_declared_names_win():
    assert parse(r"xy + \pi", variables=["xy"]).variables == ("xy",)
    assert unparse(parse(r"x_{1} + \pi", variables=["x1"])) == "x1 + pi"
    assert unparse(parse(r"f(x) \cdot 2", variables=["f", "x"])) == "f*x*2"
    assert unparse(parse(r"E + \pi", variables=["E"])) == "E + pi"
    assert unparse(parse(r"\beta\cdot 2", variables=["beta"])) == "beta*2"
    kept = parse(r"\alpha + a x", parameters={"a": 2.0, "alpha": 2.0})
    assert unparse(kept) == "alpha + a*x"


@pytest.mark.parametrize(
    "name",
    [
        "asin",
        "acos",
        "atan",
        "asinh",
        "acosh",
        "atanh",
        "sinh",
        "sech",
        "sec",
        "erf",
        "erfc",
        "Ei",
        "Si",
        "gamma",
        "loggamma",
        "exp",
        "log",
        "factorial",
    ],
)
def test_what_sympy_prints_is_read(name):
    sympy = pytest.importorskip("sympy")
    x = sympy.Symbol("x")
    function = getattr(sympy, name)
    assert program(parse(sympy.latex(function(x) ** 2) + r"\,")) in (
        program(parse(f"{name}(x)**2")),
        program(parse(f"{name}(2*x)")),  # exp
    )
    assert program(parse(sympy.latex(function(x + 1)) + r"\,")) == program(parse(f"{name}(x + 1)"))


def arguments(row, count):
    if row.name == "Piecewise":
        return "(x, x > 0), (y, True)"
    order = "-1" if row.name == "LambertW" else "5"
    return ", ".join(order if k in row.constant else "xyzt"[k] for k in range(count))


@pytest.mark.parametrize("row", FUNCTIONS, ids=lambda row: row.name)
def test_every_function_is_read_back_as_itself(row):
    for count in {row.least, row.most or row.least + 1}:
        call = f"{row.name}({arguments(row, count)})"
        for text in (call, f"({call})**2", f"-{call}/2", f"2*{call}*x", f"sin({call} + 1)"):
            once = parse(text, variables=["x", "y", "z", "t"])
            again = parse(typeset(once) + r"\,", variables=once.variables)
            calls = [unparse(again, k) for k, node in enumerate(again.nodes) if node.op == row.name]
            assert unparse(parse(call, variables=once.variables)) in calls


@settings(max_examples=400, deadline=None)
@given(texts.arithmetic)
def test_arithmetic_that_is_typeset_is_read_back_with_its_value(text):
    try:
        once = parse(text, variables=("x", "y", "z"))
        expected = texts.by_program(once)
        again = parse(typeset(once) + r"\,", variables=once.variables)
    except (LimitError, texts.Beyond):
        assume(False)
    assert texts.by_program(again) == expected


def real(function):
    def of(*args):
        if any(isinstance(arg, mpmath.mpc) for arg in args):
            raise texts.Beyond
        found = function(*args)
        if isinstance(found, mpmath.mpc) or not mpmath.isfinite(found) or abs(found) > 1e50:
            raise texts.Beyond
        return found

    return of


OPERATIONS = {
    **{"add": lambda *terms: sum(terms), "mul": lambda *factors: mpmath.fprod(factors), "neg": lambda x: -x},
    **{"div": mpmath.fdiv, "pow": mpmath.power, "Abs": abs, "Max": max},
    **{"sin": mpmath.sin, "log": mpmath.log, "atan": mpmath.atan, "gamma": mpmath.gamma},
}
LOGIC = {
    **{"lt": lambda x, y: x < y, "le": lambda x, y: x <= y, "gt": lambda x, y: x > y, "ge": lambda x, y: x >= y},
    **{"eq": lambda x, y: x == y, "ne": lambda x, y: x != y, "not": lambda x: not x},
    **{"and": lambda *all_: all(all_), "or": lambda *any_: any(any_), "true": lambda: True, "false": lambda: False},
}


def by_mpmath(expression):
    """The value at ``texts.AT`` to 60 digits, node by node."""
    values = []
    for node in expression.nodes:
        args = [values[k] for k in node.args]
        if node.op == "number":
            values.append(
                mpmath.mpf(node.value.numerator) / node.value.denominator
                if not isinstance(node.value, float)
                else mpmath.mpf(node.value)
            )
        elif node.op == "variable":
            values.append(mpmath.mpf(texts.AT[node.value].numerator) / texts.AT[node.value].denominator)
        elif node.op == "Piecewise":
            chosen = [value for value, holds in zip(args[::2], args[1::2], strict=True) if holds]
            values.append(chosen[0] if chosen else mpmath.mpf(-7))
        else:
            values.append(LOGIC[node.op](*args) if node.op in LOGIC else real(OPERATIONS[node.op])(*args))
    return values[expression.outputs[0]]


@settings(max_examples=400, deadline=None)
@given(texts.everything)
def test_whatever_is_typeset_is_read_back_as_the_same_function(text):
    with mpmath.workdps(60):
        try:
            once = parse(text, variables=("x", "y", "z"))
            expected = by_mpmath(once)
            drawn = typeset(once)
            assume(drawn is not None)
            again = parse(drawn + r"\,", variables=once.variables)
        except (LimitError, texts.Beyond, ZeroDivisionError, ValueError, OverflowError):
            assume(False)
        assert mpmath.almosteq(by_mpmath(again), expected, rel_eps=mpmath.mpf(10) ** -40, abs_eps=mpmath.mpf(10) ** -40)


WORDS = (
    *("\\frac", "\\sqrt", "\\sin", "\\log", "\\left", "\\right", "\\left(", "\\right)", "\\cdot", "\\binom"),
    *("\\alpha", "\\beta", "\\gamma", "\\Gamma", "\\psi", "\\\\", "\\begin{cases}", "\\end{cases}", "\\max"),
    *("\\mathrm{erf}", "\\text{if }", "\\le", "\\begin{bmatrix}", "J_{0}", "f(x)=", "\\log\\Gamma", "\\mathbf{H}"),
)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"xyeE12.+-*/^_(){}[],=<>!&|$ ", *WORDS]),
        max_size=25,
    ).map("".join)
)
def test_any_latex_is_read_or_refused_with_its_place(text):
    outcome = attempt(lambda: parse(f"\\,{text}"))
    if isinstance(outcome, HesscliError):
        assert outcome.source is None or 0 <= outcome.column <= len(outcome.source)


BOMBS = {
    "braces": "{" * 100_000,
    "roots": r"\sqrt" * 30_000,
    "fractions": r"\frac" * 30_000,
    "powers": "x^{" * 60_000 + r"\,",
    "indices": "J_{" * 60_000 + r"\,",
    "nested powers": "x^{" * 70 + "x" + "}" * 70 + r"\,",
    "nested indices": "J_{" * 70 + "0" + "}(x)" * 70 + r"\,",
    "nested orders": r"\psi^{(" * 70 + "1" + ")}(x)" * 70,
    "functions": r"\sin" * 40_000 + "x",
    "bars": r"\,|" * 60_000,
    "lefts": r"\left(" * 30_000,
    "cases": r"\begin{cases}" * 10_000,
    "products": r"\alpha " * 28_000,
    "factorials": "x" + "!" * 150_000 + r"\,",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end_at_once(name):
    started = time.perf_counter()
    attempt(lambda: parse(BOMBS[name]))
    assert time.perf_counter() - started < 20


def test_a_power_that_may_be_a_transpose():
    (told,) = parse(r"x^T \cdot y + x^{T}").notes
    assert told.startswith("T is a variable here, and x^T a power of x; a transpose has no place")
    assert parse(r"x^T y \cdot T").notes == parse(r"x^T \cdot y", variables=("x", "y", "T")).notes == ()
    assert not any("transpose" in note for note in parse(r"e^T + 2^T + \pi").notes)
    assert program(parse(r"\mathbf{w}^T", variables=("w", "T"))) == program(parse("w**T", variables=("w", "T")))
