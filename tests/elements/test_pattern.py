from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hesscli.elements.evaluate import evaluate_sum
from hesscli.elements.found import How
from hesscli.elements.pattern import added, counted, even, pattern
from hesscli.elements.prepared import prepared
from hesscli.language.programs.reading import read_program
from hesscli.language.programs.spans import Declarations

N = 6
lower = st.tuples(st.integers(0, N - 1), st.integers(0, N - 1)).map(lambda p: (max(p), min(p)))
PLACES = st.lists(
    st.one_of(
        st.tuples(st.just(True), st.lists(st.integers(0, N - 1).map(lambda i: (i, i)), max_size=8)),
        st.tuples(st.just(False), st.lists(lower, max_size=12)),
    ),
    max_size=4,
)


@given(PLACES, st.integers(0, 2**32 - 1))
def test_random_places_with_duplicates_make_the_dense_matrix(drawn, seed):
    """The slow twin: every number is added into a dense matrix, one after the other."""
    places = [(np.array([i for i, _ in one], int), np.array([j for _, j in one], int)) for _, one in drawn]
    made = pattern(N, [(i, None if own else j) for (own, _), (i, j) in zip(drawn, places, strict=True)])
    data, dense = np.zeros(len(made.indices)), np.zeros((N, N))
    generator = np.random.default_rng(seed)
    for (i, j), spots in zip(places, made.spots, strict=True):
        values = generator.integers(-9, 10, len(i)).astype(float)  # whole: the order of addition does not matter
        added(data, spots, values)
        np.add.at(dense, (i, j), values)
    matrix = made.matrix(data)
    matrix.check_format(full_check=True)
    assert (matrix.toarray() == dense).all()
    distinct = {place for _, one in drawn for place in one}
    assert matrix.nnz == len(distinct)  # no entry more, none less, zeros among them
    sorted_in_rows = [matrix.indices[a:b].tolist() for a, b in zip(matrix.indptr, matrix.indptr[1:], strict=False)]
    assert all(row == sorted(set(row)) for row in sorted_in_rows)


@given(st.lists(st.integers(0, 9), max_size=40))
def test_counting_sorts_as_a_stable_sort_does(keys):
    assert counted(np.array(keys, int), 10).tolist() == np.argsort(np.array(keys, int), kind="stable").tolist()


def test_evenly_spaced_positions_are_a_slice_and_others_are_not():
    assert even(np.array([3, 5, 7])) == slice(3, 8, 2)
    for other in ([3, 5, 8], [3, 3, 3], [5, 4, 3], [3], []):
        assert isinstance(even(np.array(other, int)), np.ndarray)


def test_what_is_done_with_one_matrix_leaves_the_next_one_alone():
    """The pattern is kept with the program; its copies may be changed in place."""
    program = read_program("Sum(x[i]**3*x[i+1]**3, (i, 0, 8))", Declarations())
    first = evaluate_sum(program, np.zeros(10), "hessian", How()).hessian
    first.eliminate_zeros()
    assert first.nnz == 0
    x = np.arange(1.0, 11.0)
    second = evaluate_sum(program, x, "hessian", How()).hessian
    assert second[1, 0] == 9 * x[0] ** 2 * x[1] ** 2
    assert prepared(program) is prepared(program)
    assert second.nnz == 19


def test_long_sums_on_columns_are_those_of_points(monkeypatch):
    text = "Sum(exp(x[g[i]]*t[i]) + a*x[i]**2*x[g[i]] + a**2, (i, 0, n-1))"
    generator = np.random.default_rng(3)
    n = 31_000
    data = {"g": generator.integers(0, n, n), "t": generator.normal(size=n)}
    x = np.append(2.0, generator.normal(size=n))
    answers = {}
    for least in (30_000, 10**9):  # compiled on columns, or eagerly on points
        monkeypatch.setattr("hesscli.tape.columns.COMPILE_FROM", least)
        program = read_program(text, Declarations({"n": float(n)}, data, {"x": n}))
        answers[least] = evaluate_sum(program, x, "hessian", How())
    one, other = answers.values()
    np.testing.assert_allclose(one.gradient, other.gradient, rtol=1e-12, atol=1e-9)
    assert (one.hessian.indices == other.hessian.indices).all()
    np.testing.assert_allclose(one.hessian.data, other.hessian.data, rtol=1e-11, atol=1e-11)
