"""The examples in the package's own docstrings, run."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

from tests.imports import modules

WITH_EXAMPLES = [name for name, path in modules().items() if ">>> " in path.read_text()]
"""Only these are imported: TensorFlow and SymPy load for their own examples alone."""


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_of_a_module(name):
    failed, tried = doctest.testmod(import_module(name))
    assert tried
    assert not failed
