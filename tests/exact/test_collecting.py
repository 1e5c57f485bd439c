from __future__ import annotations

import random
from typing import Any

import pytest
import sympy

from hesscli.exact.collecting import Collecting
from hesscli.exact.writing import Size, Writing

X, Y = sympy.symbols("x y", real=True)


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (2 * X * sympy.cos(X * Y) + 4 * X**2, "2*x*(2*x + cos(x*y))"),
        (X**2 * sympy.exp(-X) - 2 * X * sympy.exp(-X), "x*(x - 2)*exp(-x)"),
        (-X - Y, "-x - y"),
        (X / 2 + Y / 4, "(2*x + y)/4"),
        (X / 2 + 1, "x/2 + 1"),
        (1 / (X / 2 + 1) ** 2, "4/(x + 2)**2"),
        (1 / (X**2 + 1) - 2 * X**2 / (X**2 + 1) ** 2, "(-2*x**2/(x**2 + 1) + 1)/(x**2 + 1)"),
        ((X - Y) * (Y - X) * X, "-x*(x - y)**2"),
        (X * sympy.exp(Y) * sympy.exp(X + Y**2), "x*exp(x + y**2 + y)"),
        (sympy.exp(X + Y) + sympy.exp(X - Y), "(exp(y) + exp(-y))*exp(x)"),
        (X ** (2 * Y) + 3 * X**Y, "x**y*(x**y + 3)"),
        ((-X - sympy.cos(Y)) * Y, "-y*(x + cos(y))"),
        (sympy.pi * X + sympy.sqrt(sympy.pi), "pi*x + sqrt(pi)"),
        (sympy.sqrt(2 * X + 2 * Y), "sqrt(2*x + 2*y)"),
        (sympy.Piecewise((2 * X * Y + 2 * X, X > 0), (0, True)), "Piecewise((2*x*(y + 1), x > 0), (0, True))"),
    ],
)
def test_what_is_in_common_stands_in_front(tree: Any, text: str) -> None:
    assert str(Collecting()(tree)) == text


def some_tree(draw: random.Random, depth: int) -> Any:
    if depth == 0:
        return draw.choice([X, Y, X + 1, 1 - X, sympy.Rational(draw.randint(-4, 4), draw.randint(1, 3))])
    a, b = some_tree(draw, depth - 1), some_tree(draw, depth - 1)
    return draw.choice(
        [a + b, a - 2 * b, a * b, -a * b, sympy.exp(a) * b, a / (1 + b**2), sympy.sqrt(1 + a**2), sympy.sin(a), a**3]
    )


@pytest.mark.parametrize("seed", range(40))
def test_the_value_stays(seed: int) -> None:
    draw = random.Random(seed)
    tree = sum((some_tree(draw, 3) for _ in range(2)), sympy.S.Zero)
    at = {X: sympy.Rational(7, 11), Y: sympy.Rational(-5, 13)}
    before, after = (sympy.N(one.subs(at), 30, maxn=200) for one in (tree, Collecting()(tree)))
    assert abs(before - after) <= sympy.Float("1e-25") * (1 + abs(before))


def test_texts_are_sympys_and_sizes_those_of_the_tree() -> None:
    writing, size = Writing(), Size()
    for seed in range(30):
        tree = some_tree(random.Random(seed), 4)
        assert writing.doprint(tree) == writing.doprint(tree) == str(tree)
        assert size(tree) == sum(1 for _ in sympy.preorder_traversal(tree))
