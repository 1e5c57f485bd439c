from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from scipy import io as matrices
from scipy import sparse

from hesscli.cli import app
from tests import schema

CHAIN = "Sum((x[i+1] - x[i]**2)**2, (i, 0, n-2))"


def run(capfdbinary, *arguments: str) -> tuple[int, bytes, str]:
    status = app.run(list(arguments))
    out, err = capfdbinary.readouterr()
    for line in out.splitlines():
        if line.startswith(b'{"schema": '):
            schema.check(json.loads(line))
    return status, out, err.decode()


def chain_lower(x):
    d = np.append(6 * x[:-1] ** 2 * 2 - 4 * x[1:], 0.0)
    d[1:] += 2
    return np.diag(d) + np.diag(-4 * x[:-1], -1)


def symmetric(lower):
    return lower + np.tril(lower, -1).T


def test_every_file_of_a_hessian_holds_the_same_matrix(capfdbinary, tmp_path):
    x = np.linspace(-1.2, 1, 30)
    np.save(tmp_path / "x.npy", x)
    asked = ("hessian", CHAIN, "--param", "n=30", "--at", f"x=@{tmp_path}/x.npy")
    for ending in ("npz", "mtx", "csv", "json"):
        assert run(capfdbinary, *asked, "-o", f"{tmp_path}/h.{ending}")[0] == 0
    expected = symmetric(chain_lower(x))
    stored = sparse.load_npz(tmp_path / "h.npz")
    np.testing.assert_allclose(stored.toarray(), expected, rtol=1e-14)
    assert (tmp_path / "h.mtx").read_text().startswith("%%MatrixMarket matrix coordinate real symmetric\n")
    np.testing.assert_array_equal(np.asarray(matrices.mmread(tmp_path / "h.mtx").todense()), stored.toarray())
    rows = np.loadtxt(tmp_path / "h.csv", delimiter=",", skiprows=1)
    np.testing.assert_array_equal(
        sparse.tril(stored).toarray()[rows[:, 0].astype(int), rows[:, 1].astype(int)], rows[:, 2]
    )
    told = json.loads((tmp_path / "h.json").read_text())
    schema.check(told)
    coo = told["hessian"]
    assert (coo["format"], coo["shape"], coo["nnz"], coo["triangle"]) == ("coo", [30, 30], 59, "lower")
    lower = sparse.coo_array((coo["data"], (coo["row"], coo["col"])), shape=(30, 30)).toarray()
    np.testing.assert_array_equal(symmetric(lower), stored.toarray())
    assert told["verdict"] == "agree"
    assert told["checked"]["value"] == {"checked": 1, "of": 1}


def test_entries_that_happen_to_be_zero_are_stored_all_the_same(capfdbinary, tmp_path):
    run(capfdbinary, "hessian", "Sum(x[i]**3*x[i+1], (i, 0, 2))", "--at", "x=zeros", "-o", f"{tmp_path}/h.npz")
    stored = sparse.load_npz(tmp_path / "h.npz")
    assert (stored.nnz, stored.has_canonical_format, abs(stored).max()) == (9, True, 0.0)


def test_vectors_go_to_files_of_vectors(capfdbinary, tmp_path):
    status, out, _ = run(capfdbinary, "gradient", "Sum(x[i]*x[i+1], (i, 0, 3))", "--at", "x=1:5:5", "-f", "csv")
    assert (status, out) == (0, b"variable,gradient\nx[0],2.0\nx[1],4.0\nx[2],6.0\nx[3],8.0\nx[4],4.0\n")
    status, out, _ = run(capfdbinary, "hvp", "Sum(x[i]**3, (i, 0, 2))", "--at", "1,2,3", "-v", "x=ones", "-f", "npy")
    assert (status, np.load(io.BytesIO(out)).tolist()) == (0, [6, 12, 18])
    status, _, _ = run(capfdbinary, "gradient", "Sum(x[i]**2, (i, 0, 2))", "--at", "x=zeros", "-o", f"{tmp_path}/g.npz")
    assert (status, np.load(tmp_path / "g.npz")["gradient"].tolist()) == (0, [0, 0, 0])


def test_a_table_says_sizes_extremes_checks_and_the_verdict(capfdbinary):
    status, out, err = run(capfdbinary, "hessian", CHAIN, "--param", "n=200", "--at", "x=-1.2:1:200")
    text = out.decode()
    assert (status, err) == (0, "")
    assert "variables  200" in text
    assert "Hessian    200 x 200, 598 nonzeros (1.5 %), symmetric" in text
    assert "H[x[i+1],x[i]] = -4*x[i]" in text
    assert "agree: tape and exact value share" in text
    assert "x[0], x[0]" in text


@pytest.mark.parametrize(("text", "bare"), [
    ("Sum(x[i]**2, (i, 0, 2))", True), ("1 + Sum(x[i]**2, (i, 0, 2)) + x[0]", True),
    ("3*Sum(x[i]**2, (i, 0, 2))", False), ("log(Sum(x[i]**2, (i, 0, 2)))", False), ("mean(x**2)", False),
])  # fmt: skip
def test_formulas_of_a_term_say_where_they_are_not_those_of_the_function(capfdbinary, text, bare):
    _, out, _ = run(capfdbinary, "hessian", text, "--at", "x=[0,0,1]")
    assert ("in every term\n" in out.decode(), "without what stands around the sum" in out.decode()) == (bare, not bare)


def test_columns_of_a_table_by_their_header(capfdbinary, tmp_path):
    (tmp_path / "m.csv").write_text("t,y,unused\n0,1.1,9\n1,2.9,9\n2,5.2,9\n3,6.8,9\n")
    status, out, _ = run(
        capfdbinary, "hessian", "mean((y - (w*t + b))**2)", "--data", f"{tmp_path}/m.csv", "--at", "w=1.94,b=1.09",
        "--standard-errors", "--json",
    )  # fmt: skip
    told = json.loads(out)
    assert (status, told["hessian"]["data"]) == (0, [2.0, 3.0, 7.0])
    assert told["blocks"] == {"b": None, "w": None}
    assert told["statistics"]["standard_errors"]["w"] == pytest.approx(np.sqrt(0.041 / 5))


def test_indices_from_data(capfdbinary, tmp_path):
    np.savez(tmp_path / "edges.npz", src=np.array([0, 1, 2]), dst=np.array([1, 2, 0]))
    status, out, _ = run(
        capfdbinary, "gradient", "Sum((x[src[e]] - x[dst[e]])**2, (e, 0, 2))", "--data", f"{tmp_path}/edges.npz",
        "--at", "x=[1,3,7]", "--json",
    )  # fmt: skip
    assert (status, json.loads(out)["gradient"]) == (0, [-16.0, -4.0, 20.0])


def test_a_plan_says_what_is_to_come_and_computes_nothing(capfdbinary):
    asked = ("hessian", CHAIN, "--param", "n=1000000", "--plan")
    status, out, _ = run(capfdbinary, *asked)
    assert status == 0
    assert "variables             1,000,000" in out.decode()
    assert "entries added         2,999,997" in out.decode()
    told = " ".join(out.decode().split())
    assert "999,999 terms as one batch in 8 steps; 2 variables a term, 3 second derivatives each" in told
    status, out, _ = run(capfdbinary, "hessian", "log(Sum(exp(x[i]), (i, 0, 99999)))", "--plan", "--json")
    plan = json.loads(out)["plan"]
    assert (status, plan["dense"]) == (0, 100_000 * 100_001 // 2)
    assert "kept as a product" in plan["strategy"][-1]


def test_what_does_not_fit_ends_before_it_begins(capfdbinary, monkeypatch):
    monkeypatch.setattr("hesscli.elements.plan.memory", lambda: 1 << 20)
    status, _, err = run(capfdbinary, "hessian", CHAIN, "--param", "n=1000000", "--at", "x=zeros")
    assert status == 4
    assert "and the machine has 0.000977 GiB; hvp needs no matrix" in err


def test_the_hessian_tells_eigenvalues_trace_and_solutions(capfdbinary):
    x = np.linspace(-1.2, 1, 30)
    asked = ("hessian", CHAIN, "--param", "n=30", "--at", "x=-1.2:1:30", "--top", "2", "--trace", "--diagonal")
    status, out, _ = run(capfdbinary, *asked, "--solve", "x=ones", "--newton-step", "--json")
    told = json.loads(out)
    hessian = symmetric(chain_lower(x))
    theta = np.linalg.eigvalsh(hessian)
    found = told["curvature"]
    assert status == 0
    assert found["eigenvalues"]["values"] == pytest.approx([*theta[:2], *theta[-2:]])
    assert found["trace"] == pytest.approx(np.trace(hessian))
    assert found["diagonal"] == pytest.approx(np.diag(hessian))
    assert found["solution"]["values"] == pytest.approx(np.linalg.solve(hessian, np.ones(30)))
    assert found["newton_step"]["values"] == pytest.approx(-np.linalg.solve(hessian, told["gradient"]))
    assert (found["definiteness"], found["negative"]) == ("indefinite", int((theta < 0).sum()))
    _, out, _ = run(capfdbinary, *asked, "--solve", "gradient")
    for words in (
        "definiteness: indefinite",
        "inverse times gradient",
        "off by at most",
        "none further out was missed",
    ):
        assert words in out.decode()


REFUSED = {
    ("hessian", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=ones", "--top", "1", "-f", "npz"): (
        2,
        "--top is answered as a table or as json, not npz",
    ),
    ("hessian", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=ones", "--solve", "1,2"): (2, "--solve: expected 4 numbers"),
    ("hessian", "x**2", "--at", "1", "--top", "1"): (2, "--top takes sums, not plain expressions"),
    ("hessian", "Sum(x[i], (i, 0, 10^12))", "--at", "x=zeros"): (4, "a sum of 1,000,000,000,001 terms"),
    ("hessian", "Sum(x[i]**2, (i, 0, 3))"): (2, "where? --at gives a value for x[4], e.g. --at x=zeros"),
    ("hessian", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=1:2:3"): (
        2,
        "x[i] is x[3] at i = 3, and x has the entries 0 to 2",
    ),
    ("hessian", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=1"): (2, "x is a vector of 4, and 1 is one number"),
    ("hessian", "Sum(x[i]**2, (i, 0, 3))", "--at", "y=1"): (2, "unknown variable 'y'; the variables are x"),
    ("hessian", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=ones", "--inverse"): (2, "--inverse takes plain expressions"),
    ("hessian", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=ones", "-f", "npy"): (
        2,
        "no form for a hessian of sums; take table, json, csv, npz or mtx",
    ),
    ("gradient", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=ones", "-f", "latex"): (
        2,
        "--format latex has no form for a gradient of sums",
    ),
    ("gradient", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=@nowhere.npy"): (2, "cannot read nowhere.npy"),
    ("gradient", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=ones", "--at", "1,2,3,4"): (
        2,
        "each of several points gives all coordinates, by name or by order",
    ),
    ("gradient", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=ones,x=zeros"): (2, "x is given twice"),
    ("hessian", "Sum(a*x[i]**2, (i, 0, 3))", "--at", "x=ones,a=0:1:3", "--top", "1"): (
        2,
        "--top takes one point, these are several",
    ),
    ("hessian", "Sum(a*x[i]**2, (i, 0, 3))", "--at", "x=ones,a=0:1:3", "-f", "mtx"): (
        2,
        "--format mtx holds one point; npz, csv and json hold several",
    ),
    ("gradient", "x**2 + y", "--at", "1,2", "--data", "m.csv"): (2, "cannot read m.csv"),
    ("hessian", "x**2", "--at", "1", "--plan"): (2, "--plan takes sums"),
    ("hessian", "x**2", "--at", "1", "--standard-errors"): (2, "--standard-errors takes sums over data"),
    ("methods", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=ones"): (2, "the commands that differentiate take sums"),
    ("taylor", "Sum(x[i]**2, (i, 0, 999))", "--at", "x=ones"): (4, "term by term, up to 500 terms; these are 1,000"),
    ("jacobian", "Sum(x[i]**2, (i, 0, 3))"): (2, "where? --at gives a value for x[4]"),
    ("gradient", "sum(x[0]**2 + x[1]**2)", "--at", "1,2"): (2, "this is one number already: leave sum away"),
    ("gradient", "Sum(Sum(x[i+j], (j, 0, i)), (i, 0, 3))", "--at", "x=1:5:5"): (
        2,
        "x[i+j] is x[5] at j = 2, i = 3, and x has the entries 0 to 4",
    ),
    ("gradient", "sum(x[i]**2)", "--at", "x=[1,2]"): (2, "Sum(body, (i, first, last)) lets it run"),
    ("hvp", "Sum(x[i]**2, (i, 0, 3))", "--at", "x=ones", "-v", "1,2"): (
        2,
        "--vector: expected 4 numbers for x[4], whose entries count from 0, got 2",
    ),
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_what_cannot_be_answered_is_refused(arguments, capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capfdbinary, *arguments)
    expected, words = REFUSED[arguments]
    assert (status, out) == (expected, b"")
    assert words in err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("t,y\n1,2\n2,nan\n", "line 3, column y: the number is 'nan'; expected a finite number"),
        ("t,y\n1,2\n2\n", "line 3: expected 2 fields, got 1"),
        ("t,y\n", "there is a header and no row"),
        ("", "the file is empty"),
        ("t,t\n1,2\n", "a column's name is given twice"),
        ("1,2\n3,4\n", "expected a header with the columns' names"),
    ],
)
def test_bad_data_is_told_by_line_and_column(content, words, capfdbinary, tmp_path):
    (tmp_path / "m.csv").write_text(content)
    status, _, err = run(capfdbinary, "gradient", "sum(y*w - t)", "--data", f"{tmp_path}/m.csv", "--at", "w=1")
    assert status == 2
    assert words in err


def test_a_dense_hessian_of_a_large_sum_is_refused_as_a_matrix_and_shown_in_parts(capfdbinary, tmp_path):
    asked = ("hessian", "Sum(x[i], (i, 0, n-1))**2", "--param", "n=5000", "--at", "x=zeros", "--exact", "off")
    status, _, err = run(capfdbinary, *asked, "-o", f"{tmp_path}/h.npz")
    assert (status, (tmp_path / "h.npz").exists()) == (4, False)
    assert "the Hessian is dense: 12,502,500 entries" in err
    status, out, _ = run(capfdbinary, *asked)
    assert status == 0
    assert "plus J^T C J of rank 1" in out.decode()
    status, out, _ = run(capfdbinary, *asked, "--json")
    assert (status, json.loads(out)["hessian"]["plus"]["middle"]) == (0, [[2.0]])


def test_a_batch_answers_sums_too(capfdbinary, tmp_path):
    lines = [
        {"id": 1, "command": "gradient", "expression": "Sum(x[i]**2, (i, 0, 2))", "at": {"x": [1, 2, 3]}},
        {"id": 2, "command": "gradient", "expression": "x**2", "at": [3]},
        {"id": 3, "command": "hvp", "expression": "Sum(x[i]**2, (i, 0, 2))", "at": "x=ones", "vector": [1, 0, 2]},
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    status, out, _ = run(capfdbinary, "batch", str(tmp_path / "r.jsonl"))
    first, second, third = map(json.loads, out.splitlines())
    assert status == 0
    assert (first["id"], first["gradient"]) == (1, [2.0, 4.0, 6.0])
    assert (second["id"], second["gradient"]) == (2, [6.0])
    assert (third["id"], third["hvp"]) == (3, [2.0, 0.0, 4.0])


def test_a_typed_out_chain_of_many_variables_is_answered_as_a_sum(capfdbinary, tmp_path):
    n = 250
    x = np.linspace(-1.2, 1, n)
    text = "+".join(f"(x{i + 1} - x{i}**2)**2" for i in range(n - 1))
    at = ",".join(map(repr, x.tolist()))
    status, out, err = run(capfdbinary, "hessian", text, "--at", at, "--json")
    told = json.loads(out)
    assert (status, err, told["verdict"], told["n"], told["terms"]) == (0, "", "agree", n, n - 1)
    assert told["notes"][0].startswith("250 variables are answered as a sum is, by 249 terms of 1 shape:")
    assert list(told["blocks"]) == [f"x{k}" for k in range(n)]
    coo = told["hessian"]
    lower = sparse.coo_array((coo["data"], (coo["row"], coo["col"])), shape=(n, n)).toarray()
    np.testing.assert_allclose(lower, chain_lower(x), rtol=1e-13, atol=1e-13)
    status, out, _ = run(capfdbinary, "hvp", text, "--at", at, "--vector", ",".join("1" * n), "-f", "npy")
    np.testing.assert_allclose(np.load(io.BytesIO(out)), symmetric(chain_lower(x)) @ np.ones(n), rtol=1e-11, atol=1e-11)


def test_five_thousand_variables_of_which_two_occur(capfdbinary):
    names = ",".join(f"x{k}" for k in range(5_000))
    at = ",".join(["2"] * 5_000)
    status, out, _ = run(capfdbinary, "hessian", "x3**2*x7", "--vars", names, "--at", at, "--json")
    told = json.loads(out)
    assert (status, told["verdict"], told["value"]) == (0, "agree", 8.0)
    assert (told["hessian"]["row"], told["hessian"]["col"], told["hessian"]["data"]) == ([3, 7], [3, 3], [4.0, 4.0])


def test_many_variables_from_standard_input_are_read_once(capfdbinary, monkeypatch):
    """Two points: a sweep is answered like any plain expression."""
    n = 200
    text = "+".join(f"x{i}**2" for i in range(n))
    rows = ("\n".join(",".join([str(k)] * n) for k in (1, 2)) + "\n").encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(rows)))
    status, out, _ = run(capfdbinary, "gradient", text, "--at", "-", "--json")
    assert (status, [json.loads(line)["value"] for line in out.splitlines()]) == (0, [200.0, 800.0])


def test_a_sum_that_is_right_for_data_nearby_says_so_as_a_plain_expression_does(capfdbinary):
    request = ("gradient", "Sum(cos(x[i]*1e3), (i, 0, 1))", "--at", "x=[3.141592653589793,6.283185307179586]")
    status, out, _ = run(capfdbinary, *request)
    text = " ".join(out.decode().split())
    assert (status, "right for data within 1 unit in the last place of those given, where both" in text) == (0, True)
    assert "share 0.0 digits" not in text
    status, out, _ = run(capfdbinary, *request, "--json")
    assert 0 < json.loads(out)["accuracy"]["units"] <= 1


LINE = "mean((y - (w*t + b))**2)"


@pytest.fixture
def line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.csv").write_text("t,name,y\n0,a,1\n1,b,3\n2,c,5\n3,d,7\n")
    t = np.arange(4.0)
    return lambda b, w: (np.mean((1 + 2 * t - w * t - b) ** 2), [2 * (b - 1) + 3 * (w - 2), 3 * (b - 1) + 7 * (w - 2)])


def test_ranges_and_columns_of_single_variables_are_points(capfdbinary, line):
    asked = ("hessian", LINE, "--data", "m.csv", "--at")
    status, out, _ = run(capfdbinary, *asked, "w=0:1:3,b=0:1:2", "--json")
    told = [json.loads(row) for row in out.splitlines()]
    assert (status, [one["point"] for one in told]) == (0, [[b, w] for b in (0, 1) for w in (0, 0.5, 1)])
    for one in told:
        assert (one["value"], one["gradient"]) == line(*one["point"])
        assert (one["hessian"]["data"], one["verdict"]) == ([2.0, 3.0, 7.0], "agree")
    with open("p.csv", "w") as points:
        points.write("w,b\n1,0\n2,1\n3,1\n")
    status, out, _ = run(capfdbinary, *asked, "@p.csv", "-f", "csv")
    rows = np.genfromtxt(io.StringIO(out.decode()), delimiter=",", names=True, deletechars="")
    assert (status, rows["b"].tolist(), rows["w"].tolist()) == (0, [0, 1, 1], [1, 2, 3])
    assert rows["f"].tolist() == [line(b, w)[0] for b, w in zip(rows["b"], rows["w"], strict=True)]
    status, _, _ = run(capfdbinary, *asked, "w=1,b=0", "--at", "1,2", "-o", "h.npz")
    assert status == 2
    status, _, _ = run(capfdbinary, *asked, "w=1,b=0", "--at", "b=1,w=2", "-o", "h.npz")
    found = np.load("h.npz")
    assert (status, found["points"].tolist()) == (0, [[0, 1], [1, 2]])
    assert found["hessian"].tolist() == [[[2, 3], [3, 7]]] * 2
    assert found["verdict"].tolist() == ["agree"] * 2


def test_a_table_of_points_has_a_row_each(capfdbinary, line):
    status, out, _ = run(capfdbinary, "gradient", LINE, "--data", "m.csv", "--at", "w=0:3:4,b=1", "--vars", "w,b")
    assert (status, "4 points: 4 ✓ agree" in out.decode()) == (0, True)


def test_vectors_at_several_points(capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("p.npz", x=np.array([[1.0, 2.0], [3.0, 4.0]]), a=np.array([1.0, 2.0]))
    (tmp_path / "p.jsonl").write_text('{"x": [1, 2], "a": 1}\n{"x": [3, 4], "a": 2}\n')
    for at in ("@p.npz", "@p.jsonl"):
        status, out, _ = run(capfdbinary, "gradient", "a*Sum(x[i]**2, (i, 0, 1))", "--at", at, "--json")
        assert status == 0
        assert [json.loads(row)["gradient"] for row in out.splitlines()] == [[5, 2, 4], [25, 12, 16]]


def test_what_may_be_a_vector_or_points_is_said(capfdbinary, line):
    status, out, _ = run(capfdbinary, "gradient", LINE, "--data", "m.csv", "--at", "w=0:3:4,b=1")
    told = " ".join(out.decode().split())
    assert (status, "w is taken for a vector of 4 entries, for the data have as many rows" in told) == (0, True)


def test_small_sums_have_derivatives_of_any_order(capfdbinary, line):
    status, out, _ = run(
        capfdbinary, "derivative", "Sum(i*x[i]**3, (i, 0, 2))", "--at", "1,2,3", "--wrt", "x[2],x[2]", "--json"
    )
    assert (status, json.loads(out)["derivative"]) == (0, 36.0)
    status, out, _ = run(capfdbinary, "taylor", LINE, "--data", "m.csv", "--at", "w=1,b=0", "--json")
    assert (status, json.loads(out)["taylor"]) == (0, [line(0, 1)[0], *line(0, 1)[1], 1.0, 3.0, 3.5])
    status, out, _ = run(capfdbinary, "jacobian", "sum(x**2)", "--at", "x=[1,2]", "--json")
    assert (status, json.loads(out)["jacobian"]) == (0, [2.0, 4.0])


def test_lengths_that_differ_are_told_with_their_files(capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("t.npy", np.arange(3.0))
    np.save("y.npy", np.arange(4.0))
    asked = ("gradient", "sum((y - w*t)**2)", "--data", "t=t.npy", "--data", "y=y.npy", "--at", "w=1")
    status, _, err = run(capfdbinary, *asked)
    assert (status, "y has 4 entries (y.npy) and t has 3 entries (t.npy)" in err) == (2, True)


def test_a_file_that_changes_while_it_is_read_gives_no_answer(capfdbinary, line, monkeypatch):
    states = iter([{"m.csv": (1, 1)}, {"m.csv": (1, 2)}])
    monkeypatch.setattr("hesscli.language.data.stamps", lambda _: next(states))
    status, out, err = run(capfdbinary, "gradient", LINE, "--data", "m.csv", "--at", "w=1,b=0")
    assert (status, out) == (2, b"")
    assert "--data m.csv: the file has changed while it was read" in err


def test_an_empty_sum_has_a_hessian_of_zeros(capfdbinary):
    status, out, _ = run(
        capfdbinary, "hessian", "Sum(x[i]**2, (i, 3, 1))", "--vars", "x[3]", "--at", "x=ones", "--json"
    )
    told = json.loads(out)
    assert (status, told["verdict"], told["hessian"]["nnz"]) == (0, "agree", 0)


def test_nothing_is_given_out_as_a_solution_that_is_none(capfdbinary):
    status, out, _ = run(capfdbinary, "hessian", "Sum(x[i], (i, 0, 1))**2", "--at", "x=ones", "--solve", "1,0")
    assert (status, "inverse times 1,0  none" in out.decode()) == (0, True)


def test_a_matrix_of_variables_has_the_names_of_its_entries_everywhere(capfdbinary, tmp_path):
    """The Hessian of sum((X W - Y)^2) is 2 X^T X (x) I, row by row."""
    x = np.array([[1.0, 2.0], [0.0, -1.0], [3.0, 0.5]])
    np.savez(tmp_path / "d.npz", X=x, Y=np.ones((3, 2)))
    asked = ("sum((X@W - Y)**2)", "--data", f"{tmp_path}/d.npz", "--at", "W=[[1,0],[0,1]]")
    status, out, _ = run(capfdbinary, "hessian", *asked, "--json")
    told = json.loads(out)
    assert (status, told["blocks"], told["point"]) == (0, {"W": [2, 2]}, [1, 0, 0, 1])
    coo = told["hessian"]
    lower = sparse.coo_array((coo["data"], (coo["row"], coo["col"])), shape=(4, 4)).toarray()
    np.testing.assert_allclose(symmetric(lower), np.kron(2 * x.T @ x, np.eye(2)), atol=1e-14)
    assert {tuple(one["by"]) for one in told["exact"]["entries"]} >= {("W[1,0]", "W[0,0]"), ("W[1,1]",)}
    text = run(capfdbinary, "hessian", *asked)[1].decode()
    assert "f(W[0..1,0..1]) = sum((X@W - Y)**2)" in text
    assert "H[W[1,0],W[0,0]]" in text
    gradient = (2 * x.T @ (x @ np.eye(2) - 1)).ravel().tolist()
    out = run(capfdbinary, "gradient", *asked, "-f", "csv")[1].decode()
    rows = list(csv.reader(out.splitlines()))[1:]
    assert [name for name, _ in rows] == ["W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]"]
    assert [float(number) for _, number in rows] == pytest.approx(gradient)
    status, out, _ = run(capfdbinary, "derivative", *asked, "--wrt", "W[0,1],W[1,1]", "--json")
    assert (status, json.loads(out)["derivative"]) == (0, pytest.approx(2 * x[:, 0] @ x[:, 1]))


def test_a_vector_of_sums_has_one_hessian_a_component(capfdbinary):
    """f1 = s^2 with s = sum x^3 has 2 ds ds^T + 2 s diag(6 x), f2 = x0 x1 has ones beside the diagonal."""
    x = np.array([1.0, 2.0, -1.0])
    asked = ("s = Sum(x[i]**3, (i, 0, 2)); [s**2, x[0]*x[1]]", "--at", "x=[1,2,-1]", "--json")
    status, out, _ = run(capfdbinary, "hessian", *asked)
    told = json.loads(out)
    slope, total = 3 * x**2, np.sum(x**3)
    first = 2 * np.outer(slope, slope) + 2 * total * np.diag(6 * x)
    assert (status, told["value"]) == (0, [64.0, 2.0])
    np.testing.assert_array_equal(told["hessian"][0], first)
    np.testing.assert_array_equal(told["hessian"][1], [[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    status, out, _ = run(capfdbinary, "jacobian", *asked)
    assert (status, json.loads(out)["jacobian"]) == (0, [(2 * total * slope).tolist(), [2.0, 1.0, 0.0]])


def test_a_vector_that_is_named_whole_has_a_jacobian(capfdbinary):
    status, out, _ = run(capfdbinary, "jacobian", "x@W", "--at", "x=[1,2],W=[[1,2],[3,4]]", "--json")
    told = json.loads(out)
    assert (status, told["variables"][:2], told["value"]) == (0, ["W[0,0]", "W[0,1]"], [7.0, 10.0])
    assert told["jacobian"] == [[1, 0, 2, 0, 1, 3], [0, 1, 0, 2, 2, 4]]


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("gradient", "[sum(x), x[0]]"), 2, "gradient needs a scalar expression; for [f1, f2, ...] use jacobian or"),
        (("hessian", "[sum(x), x[0]]", "--plan"), 2, "--plan takes one sum; ask for one component of the vector"),
        (("hessian", "[Sum(x[0]**i, (i, 0, 999)), x[1]]"), 4, "any number for one component"),
        (("hessian", "x@y*x", "--vars", "y[2],x[2]"), 2, "x is a vector: x[k] is one entry of it"),
        (("jacobian", "x*sum(x)", "--vars", "x[101]"), 4, "101 components: a vector is answered entry by entry, up to"),
    ],
)
def test_what_vectors_of_sums_are_not_asked(capfdbinary, arguments, status, told):
    found, _, err = run(capfdbinary, *arguments, "--at", "ones")
    assert (found, told in err) == (status, True), err


@pytest.mark.parametrize(("text", "at", "gradient"), [
    ("floor(x[0])*y", "x=[1.5],y=2", [0, 1]),  # TensorFlow gives None for a zero
    ("Sum(x[i]*max(w), (i, 0, 1))", "x=[1,2],w=[3]", [3, 3, 3]),  # the largest of one entry
])  # fmt: skip
def test_what_is_zero_or_alone_is_answered(capfdbinary, text, at, gradient):
    status, out, _ = run(capfdbinary, "gradient", text, "--at", at, "--json")
    told = json.loads(out)
    assert (status, told["verdict"], sorted(told["gradient"])) == (0, "agree", gradient)


def test_several_points_of_a_sum_are_rows_of_parquet(capfdbinary, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "p.parquet"
    asked = ("hessian", "Sum(a*x[i]^3, (i, 0, 1))", "-o", str(path))
    assert run(capfdbinary, *asked, "--at", "a=1:2:2,x=[1,2]")[0] == 0
    rows = parquet.read_table(path).to_pylist()
    # by hand: the second derivative by x[i] is 6 a x[i], the one by a and x[i] is 3 x[i]^2
    assert [[row["d2f/dx[1]^2"], row["d2f/dadx[1]"], row["verdict"]] for row in rows] == [
        [12, 12, "agree"],
        [24, 12, "agree"],
    ]
    path.unlink()
    status, _, err = run(capfdbinary, *asked, "--at", "a=1,x=[1,2]")
    assert (status, path.exists()) == (2, False)
    assert "parquet has no form for a hessian of sums at one point" in err
