"""Star colourings beside their definition, and what they read beside the matrix."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hesscli.elements.colouring import star_colouring


def star(n, pairs, colours):
    """Neighbours differ, and every path of four variables has three colours: the definition, path by path."""
    near = [{j for i, j in pairs if i == v} | {i for i, j in pairs if j == v} for v in range(n)]
    near = [others - {v} for v, others in enumerate(near)]
    edges = all(colours[i] != colours[j] for i in range(n) for j in near[i])
    paths = ((a, b, c, d) for b in range(n) for c in near[b] for a in near[b] - {c} for d in near[c] - {a, b})
    return edges and all(len({colours[v] for v in path}) > 2 for path in paths)


@st.composite
def patterns(draw):
    n = draw(st.integers(1, 11))
    places = [(i, j) for i in range(n) for j in range(i + 1)]
    chosen = draw(st.lists(st.sampled_from(places), unique=True, max_size=len(places)))
    return n, [(i, j) if draw(st.booleans()) else (j, i) for i, j in chosen]


def recovered(n, pairs):
    row, column = np.array(pairs, int).reshape(-1, 2).T
    found = star_colouring(n, row, column)
    numbers = np.arange(1.0, len(pairs) + 1) ** 0.5
    matrix = np.zeros((n, n))
    matrix[row, column] = matrix[column, row] = numbers
    np.testing.assert_array_equal(found.read(found.seeds @ matrix), numbers)
    return found


@settings(max_examples=250, deadline=None)
@given(patterns())
def test_every_colouring_is_a_star_colouring_and_gives_the_matrix_back(pattern):
    n, pairs = pattern
    found = recovered(n, pairs)
    assert star(n, pairs, found.colours.tolist()) or found.count == len({v for pair in pairs for v in pair})
    assert {v for pair in pairs for v in pair} == set(np.flatnonzero(found.colours >= 0).tolist())


@pytest.mark.parametrize("seed", range(4))
def test_larger_random_patterns_come_back(seed):
    rng = np.random.default_rng(seed)
    n = 120
    i, j = rng.integers(0, n, (2, 60 * (seed + 1)))
    pairs = sorted({(max(a, b), min(a, b)) for a, b in zip(i.tolist(), j.tolist(), strict=True)})
    assert star(n, pairs, recovered(n, pairs).colours.tolist())


@pytest.mark.parametrize(
    ("name", "n", "pairs", "count"),
    [
        ("nothing", 4, [], 0),
        ("a diagonal", 6, [(k, k) for k in range(6)], 1),
        ("an arrow", 50, [(0, k) for k in range(50)], 2),
        ("a path", 50, [(k, k + 1) for k in range(49)], 3),
        ("dense", 12, [(i, j) for i in range(12) for j in range(i)], 12),
        ("two shared ones", 40, [(s, k) for s in (0, 1) for k in range(2, 40)], 3),
    ],
)
def test_known_numbers_of_colours(name, n, pairs, count):
    assert recovered(n, pairs).count == count, name
