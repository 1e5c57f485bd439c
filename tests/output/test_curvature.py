"""The curvature in words and in JSON."""

from dataclasses import replace

from hesscli.output.curvature import curvature_lines, fields
from hesscli.output.json import to_dict
from hesscli.output.page import Page
from hesscli.request import Request
from hesscli.result.curvature import Critical, Curvature
from tests.output.results import MAIN, vector

FOUND = Curvature(
    eigenvalues=("-0.41421356237309505", "2.4142135623730950"),
    proven=True,
    definiteness="indefinite",
    critical=Critical("saddle point", True, ("1.0000000000000001", "2")),
    determinant="-1",
    inverse=(("0", "1"), ("1", "-2")),
    eigenvectors=(("0.38268343236508977", "-0.92387953251128676"), None),
    newton_step=("-1", None),
)
TOLD = replace(
    MAIN,
    request=Request("hessian", further=("inverse", "eigenvectors", "determinant", "newton_step")),
    curvature=(FOUND,),
)


def drawn(result) -> str:
    return Page(80).draw(*curvature_lines(result, Page(80)))


def test_what_was_found_in_words():
    text = drawn(TOLD)
    for part in (
        "eigenvalues  -0.414213562373, 2.41421356237",
        "indefinite: curves up in some directions and down in others",
        "critical point: saddle point\n",
        "determinant  -1",
        "Newton step  -1, ?",
        "inverse",
        "-0.92388",
    ):
        assert part in text
    assert "condition" not in text


def test_a_critical_point_beside_the_point_is_placed_and_an_open_kind_is_said_to_be_open():
    beside = replace(FOUND, critical=Critical("local minimum", True, ("1.0000000000000007", "2")))
    assert "critical point: local minimum at x0 = 1.0000000000000007, x1 = 2" in drawn(
        replace(TOLD, curvature=(beside,))
    )
    unknown = replace(FOUND, critical=Critical("open", False, ("1", "2")))
    assert "critical point: whether it is a minimum, a maximum or neither is open" in drawn(
        replace(TOLD, curvature=(unknown,))
    )


def test_numbers_at_the_top_and_decimal_strings_under_exact():
    obj = to_dict(replace(TOLD, exact=replace(MAIN.exact, curvature=(FOUND,))))
    assert obj["eigenvalues"] == [-0.41421356237309505, 2.414213562373095]
    assert obj["definiteness"] == "indefinite"
    assert obj["critical"] == {"kind": "saddle point", "proven": True, "where": ["1.0000000000000001", "2"]}
    assert obj["inverse"] == [[0.0, 1.0], [1.0, -2.0]]
    assert obj["eigenvectors"] == [[0.38268343236508977, -0.9238795325112867], None]
    assert "condition" not in obj
    assert obj["exact"]["curvature"]["eigenvalues"] == ["-0.41421356237309505", "2.4142135623730950"]
    assert obj["exact"]["curvature"]["proven"] is True


def test_a_vector_has_one_entry_a_component():
    assert fields(vector()) == {
        "eigenvalues": [[-1.0, 1.0], [0.0, 0.0]],
        "definiteness": ["indefinite", "zero"],
        "critical": [None, None],
    }
    assert "eigenvalues of f2  0, 0" in drawn(vector())


def test_nothing_known_is_null():
    assert fields(replace(MAIN, curvature=())) == {"eigenvalues": None, "definiteness": None, "critical": None}
