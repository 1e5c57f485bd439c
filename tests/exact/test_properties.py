"""Tables of primitive operations hold no function that is replaced by its definition before they are asked."""

from __future__ import annotations

import pytest

from hesscli.exact import properties
from hesscli.exact.interpreters.rules import RULES
from hesscli.exact.interpreters.series import DIRECT
from hesscli.language.definitions import DEFINED, definition
from hesscli.language.functions import BY_NAME, OPERATORS

TABLES = {
    **{name: table for name, table in vars(properties).items() if isinstance(table, frozenset)},
    "DIRECT": frozenset(DIRECT),
    "RULES": frozenset(RULES),
}
LEAVES = {"number", "constant", "parameter", "variable"}


def primitive(name: str) -> bool:
    """Whether a call with some number of arguments stays as it is."""
    row = BY_NAME[name]
    counts = range(row.least, (row.most or row.least) + 1)
    return name not in DEFINED or any(definition(name, count) is None for count in counts)


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_dead(table: str) -> None:
    names = TABLES[table] - LEAVES - {row.name for row in OPERATORS}
    assert [name for name in sorted(names) if not primitive(name)] == []


def test_what_is_defined_is_known() -> None:
    assert primitive("log")  # of one argument
    assert not primitive("sqrt")
    assert len(TABLES) >= 9
