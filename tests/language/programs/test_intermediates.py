from __future__ import annotations

import numpy as np
import pytest

from hesscli.errors import HesscliError, LimitError, render
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations
from hesscli.language.sums import is_sum

RANDOM = np.random.default_rng(5)
GIVEN = {
    "parameters": {"n": 10.0},
    "data": {"y": RANDOM.normal(size=6), "t": RANDOM.normal(size=6), "X": RANDOM.normal(size=(6, 5))},
    "sizes": {"x": 10, "w": 5},
}

SAME = {
    "r = y - (a*t + b); mean(r**2)": "mean((y - (a*t + b))**2)",
    "p = 1/(1+exp(-X@w)); -mean(y*log(p) + (1-y)*log(1-p))": "-mean(y*log(1/(1+exp(-X@w)))"
    " + (1-y)*log(1-1/(1+exp(-X@w))))",
    "s = Sum(x[i]**2, (i, 0, n-1)); s**2 + log(1+s)": "Sum(x[i]**2, (i, 0, n-1))**2 + log(1+Sum(x[i]**2, (i, 0, n-1)))",
    "d = x[1:] - x[:-1]\nsum(d[1:]*d[:-1])": "sum((x[2:] - x[1:-1])*(x[1:-1] - x[:-2]))",
    "d = x[i+1] - x[i]; Sum(d**2, (i, 0, n-2))": "Sum((x[i+1] - x[i])**2, (i, 0, n-2))",
    "last = n - 1; Sum(x[i]*x[last], (i, 0, last))": "Sum(x[i]*x[n-1], (i, 0, n-1))",
    "e = X@w - y; norm(e)**2 + e[0]**2": "norm(X@w - y)**2"
    " + ((X[0,0]*w[0] + X[0,1]*w[1] + X[0,2]*w[2] + X[0,3]*w[3] + X[0,4]*w[4]) - y[0])**2",
    "Z = X[:,1:]; u = w[1:]; sum(exp(Z@u))": "sum(exp(X[:,1:]@w[1:]))",
    "a = (\n  x +\n  1)\nb = a*a  # twice\nsum(\n b\n)": "sum((x + 1)*(x + 1))",
    "f = sum(x**2)": "sum(x**2)",
    "m = max(x); m**2 + sum(x)": "max(x)**2 + sum(x)",
}


def read(text, **given):
    return read_program(text, Declarations(**{**GIVEN, **given}))


def _element(element):
    maps = [place.places.tolist() if hasattr(place, "places") else np.asarray(place).tolist() for place in element.maps]
    numbers = [column.tolist() for column in element.columns]
    return element.count, maps, numbers, [(node.op, node.args) for node in element.body.nodes]


@pytest.mark.parametrize("text", SAME)
def test_a_name_stands_for_what_was_written(text):
    short, long = read(text), read(SAME[text])
    assert list(map(_element, short.elements)) == list(map(_element, long.elements))
    assert [(n.op, n.args) for n in short.outer.nodes] == [(n.op, n.args) for n in long.outer.nodes]
    assert short.entries == long.entries
    assert short.blocks == long.blocks


def test_the_echo_has_what_names_stand_for():
    assert read("r = y - (a*t + b); mean(r**2)").parsed == "sum((y - (a*t + b))**2)/6"
    assert read("s = sum(x**2); t2 = 1 + s; log(t2)*s").parsed == "log(1 + sum(x**2))*sum(x**2)"


def test_an_index_of_a_names_own_sum_is_another_one():
    short = read("s = Sum(x[i]**2, (i, 0, 3)); Sum(exp(s)*x[i], (i, 0, 2))")
    long = read("Sum(exp(Sum(x[j]**2, (j, 0, 3)))*x[i], (i, 0, 2))")
    assert _element(short.elements[0]) == _element(long.elements[0])
    with pytest.raises(HesscliError, match="'i' is taken already"):
        read("s = i + Sum(x[i]**2, (i, 0, 3)); Sum(s*x[i], (i, 0, 2))")


def test_what_nothing_uses_is_noticed_and_read():
    program = read("u = q**2; v = sum(x); sum(x**2)")
    assert program.notes == ("u = ... is given, and nothing uses it", "v = ... is given, and nothing uses it")
    assert (program.n, len(program.elements)) == (11, 1)  # q is a variable, as in plain expressions


REFUSED = {
    "r = sn(t); sum(r)": "unknown function 'sn'; did you mean sin or sgn?\n  r = sn(t); sum(r)\n      ^^",
    "r = y*x; sum(r)": "the lengths differ: y has 6 entries (--data) and x has 10 entries (the point or --vars)\n"
    "  r = y*x; sum(r)\n      ^^^",
    "r = y - t; sum(r*x)": "the lengths differ: y has 6 entries (--data) and x has 10 entries (the point or --vars)\n"
    "  r = y - t; sum(r*x)\n                 ^^^",
    "r = x + 1; r**2": "r is a vector of 10 entries; sum, mean, dot, norm, max or @ make a number of it\n"
    "  r = x + 1; r**2\n             ^",
    "r = x[2:]; r[8]": "there is no r[8]: r has the entries 0 to 7\n  r = x[2:]; r[8]\n             ^^^^",
    "s = sum(x); s[0]": "'s' is one number and has no entries\n  s = sum(x); s[0]\n              ^^^^",
    "a = b + 1; b = 2; sum(x)": "'b' is used before it is given\n  a = b + 1; b = 2; sum(x)\n             ^",
    "a = 1; a = 2; sum(x)": "'a' is given twice; choose another name\n  a = 1; a = 2; sum(x)\n         ^",
    "y = 3; sum(x)": "'y' is data and cannot be given a value; choose another name\n  y = 3; sum(x)\n  ^",
    "x = 3; sum(x)": "'x' is a variable or parameter and cannot be given a value\n  x = 3; sum(x)\n  ^",
    "n = 3; sum(x)": "'n' is a variable or parameter and cannot be given a value\n  n = 3; sum(x)\n  ^",
    "sum = 3; sum(x)": "'sum' has a meaning of its own and cannot be given a value\n  sum = 3; sum(x)\n  ^^^",
    "i = 3; Sum(x[i], (i, 0, 2))": "'i' is taken already; an index needs a name of its own\n"
    "  i = 3; Sum(x[i], (i, 0, 2))\n                    ^",
    "a = 2; a(sum(x))": "for a product write *\n  a = 2; a(sum(x))\n          ^",
    "a = ; sum(x)": "a = ... needs an expression\n  a = ; sum(x)\n  ^^^",
    "a = b = 3; sum(x)": "one name gets one value; a comparison is written ==\n  a = b = 3; sum(x)\n        ^",
    "sum(x); sum(w)": "only the last expression has no name; write name = ..., "
    "or end a line with an operator to go on\n  sum(x); sum(w)\n  ^^^^^^",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_points_at_the_definition(text):
    with pytest.raises(HesscliError) as problem:
        read(text)
    assert render(problem.value, columns=140) == REFUSED[text]


def test_names_that_double_again_and_again_are_a_limit():
    doubling = "; ".join(f"a{k + 1} = a{k} + a{k}" for k in range(40))
    with pytest.raises(LimitError, match=r"stands for .* words with every name in it written out; the limit is 20,000"):
        read(f"a0 = x; {doubling}; sum(a40)")


@pytest.mark.parametrize(
    ("text", "beside", "told"),
    [
        ("r = x - 1; max(r)", "x=[1,2]", True),
        ("max(x - y)", "x=[1,2],y=[3,4]", True),
        ("a = 2; max(x, a)", "x=-2:2:401", False),
        ("max(abs(x), 3)", "x=-1:1:5", False),
        ("max(sin(x)) + 1", "x=1", False),
    ],
)
def test_the_largest_entry_of_what_a_name_stands_for_is_a_sum(text, beside, told):
    assert is_sum(text, beside=beside) is told
