"""The reference of the language cannot lie: every line of it is read."""

import re

import pytest

from hesscli.cli.help import page
from hesscli.errors import ExpressionError
from hesscli.language.printing import unparse
from hesscli.language.syntax import parse

REFERENCE = page("language")


def lines(kind):
    found = [body for name, body in re.findall(r"```(\w+)\n(.*?)```", REFERENCE, re.DOTALL) if name == kind]
    return [tuple(map(str.strip, re.split(r"  +=>  ", line))) for body in found for line in body.splitlines()]


@pytest.mark.parametrize(("typed", "means"), lines("understood"))
def test_what_is_understood_is_printed(typed, means):
    assert unparse(parse(typed)) == means


@pytest.mark.parametrize(("typed", "message"), lines("refused"))
def test_what_is_refused_has_its_remedy(typed, message):
    with pytest.raises(ExpressionError, match=re.escape(message)):
        parse(typed)


@pytest.mark.parametrize(("typed", "note"), lines("noted"))
def test_what_was_perhaps_meant_is_noted(typed, note):
    assert any(told.startswith(note) for told in parse(typed).notes)


def test_nothing_is_left_out():
    assert len(lines("understood")) > 40
    assert set(re.findall(r"```(\w+)", REFERENCE)) == {"understood", "refused", "noted"}
