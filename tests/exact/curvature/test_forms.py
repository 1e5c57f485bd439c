"""The sign of forms that are known by hand, and of random even powers of linear forms."""

import random
from itertools import product

import pytest
from flint import arb, fmpq

from hesscli.exact.curvature.bounded import one_sided_bound
from hesscli.exact.curvature.forms import Sign, sign
from hesscli.exact.curvature.invariance import flat_directions, gauge
from hesscli.exact.evaluate import evaluate
from hesscli.exact.interpreters.codelist import CodeList
from hesscli.exact.rational import rational
from hesscli.language.syntax import parse
from hesscli.request import Request


@pytest.mark.parametrize(
    ("form", "n", "told"),
    [
        ({(4,): 3}, 1, Sign(True, False, True)),
        ({(4, 0): 1, (0, 4): 1}, 2, Sign(True, False, True)),
        ({(4, 0): -1, (2, 2): 1, (0, 4): -1}, 2, Sign(False, True, True)),
        ({(4, 0): 1, (2, 2): -2, (0, 4): 1}, 2, Sign(True, False, False)),
        ({(4, 0): 1, (2, 2): -3, (0, 4): 1}, 2, Sign(True, True, False)),
        ({(3, 1): 1}, 2, Sign(True, True, False)),
        ({(2, 2): 1}, 2, Sign(True, False, False)),
        ({(4, 0): 1e20, (0, 4): 1e-20}, 2, Sign(True, False, True)),
        ({(4, 0, 0): 1e20, (0, 4, 0): 1, (0, 0, 4): 1e-20, (2, 1, 1): -1}, 3, Sign(True, False, True)),
        ({(4, 0, 0): 1, (0, 4, 0): 1, (0, 0, 4): 1, (2, 1, 1): -4}, 3, Sign(True, True, False)),
        ({(6, 0, 0): 1, (0, 6, 0): 1, (0, 0, 6): 1, (2, 2, 2): -2}, 3, Sign(True, False, True)),
        ({(4, 2, 0): 1, (2, 4, 0): 1, (0, 0, 6): 1, (2, 2, 2): -3}, 3, Sign(True, False, False)),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else None,
)
def test_signs(form, n, told):
    """The last is Motzkin's form, nowhere negative and no sum of squares."""
    assert sign({k: arb(c) for k, c in form.items()}, n) == told


@pytest.mark.parametrize("seed", range(4))
def test_fourth_powers_of_linear_forms_in_four_variables_are_squares(seed):
    """They are positive but at zero: the forms include the coordinates."""
    rng = random.Random(seed)
    forms = [[int(i == j) for j in range(4)] for i in range(4)] + [[rng.randint(-1, 1) for _ in range(4)]]
    whole = {}
    for indices in product(range(4), repeat=4):
        e = tuple(indices.count(k) for k in range(4))
        c = sum(row[indices[0]] * row[indices[1]] * row[indices[2]] * row[indices[3]] for row in forms)
        whole[e] = whole.get(e, 0) + c
    assert sign({e: rational(arb(c)) for e, c in whole.items() if c}, 4) == Sign(up=True, definite=True)


@pytest.mark.parametrize(
    "text", ["exp(x+y)-x-y", "exp(x-y)-x+y+z**2", "x**4 + 4*x**3*y + 6*x**2*y**2 + 4*x*y**3 + y**4"]
)
def test_a_line_of_minima_is_found_in_the_function_as_written(text):
    expression = parse(text)
    (found,) = evaluate(expression, Request("hessian"), [0.0] * len(expression.variables)).curvature
    assert (found.critical.kind, found.critical.proven) == ("local minimum", True)


@pytest.mark.parametrize("seed", range(30))
def test_what_is_said_of_random_quartics_holds_at_random_points(seed):
    rng = random.Random(seed)
    n = rng.randint(2, 3)
    exponents = [e for e in product(range(5), repeat=n) if sum(e) == 4]
    form = {e: arb(rng.randint(-4, 9 if 4 in e else 4)) for e in exponents if rng.random() < 0.7}
    form = {e: c for e, c in form.items() if c != 0} or {exponents[0]: arb(1)}
    told = sign(form, n)
    for _ in range(300):
        x = [rng.uniform(-1, 1) for _ in range(n)]
        value = sum(float(c) * x[0] ** e[0] * x[1] ** e[1] * (x[2] ** e[2] if n == 3 else 1) for e, c in form.items())
        assert not (told.definite and value * (1 if told.up else -1) <= 0)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("x*y", []),
        ("(x - y)**2", [0]),
        ("(x - y)**2 + x", []),
        ("exp(x + 2*y - z)*(x + 2*y - z)", [0, 1]),
        ("x**2 + 0*y", [1]),
        ("x**2 + 0*y**2", [1]),
        ("pi*(x - y) + sin(x - y)", [0]),
        ("cos((x - y)/3) + cos(0.1*x - 0.1*y)", [0]),
        ("5 + 0*x", [0]),
        ("x*y/(x**2 + y**2)", [0]),
        ("log(exp(x) + exp(y)) - x/4 - 3*y/4", [0]),
        ("log(exp(x) + exp(y)) - x/4 - y/4", []),
    ],
)
def test_directions_in_which_nothing_changes(text, held):
    code = CodeList.of(parse(text))
    assert gauge(code, [1.0] * len(code.expression.variables)) == held


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("exp(x - y) + 3*y", 1),
        ("x**2 + y**2", 0),
        ("3*x - y", 2),
        ("x*y", 0),
        ("sqrt(x**2 + y**2)", 1),
        ("hypot(x, y) + 3*x", 1),
        ("hypot(x, y)**2", 0),
        ("logaddexp(x, y)", 1),
        ("log(exp(x) + 2*exp(y)) - 0.3*x", 1),
        ("log(exp(x) + exp(2*y))", 0),
        ("x**2/y", 1),
        ("x**0.25*y**0.75", 1),
        ("x*y/(x + y)", 1),
        ("x*log(x/y)", 1),
        ("x*y/(x**2 + y**2)", 0),
    ],
)
def test_directions_in_which_the_function_is_affine(text, count):
    assert flat_directions(CodeList.of(parse(text)), [3.0, 4.0], [0, 1]) == count


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x**2*y**4 + 3", (1, 3)),
        ("-(x - y)**2/7 - exp(x)", (-1, 0)),
        ("(x - y)**2 - exp(x)", None),
        ("x**3", None),
        ("cosh(x)/(1 + y**2) - 1/2", (1, fmpq(-1, 2))),
        ("(x - 1)**1.5", (1, 0)),
        ("sqrt(x - 1)", (1, 0)),
        ("cbrt(x - 1)", None),
        ("relu6(x) + sigmoid(y) + 1", (1, 1)),
        ("Min(x, y, -1/2)", (-1, 0)),
        ("(x**2)**1.5", (1, 0)),
        ("-3*x**2", (-1, 0)),
    ],
)
def test_bounds_that_show(text, told):
    assert one_sided_bound(CodeList.of(parse(text))) == told
