"""A verb is declared once: everything that it needs besides follows from its row."""

import inspect

import pytest

import hesscli
from hesscli.cli.derivatives import DERIVATIVES
from hesscli.cli.parsing import LONG
from hesscli.language.syntax import parse
from hesscli.quantities import QUANTITIES, VERBS
from hesscli.request import Request, layout
from hesscli.result import Result, Sweep


def request(verb):
    """A request of a function of two variables."""
    return Request(verb.name, **{"order": {"order": 3}, "vector": {"vector": (1.0, 2.0)}}.get(verb.needs, {}))


def test_every_verb_is_a_command_a_function_and_an_attribute():
    assert {command.__name__ for command in DERIVATIVES} == set(VERBS)
    for name in VERBS:
        assert callable(getattr(hesscli, name))
        assert isinstance(inspect.getattr_static(Result, name), property)
        assert isinstance(inspect.getattr_static(Sweep, name), property)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_the_row_says_the_arrays_and_their_order(verb):
    found = layout(parse("x*y"), request(verb))
    assert tuple(found.quantities) == verb.arrays
    assert found.order == request(verb).degree == (verb.order or 3)
    if verb.series:
        assert found.quantities[verb.name].shape == (10,)  # 1, x, y, x**2, x*y, ..., y**3
    else:
        assert found.quantities[verb.name].shape == (2,) * (3 if verb.axes is None else verb.axes)


def test_an_option_means_one_verb():
    options = [option for verb in VERBS.values() for option in verb.options]
    assert len(options) == len(set(options))
    assert all(LONG.fullmatch(option) or len(option) == 2 for option in options)


def test_titles_and_symbols_are_all_different():
    assert len({row.title for row in QUANTITIES.values()}) == len(QUANTITIES)
    assert len({row.symbol for row in QUANTITIES.values()}) == len(QUANTITIES)
