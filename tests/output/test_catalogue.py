"""The signatures of the catalogue speak of the same letters as what is said of the functions."""

import re

import pytest

from hesscli.language.functions import BY_NAME, EVERYWHERE, FUNCTIONS
from hesscli.output.catalogue import call

WORDS = {"k", "a", "e"}
"""Letters of domains that are no arguments: a whole number, an article, Euler's number."""


@pytest.mark.parametrize("row", FUNCTIONS, ids=lambda row: row.name)
def test_the_domain_speaks_of_arguments(row):
    arguments = set(re.findall(r"[a-z]+", call(row).partition("(")[2]))
    assert set(re.findall(r"\b(?:[a-z]|phi)\b", f"{row.domain} {row.kinks}")) - WORDS <= arguments


@pytest.mark.parametrize(
    "signature", ["elliptic_e([phi, ]m)", "elliptic_k(m)", "besseli(n, x)", "hyp2f1(a, b, c, x)", "zeta(s[, a])"]
)
def test_signatures_are_those_of_the_literature(signature):
    assert call(BY_NAME[signature.partition("(")[0]]) == signature


def test_acot_is_there_at_zero_and_jumps():
    row = BY_NAME["acot"]
    assert (row.domain, row.kinks) == (EVERYWHERE, "x = 0")
