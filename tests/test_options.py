"""Options: every field is checked, whichever door it came through."""

from __future__ import annotations

import numpy as np
import pytest

import hesscli
from hesscli import HesscliError, Options


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("digits", 0, "digits: expected a whole number from 1 to 10000, got 0"),
        ("digits", 10_001, "from 1 to 10000"),
        ("digits", 17.0, "a whole number"),
        ("digits", True, "a whole number"),
        ("exact", "ful", "exact: expected one of auto, full, sample, off, got 'ful'"),
        ("exact", None, "one of auto"),
        ("dtype", "float16", "dtype: expected one of float64, float32, got 'float16'"),
        ("method", "nestd", "method: expected one of nested, persistent"),
        ("method", 3, "one of nested"),
        ("time_limit", "a", "time.limit: expected a positive number, got 'a'"),
        ("time_limit", None, "a positive number"),
        ("rtol", np.nan, "a positive number"),
        ("rtol", np.inf, "a positive number"),
        ("step", 0, "step: expected a positive number, got 0"),
        ("atol", -1, "atol: expected a positive number or 0, got -1"),
        ("plain", "no", "plain: expected True or False, got 'no'"),
        ("explain", 1, "explain: expected True or False, got 1"),
    ],
)
def test_every_option_is_checked(name, value, expected):
    with pytest.raises(HesscliError, match=expected):
        Options(**{name: value})
    with pytest.raises(HesscliError, match=f"^{expected}" if expected.startswith(name) else expected) as problem:
        hesscli.hessian("x", at=1, **{name: value})
    assert "--" not in str(problem.value)


def test_what_fits_is_taken():
    assert Options(rtol=np.float64(1e-3), atol=0, digits=np.int64(30), time_limit=5, step=None).digits == 30
