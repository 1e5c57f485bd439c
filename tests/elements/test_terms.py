"""Sums of blocks whose terms cancel: judged entry by entry."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from hesscli.elements.forms import BlockSum
from hesscli.elements.found import Found
from hesscli.elements.terms import cancelled
from hesscli.options import Tolerance

P, ROWS = 40, 1000


def judged(tiny, decided=()):
    """A Gram matrix of P columns of length 1, all at 60 degrees but the pairs that are given."""
    matrix = np.full((P, P), 0.5) + 0.5 * np.eye(P)
    for (i, j), number in tiny.items():
        matrix[i, j] = matrix[j, i] = number
    found = Found(hessian=sparse.csr_array(np.tril(matrix)), weights={0: 1.0})
    block = BlockSum("hessian", (0, 0), np.arange(P), np.arange(P))
    block.add(matrix, np.ones(P), np.ones(P), ROWS)
    found.blocks = {0: [block]}
    return cancelled(found, {(0, (0, 0)): 2.0**-53}, Tolerance(1e-6, 0.0), set(decided))


def test_one_tiny_entry_leaves_the_others_what_they_are():
    lost, rare = judged({(3, 7): 1e-9})
    assert lost == {}
    assert rare[0].startswith("hessian[7,3], and no other entry: terms of size up to 1 together leave 1e-09")
    lost, rare = judged({(3, 7): 1e-9, (1, 2): -1e-10})
    assert (lost, "hessian[2,1], and 1 more like it" in rare[0]) == ({}, True)


@pytest.mark.parametrize("tiny", [{}, {(3, 7): 1e-3}])
def test_what_keeps_its_digits_is_not_spoken_of(tiny):
    assert judged(tiny) == ({}, [])


def test_an_entry_that_was_proven_is_known():
    assert judged({(3, 7): 1e-9}, [("hessian", (7, 3))]) == ({}, [])


def test_many_of_them_leave_the_quantity_unchecked():
    lost, rare = judged({(0, k): 1e-9 for k in range(1, 20)})
    assert rare == []
    assert lost["hessian"].startswith("hessian[1,0]: terms of size up to 1 together leave 1e-09")


def test_an_error_beside_the_largest_entry_leaves_it_unchecked():
    found = Found(hessian=sparse.csr_array(np.tril(np.full((P, P), 1e-12))), weights={0: 1.0})
    block = BlockSum("hessian", (0, 0), np.arange(P), np.arange(P))
    block.add(np.full((P, P), 1e-12), np.ones(P), np.ones(P), ROWS)
    found.blocks = {0: [block]}
    assert set(cancelled(found, {(0, (0, 0)): 2.0**-53}, Tolerance(1e-6, 0.0), set())[0]) == {"hessian"}
