"""Strict JSON by the contract."""

import json
import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hesscli.output.json import line, to_dict
from hesscli.output.strict import strict
from hesscli.request import Request
from hesscli.result import Accuracy, TapeAnswer
from tests.output.results import MAIN, exactly, main, scalar, vector

KEYS = [
    *(
        "schema",
        "command",
        "expression",
        "parsed",
        "variables",
        "point",
        "dtype",
        "method",
        "value",
        "gradient",
        "hessian",
    ),
    *("verdict", "verdicts", "notes", "tape", "exact", "accuracy", "eigenvalues", "definiteness", "critical"),
    *("seconds", "versions"),
]


def loads(text: str):
    def refuse(word):
        raise AssertionError(f"{word} is not strict JSON")

    return json.loads(text, parse_constant=refuse)


def test_the_main_job_is_the_object_of_the_contract():
    found = loads(line(MAIN))
    assert list(found) == KEYS
    assert found["schema"] == "hesscli/1"
    assert found["hessian"] == [[2.0, 1.0], [1.0, 0.0]]
    assert found["exact"] == {
        "value": "3",
        "gradient": ["4", "1"],
        "hessian": [["2", "1"], ["1", "0"]],
        "formulas": {"gradient": ["2*x0 + x1", "x0"], "hessian": [["2", "1"], ["1", "0"]]},
        "proven": True,
    }
    hessian = [[2.0, 1.0], [1.0, 0.0]]
    assert found["tape"] == {"value": 3.0, "gradient": [4.0, 1.0], "hessian": hessian, "repaired": []}
    assert found["verdicts"] == {"value": "agree", "gradient": "agree", "hessian": "agree"}
    assert found["accuracy"] == {"max_abs": 0.0, "max_rel": 0.0, "digits": 15.95}
    assert found["verdict"] == "agree"
    assert found == MAIN.to_dict() == to_dict(MAIN)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_every_double_survives_and_the_others_are_words(x):
    answer = loads(line(scalar(x, None)))
    found = answer["tape"]["derivative"]
    assert answer["derivative"] == (None if math.isnan(x) else found)
    if math.isfinite(x):
        assert struct.pack("d", found) == struct.pack("d", x)
    else:
        assert found == ("nan" if math.isnan(x) else "inf" if x > 0 else "-inf")


def test_a_hole_is_null_and_nan_is_nan():
    hole, nan = loads(line(scalar(None, "5"))), loads(line(scalar(math.nan, "5")))
    assert (hole["tape"]["derivative"], nan["tape"]["derivative"]) == (None, "nan")
    assert hole["derivative"] == nan["derivative"] == 5


def test_the_numbers_at_the_top_are_the_ones_to_use():
    assert loads(line(scalar(7.0, "5")))["derivative"] == 5
    assert loads(line(scalar(7.0, "nan")))["derivative"] is None
    assert loads(line(scalar(7.0, None)))["derivative"] == 7
    assert loads(line(scalar(7.0, "1e400")))["derivative"] == "inf"


def test_the_units_of_a_backward_error_are_told():
    assert loads(line(main(accuracy=Accuracy(1e-16, 2.0, -0.3, 0.5))))["accuracy"]["units"] == 0.5


def test_what_was_not_computed_is_null():
    found = loads(line(main(tape=None, exact=None, accuracy=None, formulas={})))
    assert [found[key] for key in ("value", "gradient", "hessian", "exact", "accuracy")] == [None] * 5


def test_infinite_errors_are_words():
    found = loads(line(main(accuracy=Accuracy(math.inf, math.inf, -math.inf))))
    assert found["accuracy"] == {"max_abs": "inf", "max_rel": "inf", "digits": "-inf"}


def test_float32_numbers_read_back_as_the_same_float32():
    tape = TapeAnswer({"value": np.float32(0.1), "gradient": np.array([1 / 3, 2], np.float32)}, {})
    found = loads(line(main(request=Request("gradient"), tape=tape, dtype="float32")))
    assert np.float32(found["tape"]["gradient"][0]) == np.float32(1 / 3)


def test_a_vector_has_a_jacobian_instead_of_a_gradient():
    found = loads(line(vector()))
    assert found["jacobian"] == [[3.0, 2.0], [1.0, 0.0]]
    assert "gradient" not in found
    assert len(found["hessian"]) == 2


def test_a_derivative_says_which():
    found = loads(line(main(request=Request("derivative", wrt=(0, 0, 1)))))
    assert (found["order"], found["wrt"]) == (3, ["x0", "x0", "x1"])
    found = loads(line(main(request=Request("hvp", vector=(1.0, math.inf)))))
    assert found["vector"] == [1.0, "inf"]


def test_one_sided_values_have_names():
    exact = exactly({"value": "0"}, True, "not-differentiable", one_sided={"gradient[0]": ("-1", "1")})
    found = loads(line(main(exact=exact)))
    assert found["exact"]["one_sided"] == {"gradient[0]": {"left": "-1", "right": "1"}}


@pytest.mark.parametrize("name", [7, "a", 0, [1], None])
def test_an_id_comes_second(name):
    found = loads(line(MAIN, request_id=name))
    assert list(found)[1] == ("command" if name is None else "id")
    assert found.get("id") == name


def test_unknown_things_have_no_place():
    with pytest.raises(TypeError, match="set"):
        strict({1})


def test_text_that_is_no_utf8_becomes_json_all_the_same():
    assert loads(line(main(expression="x\udcff")).decode())["expression"] == "x\udcff"
