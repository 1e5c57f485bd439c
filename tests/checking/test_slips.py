"""The classic slips, each by its name: of an entry, and of the whole array."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
import sympy

from hesscli.checking.check import check_claims
from hesscli.checking.claims import claim_of
from hesscli.checking.slips import Evidence, factor, overall, slip
from hesscli.language.syntax import parse
from hesscli.options import Options


def check(session, text, at=None, **claims):
    program = parse(text)
    read = {name: claim_of(claim, f"--{name}", program.variables, {}) for name, claim in claims.items()}
    return check_claims(program, read, None if at is None else np.array([at], dtype=float), Options(), session)


def only(session, text, index=0, at=None, **claims):
    report = check(session, text, at=at, **claims)
    assert not report.right
    found = report.entries[index]
    assert not found.right
    return found.slip


@pytest.mark.parametrize(
    ("text", "claim", "index", "words"),
    [
        ("x*sin(y)", "[-sin(y), x*cos(y)]", 0, "the sign"),
        ("x**2*y", "[4*x*y, x**2]", 0, "a constant factor: 2 times the right one"),
        ("x**2*y/3", "[2*x*y, x**2/3]", 0, "a constant factor: 3 times the right one"),
        ("x**2*y", "[x*y, x**2]", 0, "a constant factor: 1/2 times the right one"),
        ("x**2*y", "[-6*x*y, x**2]", 0, "a constant factor: -3 times the right one"),
        ("log10(x)", "[1/x]", 0, "a constant factor: log(10) times the right one"),
        ("sin(x*pi/180)", "[cos(x*pi/180)]", 0, "a constant factor: 180/pi times the right one"),
        ("x**2", "[2.3456789*x]", 0, "a constant factor: 1.17284 times the right one"),
        ("x**2 + 3*x + y", "[2*x, 1]", 0, "off by a constant: -3"),
        ("x**2*y", "[x**2, 2*x*y]", 0, "the right one for entry [1]"),
        ("x*y", "[0, x]", 0, "missing: it is not zero"),
        ("x**2 + y - y", "[2*x, y]", 1, "it is zero"),
        ("exp(x*y)", "[exp(x*y), x*exp(x*y)]", 0, "the inner derivative y is missing"),
        ("sin(x**2 + 1)", "[cos(x**2 + 1)]", 0, "the inner derivative 2*x is missing"),
        ("log(cos(x))", "[1/cos(x)]", 0, "the inner derivative -sin(x) is missing"),
        ("x**2*y", "[2*x*y, x]", 1, "the factor x is missing"),
        ("x**2*y", "[y, x**2]", 0, "the factor 2*x is missing"),
        ("x**2*sin(y)", "[2*x*sin(y), x**2]", 1, "the factor cos(y) is missing"),
        ("sin(x)**2", "[2*sin(x)*cos(x)*cos(x)]", 0, "the inner derivative cos(x) is too many"),
        ("x**2 + x*sin(x)", "[2*x + sin(x)]", 0, "the term x*cos(x) is missing"),
        ("100*(y - x**2)**2", "[1 - 400*x*(y - x**2), 200*(y - x**2)]", 0, "off by a constant: 1"),
        ("x**2*exp(x)", "[2*x*exp(x)]", 0, "the term x**2*exp(x) is missing"),
        ("x**2*exp(x)", "[2*x*exp(x) - x**2*exp(x)]", 0, "the term 2*(x**2*exp(x)) is missing"),
        ("x*cos(x) + x**4", "[cos(x) + x*sin(x) + 4*x**3]", 0, "the sign of the term -x*sin(x)"),
        ("x*sin(x) + y*x**3", "[sin(x) + x*cos(x) + y*x**2, x**3]", 0, "in the term 3*x**2*y a constant factor: 1/3"),
        ("x + y", "[1/(x-x), 1]", 0, "not a finite number"),
        ("exp(x*y)", "[x + y, x*exp(x*y)]", 0, ""),
    ],
)
def test_slips_of_an_entry(session, text, claim, index, words):
    found = only(session, text, index, gradient=claim)
    assert found.startswith(words)
    assert bool(found) is bool(words)


def test_a_product_rule_that_stops_half_way(session):
    hessian = "[[2 - 400*(y - x**2), -400*x], [-400*x, 200]]"
    assert only(session, "(1-x)^2 + 100(y-x^2)^2", hessian=hessian) == "the term 800*x**2 is missing"


@pytest.mark.parametrize(
    ("text", "claims", "note"),
    [
        ("x**2*y", {"gradient": "[-2*x*y, -x**2]"}, "gradient: every entry has the wrong sign"),
        ("x**2*y", {"gradient": "[4*x*y, 2*x**2]"}, "gradient: every entry is 2 times"),
        ("[x*y, x**2]", {"jacobian": "[[y, 2*x], [x, 0]]"}, "jacobian: transposed"),
        ("x**2*y", {"hessian": "[[2*y, x], [2*x, 0]]"}, "hessian: what is given is not symmetric"),
        ("x**2*y", {"hessian": "[[2*y, 2*x], [0, 0]]"}, "hessian: only one triangle is filled; the entries below"),
        ("x**2*y", {"hessian": "[[2*y, 0], [2*x, 0]]"}, "hessian: only one triangle is filled; the entries above"),
        ("x**2*y", {"gradient": "[x**2, 2*x*y]"}, "gradient: right for the variables in the order y, x"),
        ("x**2*y", {"hessian": "[[0, 2*x], [2*x, 2*y]]"}, "hessian: right for the variables in the order y, x"),
        ("x2**2 + x10**3", {"gradient": "[3*x10**2, 2*x2]"}, "in the order x10, x2"),
        ("x**2*y + y**2*z", {"hessian": "[[2*y, x, 0], [x, 2*z, y], [0, y, 0]]"}, "off the diagonal is 1/2 times"),
        ("x**2 + 3*y**2 + x*y", {"hessian": "[[1, 1], [1, 3]]"}, "on the diagonal is 1/2 times"),
    ],
)
def test_slips_of_the_whole_array(session, text, claims, note):
    notes = check(session, text, **claims).notes
    assert any(note in line for line in notes), notes


def test_one_point_is_not_enough_to_be_sure(session):
    assert only(session, "x**3", at=[2], gradient=[4]) == "perhaps a constant factor: 1/3 times the right one"
    assert only(session, "x**3", at=[2], gradient=[11]) == ""
    assert only(session, "x**3", at=[2], gradient=[-12]) == "the sign"


def test_formulas_at_one_point_are_looked_at_elsewhere_too(session):
    assert only(session, "x**3", at=[2], gradient="[x**2]") == "a constant factor: 1/3 times the right one"
    assert only(session, "x**4", at=[2], gradient="[16]") == "perhaps a constant factor: 1/2 times the right one"
    assert only(session, "x**4", at=[2], gradient="[4*x**2]") == "the factor x is missing"


def test_a_function_that_fails_elsewhere_is_judged_by_its_point_alone(session):
    def gradient(x):
        if x != 2:
            raise ArithmeticError
        return 4

    with pytest.raises(ArithmeticError):
        check(session, "x**3", gradient=gradient)

    def elsewhere_nan(x):
        return 4 if x == 2 else float("nan")

    def only_at_2(x):
        return {2: 4}[float(x)]

    for function in (elsewhere_nan, only_at_2):
        assert only(session, "x**3", at=[2], gradient=function).startswith("perhaps")


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (2, "2"), (0.5, "1/2"), (-1.5, "-3/2"), (7 / 12, "7/12"), (100, "100"), (np.pi, "pi"), (2 * np.pi, "2*pi"),
        (-np.log(2), "-log(2)"), (np.pi / 180, "pi/180"), (0.123456789, "0.123457"), (1e-7, "1e-07"),
    ],
)  # fmt: skip
def test_factors_have_names(ratio, words):
    t = np.array([1.0, 2.0, -3.0])
    assert factor(ratio * t, t, 1e-9) == words


def test_what_is_no_factor():
    t = np.array([1.0, 2.0])
    assert factor(np.array([2.0, 5.0]), t, 1e-9) is None
    assert factor(np.array([0.0, 0.0]), t, 1e-9) is None
    assert factor(t, np.array([1.0, 0.0]), 1e-9) is None
    assert factor(np.array([11.0]), np.array([12.0]), 1e-9) is None


def test_a_right_array_has_no_notes():
    true = np.ones((3, 2))
    assert overall("gradient", Evidence(true, true, 1e-6), ["x", "y"]) == []


def test_every_single_slip_in_every_entry_is_found():
    """Random Hessians: one entry changed by each kind of slip is the only one wrong, and its slip is named."""
    source = np.random.default_rng(1)
    for n in (1, 2, 3, 5):
        half = source.normal(size=(4, n, n))
        true = half + np.swapaxes(half, 1, 2)
        for index in np.ndindex(n, n):
            for change, words in ((-1, "the sign"), (2, "2 times"), (0.5, "1/2 times"), (0, "missing")):
                given = true.copy()
                given[(slice(None), *index)] *= change
                assert words in slip(Evidence(given, true, 1e-9), index)


def leaf(source):
    return source.choice([*sympy.symbols("x y z", real=True), sympy.Integer(source.randint(1, 4))])


def tree(source, depth):
    """A random function."""
    if not depth:
        return leaf(source)
    unary = (sympy.sin, sympy.exp, sympy.log, sympy.atan, lambda u: u**2, lambda u: 1 / u)
    left, right = tree(source, depth - 1), tree(source, depth - 1)
    return source.choice([source.choice(unary)(left), left + right, left * right])


@pytest.mark.parametrize("seed", range(8))
def test_random_hessians_are_right_and_with_one_slip_wrong(session, seed):
    source = random.Random(seed)
    f = sum(tree(source, 2) for _ in range(2)) + sympy.Symbol("x", real=True) ** 3
    program = parse(str(f))
    names = sorted(f.free_symbols, key=lambda symbol: program.variables.index(str(symbol)))
    matrix = [[sympy.diff(f, a, b) for b in names] for a in names]
    assert check(session, str(f), hessian=str(matrix)).right
    term = source.choice(sympy.Add.make_args(sympy.expand(matrix[0][0])))
    for change in (-1, 2, sympy.Rational(1, 2)):
        whole = [row[:] for row in matrix]
        whole[0][0] = change * matrix[0][0]
        part = [row[:] for row in matrix]
        part[0][0] = matrix[0][0] + (change - 1) * term
        for wrong in (whole, part):
            report = check(session, str(f), hessian=str(wrong))
            assert [entry.index for entry in report.entries if not entry.right] == [(0, 0)]
        assert check(session, str(f), hessian=str(whole)).entries[0].slip.startswith(("the sign", "a constant factor"))


def test_the_report_is_plain_data(session):
    report = check(session, "x**2", gradient="x")
    assert json.dumps([entry.slip for entry in report.entries]) == '["a constant factor: 1/2 times the right one"]'
