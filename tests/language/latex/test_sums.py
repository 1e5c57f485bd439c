r"""``\sum`` and ``\prod`` are the terms written out by hand, or refused with what to write."""

import re
import time

import pytest

from hesscli.errors import ExpressionError, LimitError
from hesscli.language.syntax import parse
from tests.language.texts import program


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        (r"\sum_{i=1}^{3} x_i^2", "x_1**2 + x_2**2 + x_3**2"),
        (r"\sum^{3}_{i=1} x_{i}^{2} + 1", "(x_1**2 + x_2**2 + x_3**2) + 1"),
        (r"1 - \sum\limits_{i=1}^2 2 x_i / y", "1 - (2*x_1/y + 2*x_2/y)"),
        (r"\sum_{i=1}^{2} [x_{i+1} - x_i^2]^2", "(x_2 - x_1**2)**2 + (x_3 - x_2**2)**2"),
        (r"\prod_{k=1}^{3} (x-k)", "(x-1)*(x-2)*(x-3)"),
        (r"\sum_{i=1}^{2}\sum_{j=i}^{2} a_{ij} x_i x_j", "(a_1_1*x_1*x_1 + a_1_2*x_1*x_2) + a_2_2*x_2*x_2"),
        (r"\log\sum_{i=1}^{2} \exp(x_{2i-1})", "log(exp(x_1) + exp(x_3))"),
        (r"\sum_{n=0}^{2} \frac{(-1)^n x^{2n+1}}{(2n+1)!}", "((1)*x**1/factorial(2*0+1) + (-1)*x**3/factorial(3)"
         " + (1)*x**5/factorial(5))"),
        (r"\sum_{i=1}^{2} (x_{i1} - x_{i2})^2", "(x_1_1 - x_1_2)**2 + (x_2_1 - x_2_2)**2"),
        (r"\sum_{i=1}^{2} x_{1i}", "x_1_1 + x_1_2"),
        (r"\sum_{i=1}^{2} x_{0i,1}", "x_0_1_1 + x_0_2_1"),
        (r"\sum_{i=1}^{2} x_{2i+1}", "x_3 + x_5"),
        (r"\frac{1}{2}\sum_{i=1}^{2} i x_{1,i}", "1/2*(1*x_1_1 + 2*x_1_2)"),
        (r"\prod_{i=1}^2 x \prod_{j=1}^3 y", "(x*x)*(y*y*y)"),
        (r"\prod_{i=1}^2 x_i / \prod_{j=1}^{2} y_j", "(x_1*x_2)/(y_1*y_2)"),
        (r"\prod_{i=1}^2 \prod_{j=1}^{2} (x_{ij} + y)", "((x_1_1 + y)*(x_1_2 + y))*((x_2_1 + y)*(x_2_2 + y))"),
        (r"\prod_{i=1}^2 x \prod_{j=1}^{2} y_{ij}", "(x*(y_1_1*y_1_2))*(x*(y_2_1*y_2_2))"),
        (r"\prod_{i=1}^2 y / x_i \cdot (x_i - 1) + y / 2", "(y/x_1*(x_1 - 1))*(y/x_2*(x_2 - 1)) + y/2"),
        (r"\left(\prod_{i=1}^2 (x+i)\right) / y", "((x+1)*(x+2))/y"),
        (r"\prod_{i=1}^2 \left|x/y\right|", "Abs(x/y)*Abs(x/y)"),
        (r"\sum_{i=-1}^{1} x^{i}", "x**(-1) + x**0 + x**1"),
        (r"\sum_{i=3}^{1} x_i + y", "0 + y"),
        (r"\prod_{i=3}^{1} x_i + y", "1 + y"),
        (r"\sum_{i=1}^{1} x_i \cdot y", "x_1*y"),
    ],
)  # fmt: skip
def test_a_sum_is_its_terms(typed, same):
    assert program(parse(typed)) == program(parse(same, variables=parse(typed).variables))


def test_twice_an_index_is_told_apart_from_two_indices():
    doubled = parse(r"\sum_{i=1}^{2} (x_{2i} - x_{2i-1}^2)")
    assert program(doubled) == program(parse("(x_2 - x_1**2) + (x_4 - x_3**2)", variables=doubled.variables))
    assert doubled.notes == ("the index 2i is read as 2*i; two indices are 2,i",)
    assert parse(r"\sum_{i=1}^{2} x_{i1}").notes == ()


def test_a_product_that_takes_more_in_says_so():
    assert parse(r"\prod_{i=1}^2 (x+i) y").notes == (
        "the product takes in 'y' behind its index; brackets say how far it goes",
    )
    assert parse(r"\prod_{i=1}^2 2 x y_i^2 + 3 y").notes == ()


def test_indices_with_and_without_a_comma_are_told_apart():
    (told,) = parse(r"\sum_{i=1}^{2} x_{i1} + x_{11}").notes
    assert told == "x_11 and x_1_1 are two variables; with commas, x_{1,1}, they are one"


def test_a_parameter_may_be_a_bound():
    typed = r"\sum_{i=1}^{n-1} x_i - \frac{n}{2}"
    assert program(parse(typed, parameters={"n": 3.0})) == program(parse("(x_1 + x_2) - n/2", parameters={"n": 3.0}))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (r"\sum_{i=1}^{n} x_i", "--param n=3"),
        (r"\sum_i x_i", "write the first and the last index"),
        (r"\sum x", "write the first and the last index"),
        (r"\sum_{i<3} x_i", "write the first and the last index"),
        (r"\sum_{i=1}^{2} x_i - \cos(x_i)", "brackets say how far it goes"),
        (r"\sum_{i=1}^{2} x_i + i", "brackets say how far it goes"),
        (r"\sum_{i=1}^{2} \sum_{i=1}^{2} x_i", "choose another letter"),
        (r"\sum_{i=1}^{2}", "needs a term"),
        (r"\sum_{i=1}^{1.5} x_i", "1.5 is no whole number here$"),
        (r"\prod_{i=1}^2 (x+i) / y", r"write \left(\prod_{i=1}^2 (x+i)\right) / ..."),
        (r"\prod_{i=1}^2 (x+i) \cdot e^{-y}", "how far does the product go?"),
        (r"\prod_{i=1}^2 \frac{x}{y} \cdot 3", "how far does the product go?"),
        (r"\prod_{i=1}^2 x_i \sum_{j=1}^2 y_j", "how far does the product go?"),
        (r"\sum_{i=1}^{2} x_{i12}", "write commas between indices"),
        (r"\sum_{i=1}^{2} x_{1i+1}", "write commas between indices"),
        (r"\sum_{i=1}^{2} \sum_{j=1}^{2} x_{ij+1}", "write commas between indices"),
        (r"\sum_{i=1}^{2} x^{(i)}", "_{i} for another variable"),
    ],
)
def test_a_sum_that_is_no_list_of_terms_is_refused(typed, message):
    with pytest.raises(ExpressionError, match=re.escape(message).replace(r"\$", "$")):
        parse(typed)


@pytest.mark.parametrize("typed", [r"\sum_{i=1}^{101} x_i", r"\sum_{i=1}^{99}\sum_{j=1}^{99}\sum_{k=1}^{99} x_i"])
def test_long_sums_end_at_once(typed):
    begin = time.process_time()
    with pytest.raises(LimitError, match=re.escape("Sum(x[i]^2, (i, 1, n))")):
        parse(typed)
    assert time.process_time() - begin < 1


def test_sums_of_nothing_end_at_once():
    deep = "".join(rf"\sum_{{{letter}=1}}^{{100}}" for letter in "abcd") + "x"
    with pytest.raises(LimitError):
        parse(deep)
