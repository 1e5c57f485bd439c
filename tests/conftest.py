"""One exact side for the tests of a file."""

from __future__ import annotations

import pytest

from hesscli import exact


@pytest.fixture(scope="module")
def session():
    with exact.Session(time_limit=30) as running:
        yield running
