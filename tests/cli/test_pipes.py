"""Our own output is an input, and what is no coordinate passes through."""

from __future__ import annotations

import csv
import io
import json

import pytest

from hesscli.language.points import read_points

F = ["x^2*y", "--exact", "off"]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("first", ["gradient", "hessian"])
@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize("at", ["1,2", "x=1:2:3,y=-1"])
def test_answers_are_points(hesscli, first, form, at):
    before = hesscli(first, *F, "--at", at, "-f", form)
    after = hesscli("hessian", *F, "--at", "-", "-f", form, stdin=before.out)
    assert after.status == 0, after.err
    direct = hesscli("hessian", *F, "--at", at, "-f", form)
    if form == "csv":
        assert after.out == direct.out
    else:
        timed = {"seconds": None}
        assert [{**line, **timed} for line in after.lines] == [{**line, **timed} for line in direct.lines]


def test_answers_in_another_order_and_with_more_variables(hesscli):
    before = hesscli("gradient", "a*x*y", "--vars", "y,x,a", "--at", "1,2,3", "--exact", "off", "--json").out
    found = hesscli("gradient", *F, "--at", "-", "--json", stdin=before).json
    assert (found["variables"], found["point"], found["data"]) == (["x", "y"], [2, 1], {"a": 3})


WITH_MORE = 'id,name,x,y\n7,"a, ""b""",1,2\n\n# a comment\n8,c#1,3,4\n'


def test_columns_of_csv_pass_through(hesscli):
    first = hesscli("gradient", *F, "--at", "-", "-f", "csv", stdin=WITH_MORE).out
    assert first.startswith("id,name,x,y,f,df/dx,df/dy,")
    found = [(row["id"], row["name"], row["df/dx"]) for row in table(first)]
    assert found == [
        ("7", 'a, "b"', "4"),
        ("8", "c#1", "24"),
    ]
    again = hesscli("hessian", *F, "--at", "-", "-f", "csv", stdin=first).out
    assert list(table(again)[0])[:7] == ["id", "name", "x", "y", "f", "df/dx", "df/dy"]
    assert [row["name"] for row in table(again)] == ['a, "b"', "c#1"]
    assert again.splitlines()[0].count("verdict") == 1


def test_columns_become_data_and_data_columns(hesscli):
    lines = hesscli("gradient", *F, "--at", "-", "--json", stdin=WITH_MORE)
    assert [line["data"] for line in lines.lines] == [{"id": "7", "name": 'a, "b"'}, {"id": "8", "name": "c#1"}]
    again = hesscli("hessian", *F, "--at", "-", "--json", stdin=lines.out)
    assert [line["data"] for line in again.lines] == [{"id": "7", "name": 'a, "b"'}, {"id": "8", "name": "c#1"}]
    back = hesscli("hessian", *F, "--at", "-", "-f", "csv", stdin=lines.out).out
    assert [(row["id"], row["name"]) for row in table(back)] == [("7", 'a, "b"'), ("8", "c#1")]


def test_objects_with_more_than_coordinates(hesscli):
    given = '{"x": 1, "y": 2, "id": 7, "tags": ["a"]}\n{"x": 3, "y": 4}\n'
    lines = hesscli("gradient", *F, "--at", "-", "--json", stdin=given).lines
    assert [line["data"] for line in lines] == [{"id": 7, "tags": ["a"]}, {}]
    rows = table(hesscli("gradient", *F, "--at", "-", "-f", "csv", stdin=given).out)
    assert [(row["id"], row["tags"]) for row in rows] == [("7", '["a"]'), ("", "")]


def test_answers_of_batch_keep_their_id(hesscli):
    request = {"id": 7, "command": "gradient", "expression": "x*y", "at": [1, 2], "exact": "off"}
    answer = hesscli("batch", stdin=json.dumps(request)).out
    assert hesscli("gradient", *F, "--at", "-", "--json", stdin=answer).json["data"] == {"id": 7}


def test_a_column_that_the_answer_has_is_the_answers(hesscli):
    row = table(hesscli("gradient", *F, "--at", "-", "-f", "csv", stdin="x,y,f,q\n1,2,99,5\n").out)[0]
    assert (row["f"], row["q"]) == ("2", "5")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"schema": "hesscli/1", "error": {"code": "point", "message": "no"}}', "an error instead of a point: no"),
        ('{"schema": "hesscli/1", "command": "functions"}', "an answer without a point, of the command functions"),
        ('{"schema": "hesscli/1", "variables": ["x"], "point": [1]}', "unknown column 'x'"),
        ("id,x,y\n1,2\n", "line 2: expected 3 fields, got 2"),
        ("id,x,y\n1,2,z\n", "line 2: coordinate y"),
        ("id,x,y,x\n1,2,3,4\n", "the column 'x' occurs twice"),
        ("id,x,y\n", "there are no points"),
    ],
)
def test_what_is_no_point(hesscli, text, told):
    names = "a,b" if "unknown" in told else "x,y"
    outcome = hesscli("gradient", names.replace(",", "*"), "--at", "-", stdin=text)
    assert outcome.status == 2
    assert told in outcome.err


def test_points_of_several_sources_keep_what_is_beside_each(tmp_path):
    (tmp_path / "p.csv").write_text("id,x\na,1\nb,2\n")
    found = read_points(["3", f"@{tmp_path / 'p.csv'}"], ["x"])
    assert found.coordinates.tolist() == [[3], [1], [2]]
    assert found.beside == ({}, {"id": "a"}, {"id": "b"})
    assert read_points(["3"], ["x"]).beside == ()
