"""Hand-written derivatives: right ones pass, and the classic slips are named."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hesscli import exact
from hesscli.check import check, relative_errors
from hesscli.claims import read_claim
from hesscli.compute import Options
from hesscli.errors import HesscliError, NoAnswerError
from hesscli.language.syntax import parse


@pytest.fixture(scope="module")
def session():
    with exact.Session(time_limit=30) as running:
        yield running


def run(session, text, *, at=None, **claims):
    program = parse(text)
    read = {name: read_claim(claim, f"--{name}", program.variables, {}) for name, claim in claims.items()}
    return check(program, read, None if at is None else np.array([at], dtype=float), Options(), session=session)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("x**4 + y**2", {"hessian": "[[12*x**2, 0], [0, 2]]"}),
        ("x*sin(y)", {"gradient": "[sin(y), x*cos(y)]", "hessian": "[[0, cos(y)], [cos(y), -x*sin(y)]]"}),
        ("log(x)", {"gradient": "[1/x]"}),
        ("sqrt(x*(1-x))", {"gradient": "[(1-2*x)/(2*sqrt(x*(1-x)))]"}),
        ("[x*y, x**2]", {"jacobian": "[[y, x], [2*x, 0]]"}),
        ("acosh(x)", {"gradient": "[1/sqrt(x**2 - 1)]"}),
    ],
)
def test_right_ones_are_right_at_random_points_of_the_domain(session, text, claims):
    report = run(session, text, **claims)
    assert report.right
    assert len(report.points) == 5
    assert not report.notes


@pytest.mark.parametrize(
    ("text", "claim", "index", "slip"),
    [
        ("x*sin(y)", "[-sin(y), x*cos(y)]", 0, "the sign"),
        ("x**2*y", "[4*x*y, x**2]", 0, "a constant factor: 2 times"),
        ("x**2*y/3", "[2*x*y, x**2/3]", 0, "a constant factor: 3 times"),
        ("x**2*y", "[x*y, x**2]", 0, "a constant factor: 1/2 times"),
        ("x**2 + 3*x + y", "[2*x, 1]", 0, "off by a constant: -3"),
        ("x**2*y", "[x**2, 2*x*y]", 0, "the right one for entry [1]"),
        ("x*y", "[0, x]", 0, "missing: it is not zero"),
        ("x**2 + y - y", "[2*x, y]", 1, "it is zero"),
        ("exp(x*y)", "[exp(x*y), x*exp(x*y)]", 0, ""),
        ("x + y", "[1/(x-x), 1]", 0, "not a finite number"),
        ("x**2*y", "[pi*x*y, x**2]", 0, "a constant factor: 1.5708 times"),
    ],
)
def test_slips_have_names(session, text, claim, index, slip):
    report = run(session, text, gradient=claim)
    assert not report.right
    assert not report.entries[index].right
    assert report.entries[index].slip.startswith(slip)
    assert bool(report.entries[index].slip) is bool(slip)


@pytest.mark.parametrize(
    ("text", "claims", "note"),
    [
        ("x**2*y", {"gradient": "[-2*x*y, -x**2]"}, "every entry has the wrong sign"),
        ("x**2*y", {"gradient": "[4*x*y, 2*x**2]"}, "every entry is 2 times"),
        ("[x*y, x**2]", {"jacobian": "[[y, 2*x], [x, 0]]"}, "transposed"),
        ("x**2*y", {"hessian": "[[2*y, x], [2*x, 0]]"}, "not symmetric"),
    ],
)
def test_slips_of_the_whole_array_have_names(session, text, claims, note):
    report = run(session, text, **claims)
    assert any(note in line for line in report.notes), report.notes


def test_the_worst_point_is_shown(session):
    report = run(session, "x**3", at=[2], gradient="[11]")
    (entry,) = report.entries
    assert (entry.given, entry.exact, entry.point) == (11, "12", (2,))
    assert entry.error == pytest.approx(1 / 12)
    assert entry.formula == "3*x**2"


def test_a_point_without_a_derivative_is_no_answer(session):
    with pytest.raises(NoAnswerError, match="nothing to compare with"):
        run(session, "abs(x)", at=[0], gradient="[1]")
    with pytest.raises(NoAnswerError, match="no random point"):
        run(session, "log(-x**2 - 1)", gradient="[1]")


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("x*y", {"gradient": "[y]"}),
        ("x*y", {"hessian": "[y, x]"}),
        ("[x, y]", {"jacobian": "[[1, 0]]"}),
        ("x*y", {"hessian": "[[[1]]]"}),
    ],
)
def test_the_shape_must_fit(session, text, claims):
    with pytest.raises(HesscliError, match="expected") as caught:
        run(session, text, **claims)
    assert caught.value.code == "shape"


def test_errors_are_relative_to_the_entry_or_to_the_largest():
    given, true = np.array([[2.0, 0.5]]), np.array([[4.0, 0.0]])
    assert relative_errors(given, true).tolist() == [[0.5, 0.125]]


def claim(text, variables=("x", "y")):
    return read_claim(text, "--hessian", variables, {})


def test_files(tmp_path):
    matrix = [[2.0, 1.0], [1.0, 0.5]]
    np.save(tmp_path / "h.npy", np.array(matrix))
    (tmp_path / "h.json").write_text(json.dumps({"hessian": [["x", 1], [1, "x/2"]]}))
    (tmp_path / "h.csv").write_text('"2*x","atan2(x, y)"\n1,0.5\n')
    (tmp_path / "h.txt").write_text("[[2*x, max(x, y)],\n [1, 0.5]]\n")
    for name in ("h.npy", "h.json", "h.csv", "h.txt"):
        for text in (str(tmp_path / name), f"@{tmp_path / name}"):
            assert claim(text).shape == (2, 2)
    assert claim(str(tmp_path / "h.csv")).text((0, 1)) == "atan2(x, y)"
    (tmp_path / "g.csv").write_text("1\n2\n3\n")
    assert claim(str(tmp_path / "g.csv")).shape == (3,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[",
        "[]",
        "[[1, 2], [3]]",
        "[1, [2]]",
        "[[1, 2]",
        "[1, 2]]",
        "[1, , 2]",
        "[1 [2]]",
        "[z]",
        "[sn(x)]",
        "[__import__('os')]",
        "@missing.json",
        "[(x, y)]",
        "[[1, 2]] + 3",
        "[x > 1]",
    ],
)
def test_what_is_no_claim_is_refused(text):
    with pytest.raises(HesscliError):
        claim(text)


def test_files_that_are_no_claim(tmp_path):
    for name, data in (
        ("a.json", b"{"),
        ("b.json", b'{"x": 1}'),
        ("c.json", b"[true]"),
        ("d.npy", b"no"),
        ("e.csv", b"\xff\xfe"),
        ("f.txt", b"\x00"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(HesscliError):
            claim(str(tmp_path / name))
    np.save(tmp_path / "objects.npy", np.array([None]), allow_pickle=True)
    with pytest.raises(HesscliError):
        claim(str(tmp_path / "objects.npy"))
