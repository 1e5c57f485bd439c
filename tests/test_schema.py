"""The schema refuses what it must, and the page for people names all of it."""

from __future__ import annotations

import copy
import json
import re

import pytest
from jsonschema import Draft202012Validator

from hesscli.cli.app import EVERY
from hesscli.cli.help import page
from hesscli.result import Verdict
from tests import schema

PAGE = page("json")


def keys(part) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(keys, part))
    if not isinstance(part, dict):
        return set()
    return set(part.get("properties", {})) | set().union(*map(keys, part.values()), set())


def test_there_is_a_schema_of_every_command_and_it_is_one():
    assert set(schema.COMMANDS) == {command.__name__ for command, _ in EVERY} - {"help", "batch"}
    for one in (*schema.COMMANDS.values(), schema.ERROR):
        Draft202012Validator.check_schema(one)


def test_the_page_names_every_key_and_no_other():
    named = set(re.findall(r"`([a-z_0-9]+)`", PAGE))
    wanted = set().union(*(keys(one) for one in schema.COMMANDS.values()), keys(schema.ERROR))
    assert wanted - named == set()
    assert {name for name in named if "_" in name} <= wanted | {"exact_wait"}


def test_its_section_on_derivatives_names_their_keys_and_all_verdicts():
    section = PAGE[PAGE.index("## Every line") : PAGE.index("## Sums")]
    assert {*schema.ANSWER, *schema.MORE, "error", "bound"} - set(re.findall(r"`([a-z_0-9]+)`", section)) == set()
    words = re.search(r"^\| `verdict` \|(.*)\|$", section, re.MULTILINE)[1]
    assert [verdict.value for verdict in Verdict if verdict.value not in words] == []


GOOD = {"schema": "hesscli/1", "id": [1], "error": {"code": "point", "message": "no", "column": 1}}
ANSWER = {
    "schema": "hesscli/1", "command": "gradient", "expression": "x", "parsed": "x", "variables": ["x"], "point": [1.0],
    "dtype": "float64", "method": "nested", "value": 1.0, "gradient": [1.0], "verdict": "agree",
    "verdicts": {"value": "agree"}, "notes": [], "tape": {"value": 1.0, "gradient": ["nan"], "repaired": []},
    "exact": {"value": "1", "gradient": ["1"], "proven": True, "formulas": {}}, "accuracy": None, "seconds": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("gradient",), ["nan"]),
        (("gradient",), "1"),
        (("point",), ["1"]),
        (("verdict",), "fine"),
        (("tape", "gradient"), ["1"]),
        (("exact", "gradient"), [1.0]),
        (("exact", "value"), "one"),
        (("accuracy",), {"max_abs": 0}),
        (("extra",), 1),
        (("exact", "extra"), 1),
        (("schema",), "hesscli/2"),
    ],
)
def test_what_is_wrong_is_refused(place, value):
    schema.check(ANSWER)
    schema.check(GOOD)
    line = copy.deepcopy(ANSWER)
    inner = line
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    with pytest.raises(AssertionError):
        schema.check(json.loads(json.dumps(line)))
