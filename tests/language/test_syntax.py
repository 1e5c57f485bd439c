"""What is refused: every disguise of code, every bomb, and the exact words with carets."""

import subprocess
import sys
import time

import pytest

from hesscli.errors import ExpressionError, HesscliError, LimitError, render
from hesscli.language.syntax import parse
from tests.language.texts import attempt

INJECTIONS = [
    "__import__('os').system('ls')",
    "().__class__.__bases__[0].__subclasses__()",
    "x.__class__",
    "x.real",
    "getattr(x, y)",
    "exec(x)",
    "eval(x)",
    "open(x)",
    "sin(x).diff",
    "(lambda: x)()",
    "lambda x: x",
    "lambda: 0",
    "x()(y)",
    "[x for x in y]",
    "[x*2 for x in (1, 2)]",
    "{x: y}",
    "{x}",
    "f'{x}'",
    'f"{x}"',
    "'x'",
    '"x"',
    "b'x'",
    "'''x'''",
    "`x`",
    "(y := x)",
    "y := x",
    "x if y else z",
    "*x",
    "max(*x)",
    "max(**x)",
    "log(x=1)",
    "x[0]",
    "x[1:]",
    "x[...]",
    "...",
    "await x",
    "yield x",
    "import os",
    "from os import path",
    "print x",
    "del x",
    "x += 1",
    "x, y = 1, 2; x",
    "x = y = 1; x",
    "x.y = 1; x",
    "x[0] = 1; x",
    "global x",
    "@x",
    "x @ y",
    "x // y",
    "x % y",
    "x << 2",
    "x >> 2",
    "x -> y",
    "__builtins__",
    "__x__",
    "\uff25\uff36\uff21\uff2c(x)",
    "\uff53\uff49\uff4e(x)",
    "\u1d49val(x)",
    "s\u0456n(x)",
    "x\u200by",
    "x\u202e + y",
    "x\x00y",
    "x\x1b[31m",
    "x\x0by",
    "\ud800",
    "x\\\ny",
    "x\\y",
    "x; import os",
    "1_000",
    "0x1F",
    "0b11",
    "0o17",
    "2j",
    "1e5j",
    "x is y",
    "x in y",
    "x not in y",
    "x is not y",
    "not x",
    "x and y",
    "x or y",
    "x | y",
    "x & y",
    "~x",
    "x > y",
    "x == y",
    "x < y < z",
    "True",
    "None",
    "x, y",
    "(x, y)",
    "()",
    "[]",
    "[[x, y], [y, x]]",
    "[x] + [y]",
    "sin([x])",
    "sin(x > 0)",
    "x + (x > 0)",
    "Matrix([[x]])",
    "Symbol('x')",
    "sympify(x)",
    "where(x, x, y)",
    "where(x > 0, y > 0, x)",
    "where(x > 0, x)",
    "norm()",
    "norm(x > 0)",
    "Sum(x, (i, 1, 3))",
    "diff(x, x)",
    "Piecewise((x, True), y)",
    "Piecewise(((x, True), True))",
    "Piecewise((x, x))",
    "Piecewise((True, True))",
    "Piecewise((x, 1))",
    "Piecewise(*[(x, True)])",
    "Max((x, True))",
    "x(y)",
    "2x(y)",
    "pi(x)",
    "1 2",
    "x y",
    "x 2",
    "x(",
    "x)",
    "(x]",
    "[x)",
    "(",
    "x +",
    "* x",
    "x ** ** y",
    "x ^^ y",
    "= x",
    "x == ",
    "sin",
    "sin()",
    "sin(x, y)",
    "sin(x y)",
    "sin(,x)",
    "sin(x,,y)",
    "log(x, y, z)",
    "atan2(x)",
    "root(x, y)",
    "root(x, 0)",
    "root(x, 2.5)",
    "root(x, 1e400)",
    "LambertW(x, 1)",
    "legendre(-1, x)",
    "1e999",
    "1e-999",
    "2e",
    "2E+",
    "5!",
    "f'(x)",
    "",
    " ",
    "\n",
    ";",
    "# only a comment",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_everything_else_is_refused(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert error.source == text
    assert 0 <= error.column <= len(text)
    assert error.width >= 1
    shown = render(error)
    assert "\x1b" not in shown
    shown.encode()


BOMBS = {
    "brackets": "(" * 100_000,
    "closed brackets": "(" * 100_000 + "x" + ")" * 100_000,
    "lists": "[" * 100_000,
    "calls": "sin(" * 50_000,
    "megabyte": "x" * 1_000_000,
    "tower": "9**9**9**9",
    "tower with carets": "9^9^9^9",
    "sum of towers": "+".join(["9**9**9"] * 1000),
    "products of powers": "7**1000*" * 3000 + "x",
    "digits": "9" * 5_000,
    "more digits": "9" * 200_000,
    "fractions": "1/3**2000/" * 2000 + "7",
    "minuses": "-" * 100_000 + "x",
    "powers": "x**" * 60_000 + "x",
    "comparisons": "x<" * 60_000 + "x",
    "names": ";".join(["a0=x", *(f"a{k}=a{k - 1}*a{k - 1}" for k in range(1, 9_000)), "a8999"]),
    "separators": ";" * 200_000,
    "terms": "+".join(f"x{k}" for k in range(25_000)),
    "not": "not " * 40_000 + "x",
    "long name": "_" * 150_000,
    "open pieces": "Piecewise(" * 20_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end_at_once(name):
    started = time.perf_counter()
    outcome = attempt(lambda: parse(BOMBS[name]))
    assert not isinstance(outcome, HesscliError) or len(render(outcome)) < 1_000
    # about 1 s on a free core; four times that on a busy one
    assert time.perf_counter() - started < 30


@pytest.mark.parametrize("text", ["9**9**9**9", "(" * 100_000, "x" * 300_000, "9" * 5_000, "(1/3)**10000"])
def test_limits_have_their_code(text):
    with pytest.raises(LimitError) as caught:
        parse(text)
    assert caught.value.code == "limit"
    assert caught.value.status == 4


@pytest.mark.parametrize("text", ["factorial(10**9)", "x**(10**10)", "(x+1)**100000", "gamma(10**9)", "x**x**x**x"])
def test_large_values_are_small_programs(text):
    assert len(parse(text).nodes) < 8


GOLDEN = [
    ("sn(x)", "unknown function 'sn'; did you mean sin or sgn?\n  sn(x)\n  ^^", "unknown-name"),
    (
        "2 + beta*x",
        "beta is a function and needs arguments, as in beta(x); "
        "to use it as a variable, list it with --vars: --vars beta,..."
        "\n  2 + beta*x\n      ^^^^",
        "unknown-name",
    ),
    (
        "x(y+1)",
        "unknown function 'x'; for a product write x*(...), for all functions: hesscli functions\n  x(y+1)\n  ^",
        "unknown-name",
    ),
    ("x + x(y)", "'x' is not a function here; for a product write x*(...)\n  x + x(y)\n      ^", "syntax"),
    (
        "1/2x",
        "a product without * has two readings after '/'; write 1/2*x or 1/(2*x)\n  1/2x\n    ^^",
        "syntax",
    ),
    ("log(x, 2, 3)", "log takes 1 or 2 arguments, 3 given\n  log(x, 2, 3)\n  ^^^^^^^^^^^^", "arity"),
    ("(x + 1", "this '(' is never closed\n  (x + 1\n  ^", "syntax"),
    ("x + 1)", "')' closes no bracket\n  x + 1)\n       ^", "syntax"),
    ("x +", "the expression ends after '+'; an operand is missing\n  x +\n     ^", "syntax"),
    (
        "x > 0",
        "the result is a condition, not a number; comparisons belong in Piecewise\n  x > 0\n  ^^^^^",
        "type",
    ),
    (
        "x, y",
        "a tuple is not a number; for several components write a vector: [f, g]\n  x, y\n   ^",
        "type",
    ),
    (
        "x if x > 0 else 0",
        "write Piecewise((a, condition), (b, True)) instead of a if condition else b\n  x if x > 0 else 0\n    ^^",
        "syntax",
    ),
    (
        "a = 1\nb = a + cc(x)\nb",
        "unknown function 'cc'; did you mean csc or csch?\n  b = a + cc(x)\n          ^^",
        "unknown-name",
    ),
    (
        "\u03b1 + \u4e2d\u6587 + sn(\u03b1)",
        "unknown function 'sn'; did you mean sin or sgn?\n  \u03b1 + \u4e2d\u6587 + sn(\u03b1)\n             ^^",
        "unknown-name",
    ),
]


@pytest.mark.parametrize(("text", "shown", "code"), GOLDEN)
def test_errors_point_at_the_place(text, shown, code):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert render(caught.value) == shown
    assert caught.value.code == code


def test_unknown_names_beside_given_ones():
    with pytest.raises(ExpressionError) as caught:
        parse("alpha*x + alpa", variables=["alpha", "x"])
    assert render(caught.value) == "unknown name 'alpa'; did you mean alpha?\n  alpha*x + alpa\n            ^^^^"
    with pytest.raises(ExpressionError, match="the variables are x, y"):
        parse("q", variables=["x", "y"])


def test_a_number_that_looks_like_a_product():
    assert parse("2e1*x").variables == ("x",)
    with pytest.raises(ExpressionError, match=r"2e1 is a number; for a product write 2\*e1"):
        parse("2e1 + e1")


def test_parsing_loads_only_the_standard_library():
    code = "import sys, hesscli.language.syntax; print(*{m.split('.')[0] for m in sys.modules})"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "sympy", "tensorflow", "flint", "scipy"} & set(modules)
