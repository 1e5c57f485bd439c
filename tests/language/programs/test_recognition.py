"""Typed-out sums as elements: the same function as the plain expression, entry by entry, in balls."""

from __future__ import annotations

import numpy as np
import pytest

from hesscli.elements.expansion import expansion
from hesscli.exact.evaluate import evaluate
from hesscli.language.programs.recognition import recognised
from hesscli.language.syntax import parse
from hesscli.request import Request

N = 36


def joined(term, count=N - 1, sign=" + "):
    return sign.join(term(i) for i in range(count))


TEXTS = {
    "a chain": (joined(lambda i: f"100*(x{i + 1}-x{i}^2)^2 + (1-x{i})^2"), [35, 35]),
    "numbers that differ": (joined(lambda i: f"{i}*cos(x{i} - {i}.5)*x{i + 1}/{i + 1}"), [35]),
    "differences": (joined(lambda i: f"x{i}*x{i + 1}", sign=" - "), [1, 34]),
    "a variable in all terms": (joined(lambda i: f"(x{i} - a)^2*b"), [35]),
    "the same variable twice": (joined(lambda i: f"x{i}*exp(x{i // 2})"), [1, 34]),
    "inside functions": (f"log({joined(lambda i: f'exp({i}*x{i}/40)')})*x0 + sqrt({joined(lambda i: f'x{i}^4')})", 2),
    "divided and nested": (f"(({joined(lambda i: f'x{i}^3')}) + (x0*x1 + {joined(lambda i: f'sin(x{i})')}))/7", 3),
    "exponents are shapes": (joined(lambda i: f"x{i}^{2 + i % 3}"), [12, 12, 11]),
    "boundaries": ("x0^4 + " + joined(lambda i: f"x{i}^2*x{i + 1}") + " - exp(x35)", 3),
    "conditions": (
        joined(lambda i: f"Piecewise((x{i}^2, x{i} > 0.{i + 10}), (x{i}^3, True)) + Max(x{i}, x{i + 1})^2"),
        [35, 35],
    ),
    "rationals and parameters": (joined(lambda i: f"p*x{i}^(1/3)*{2 * i + 1}/7 + {i}.25"), None),
    "signed zeros and units": (joined(lambda i: f"x{i}*{'1.0' if i % 2 else '1'} + x{i + 1}^2*0.{i % 2}"), None),
}


@pytest.mark.parametrize("name", TEXTS)
def test_alike_terms_are_the_same_function(name):
    text, expected = TEXTS[name]
    plain = parse(text, parameters={"p": 0.3} if "p*" in text else {})
    program = recognised(plain)
    counts = [element.count for element in program.elements]
    assert expected in (None, len(counts), counts)
    assert program.parsed
    assert [program.label(k) for k in range(program.n)] == list(plain.variables)
    x = np.random.default_rng(3).uniform(0.2, 1.7, program.n)
    rows = {k: np.arange(element.count) for k, element in enumerate(program.elements)}
    written = expansion(program, x, rows, always=tuple(range(program.n)))
    ours = evaluate(written.expression, Request("hessian"), written.point).values
    theirs = evaluate(plain, Request("hessian"), x.tolist()).values
    order = np.argsort(written.positions)
    assert ours["value"].texts == theirs["value"].texts
    np.testing.assert_array_equal(ours["gradient"].double[order], theirs["gradient"].double)
    np.testing.assert_array_equal(ours["hessian"].double[np.ix_(order, order)], theirs["hessian"].double)


TERMS = ("{c}*{a}*{b}", "({a} - {c})^2", "exp(-{a}^2)*{b}", "{a}/({b} + {c})", "-{a}*{a}*{b}", "sin({c}*{a} + {b}*{a})")


@pytest.mark.parametrize("seed", range(6))
def test_any_mixture_of_terms_is_the_same_function(seed):
    rng = np.random.default_rng(seed)
    chosen = [
        TERMS[rng.integers(len(TERMS))].format(a=f"x{rng.integers(8)}", b=f"x{rng.integers(8)}", c=rng.integers(1, 4))
        for _ in range(60)
    ]
    plain = parse("+".join(chosen).replace("+-", "-"), variables=[f"x{k}" for k in range(8)])
    program = recognised(plain)
    assert sum(element.count for element in program.elements) == 60
    x = rng.uniform(0.5, 1.5, 8)
    rows = {k: np.arange(element.count) for k, element in enumerate(program.elements)}
    written = expansion(program, x, rows, always=tuple(range(8)))
    ours = evaluate(written.expression, Request("hessian"), written.point).values
    theirs = evaluate(plain, Request("hessian"), x.tolist()).values
    assert ours["hessian"].texts == theirs["hessian"].texts


UNLIKE = "+".join(f"{'sin(' * k}x{k}{')' * k}" for k in range(40))
ALIKE = "+".join(f"x{k}*x{k + 1}" for k in range(40))


@pytest.mark.parametrize(
    ("text", "counts", "outside"),
    [
        (UNLIKE, [], 40),
        ("*".join(f"x{k}" for k in range(80)), [], 80),
        (f"{UNLIKE} + {ALIKE}", [40], 40),
        (f"log({UNLIKE} + {ALIKE})*x50", [40], 41),
    ],
)
def test_what_is_not_alike_stays_outside(text, counts, outside):
    plain = parse(text)
    program = recognised(plain)
    assert [element.count for element in program.elements] == counts
    assert len(program.entries) == outside
    x = np.random.default_rng(5).uniform(0.6, 1.1, program.n)
    rows = {k: np.arange(element.count) for k, element in enumerate(program.elements)}
    written = expansion(program, x, rows, always=tuple(range(program.n)))
    ours = evaluate(written.expression, Request("gradient"), written.point).values
    theirs = evaluate(plain, Request("gradient"), x.tolist()).values
    order = np.argsort(written.positions)
    assert ours["value"].texts == theirs["value"].texts
    np.testing.assert_array_equal(ours["gradient"].double[order], theirs["gradient"].double)


def test_several_components_are_left_alone():
    assert recognised(parse("[" + "+".join(f"x{k}" for k in range(40)) + ", x0]")) is None


def test_few_variables_of_many_are_a_program_without_elements():
    program = recognised(parse("x3**2*x7", variables=[f"x{k}" for k in range(5_000)]))
    assert (program.n, program.entries, program.elements) == (5_000, (3, 7), ())
