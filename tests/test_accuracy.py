"""The one home of relative errors."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np

import hesscli
from hesscli.accuracy import digits, normwise_error, relative_errors, scales, smallest_normal, unit_roundoff


def test_an_exact_zero_is_measured_by_what_stands_beside_it():
    assert relative_errors(np.array(1e-8), np.array(0.0), largest=100.0) == 1e-10
    assert relative_errors(np.array([1e-8, 50.0]), np.array([0.0, 100.0])).tolist() == [1e-10, 0.5]
    assert relative_errors(np.array(1e-8), np.array(0.0)) == 1e-8


def test_what_is_no_number_shares_no_digit():
    for given in (math.nan, math.inf):
        assert digits(float(relative_errors(np.array(given), np.array(1.0)))) == -math.inf


def test_below_the_normal_numbers_errors_are_absolute():
    assert scales(np.array(5e-324), "float64") == smallest_normal("float64") == 2.0**-1022
    assert smallest_normal("float32") == 2.0**-126
    assert unit_roundoff("float32") == 2.0**-24


def test_arrays_as_a_whole():
    assert normwise_error(np.array([1.0, math.nan, 4.0]), np.array([1.0, 7.0, 8.0])) == 0.5
    assert normwise_error(np.array([1e-3]), np.array([0.0])) == 1e-3
    assert math.isnan(normwise_error(np.array([math.nan]), np.array([1.0])))


def test_no_other_file_has_limits_for_each_dtype():
    pair = re.compile(r'"float64": *[0-9.e-]+, *"float32": *[0-9.e-]+')
    root = Path(hesscli.__file__).parent
    found = {path.name for path in root.rglob("*.py") if pair.search(path.read_text())}
    assert found == {"accuracy.py", "options.py"}  # the default of --rtol stands with the other defaults
