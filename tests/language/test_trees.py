"""SymPy's trees, node by node."""

from __future__ import annotations

import pytest
import sympy
from sympy import Symbol, symbols

from hesscli.errors import ExpressionError, LimitError
from hesscli.exact.evaluate import evaluate
from hesscli.language.syntax import parse
from hesscli.language.trees import is_tree, program_of
from hesscli.request import Request

x, y = symbols("x y")

TREES = (
    (x**2 * y, "x**2*y"),
    (x - y, "x - y"),
    (-x, "-x"),
    (x / y, "x/y"),
    (1 / (x * y), "1/(x*y)"),
    (x**-2 * y, "y/x**2"),
    (sympy.sqrt(x) + x ** sympy.Rational(1, 3), "x**(1/3) + sqrt(x)"),
    (sympy.Rational(2, 3) * x, "2/3*x"),
    (sympy.Float("0.1") * x, "0.1*x"),
    (sympy.pi * x + sympy.E, "pi*x + E"),
    (sympy.exp(-x), "exp(-x)"),
    (sympy.Abs(x) + sympy.sign(y), "Abs(x) + sign(y)"),
    (sympy.Heaviside(x), "Heaviside(x)"),
    (sympy.Max(x, y, 0), "Max(0, x, y)"),
    (
        sympy.Piecewise((x, x < 0), (y, (x > 1) & (y < 2)), (1, True)),
        "Piecewise((x, x < 0), (y, (x > 1) & (y < 2)), (1, True))",
    ),
    (sympy.besselj(2, x) * sympy.atan2(y, x), "atan2(y, x)*besselj(2, x)"),
    ([x * y, x], "[x*y, x]"),
    (sympy.Matrix([x * y, x]), "[x*y, x]"),
)


@pytest.mark.parametrize(("tree", "text"), TREES, ids=[text for _, text in TREES])
def test_a_tree_is_the_program_of_its_text(tree, text):
    program, renamed = program_of(tree)
    typed = parse(text, variables=program.variables)
    assert is_tree(tree)
    assert program.source == text
    assert [(n.op, n.args, n.value) for n in program.nodes] == [(n.op, n.args, n.value) for n in typed.nodes]
    assert (program.outputs, program.vector, renamed) == (typed.outputs, typed.vector, {})


def test_variables_and_parameters():
    a = Symbol("a")
    program, _ = program_of(a * x + y, variables=["y", "x"], parameters={"a": 2.5})
    assert program.variables == ("y", "x")
    assert program.source == "a*x + y"
    with pytest.raises(ExpressionError, match="unknown symbol 'y'"):
        program_of(x + y, variables=["x"])


def test_names_that_cannot_be_typed_get_names_that_can():
    prime, greek, number, keyword = Symbol("x'"), Symbol(r"\theta_1"), Symbol("2"), Symbol("lambda")
    program, renamed = program_of(prime * greek * number * keyword * x)
    assert renamed["x'"] == "x_1"
    assert set(renamed) == {"x'", r"\theta_1", "2", "lambda"}
    assert set(program.variables) == {*renamed.values(), "x"}
    assert all(name.isidentifier() for name in program.variables)
    assert parse(program.source, variables=program.variables).variables == program.variables


def test_deep_and_shared_trees():
    deep = x
    for _ in range(400):
        deep = sympy.sin(deep, evaluate=False)
    assert len(program_of(deep)[0].nodes) == 401
    shared = x + 1
    for _ in range(60):
        shared = sympy.Mul(sympy.sin(shared), sympy.cos(shared), evaluate=False)
    with pytest.raises(LimitError, match="written out"):
        program_of(shared)


@pytest.mark.parametrize("tree", [sympy.Integral(x, x), sympy.I * x, sympy.oo, sympy.Function("f")(x), sympy.re(x)])
def test_what_the_language_has_not_is_refused(tree):
    with pytest.raises(ExpressionError):
        program_of(tree)


def test_derivatives_agree_with_sympy():
    f = sympy.exp(-(x**2)) * sympy.log(y) / (1 + x * y)
    program, _ = program_of(f)
    exact = evaluate(program, Request("gradient"), (0.5, 2.0)).values["gradient"].double
    truth = [float(f.diff(k).subs({x: sympy.Rational(1, 2), y: 2}).evalf(30)) for k in (x, y)]
    assert exact.tolist() == pytest.approx(truth, rel=1e-15)
