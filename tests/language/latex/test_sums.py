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
        (r"\frac{1}{2}\sum_{i=1}^{2} i x_{1,i}", "1/2*(1*x_1_1 + 2*x_1_2)"),
        (r"\sum_{i=-1}^{1} x^{i}", "x**(-1) + x**0 + x**1"),
        (r"\sum_{i=3}^{1} x_i + y", "0 + y"),
        (r"\prod_{i=3}^{1} x_i + y", "1 + y"),
        (r"\sum_{i=1}^{1} x_i \cdot y", "x_1*y"),
    ],
)  # fmt: skip
def test_a_sum_is_its_terms(typed, same):
    assert program(parse(typed)) == program(parse(same, variables=parse(typed).variables))


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
        (r"\sum_{i=1}^{1.5} x_i", "no whole number"),
        (r"\sum_{i=1}^{2} x^{(i)}", "_{i} for another variable"),
    ],
)
def test_a_sum_that_is_no_list_of_terms_is_refused(typed, message):
    with pytest.raises(ExpressionError, match=re.escape(message)):
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
