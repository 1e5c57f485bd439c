"""What arrives of an answer in another process."""

import copy
import pickle
from dataclasses import fields

import pytest

from hesscli.result import PASSED, Accuracy, DecimalNumber, Decimals, ExactAnswer, Texts
from hesscli.result.passing import reducer


@pytest.mark.parametrize("kind", PASSED, ids=lambda kind: kind.__name__)
def test_every_class_is_called_with_all_that_its_fields_hold(kind):
    assert len(fields(kind)) > 1
    assert all(field.init and not field.kw_only for field in fields(kind))
    assert reducer(kind)(kind(*range(len(fields(kind)))))[1] == tuple(range(len(fields(kind))))


def test_fields_arrive_and_what_is_computed_from_them_stays():
    third = Decimals((2,), (DecimalNumber("0.333", 1 / 3), None))
    assert third.double[0] == 1 / 3
    given = ExactAnswer({"value": third}, proven=True, status="ok", notes=("a note",))
    arrived = pickle.loads(pickle.dumps(given))
    assert arrived == given
    assert "double" in vars(third)
    assert not {"double"} & vars(arrived.values["value"]).keys()
    assert arrived.values["value"].double[0] == 1 / 3
    assert copy.deepcopy(Accuracy(1.0, 2.0, 3.0)) == Accuracy(1.0, 2.0, 3.0)
    assert type(pickle.loads(pickle.dumps(Texts((), ("x",))))) is Texts
