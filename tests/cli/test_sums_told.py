"""What tables of sums say, in which words."""

from __future__ import annotations

import pytest

from hesscli.cli import app

CHAIN = "Sum((x[i+1] - a*x[i]^2)^2, (i, 0, 2))"


def told(capfdbinary, *arguments: str) -> tuple[int, str, str]:
    status = app.run(list(arguments))
    out, err = capfdbinary.readouterr()
    return status, out.decode(), err.decode()


@pytest.mark.parametrize("columns", [30, 60])
def test_both_witnesses_are_whole_however_narrow_the_page(columns, capfdbinary, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    status, out, _ = told(capfdbinary, "hvp", CHAIN, "--at", "x=[1,2,3,4],a=1/3", "--vector", "ones")
    assert status == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    # by hand: f = (5/3)^2 + (5/3)^2 + 1 = 59/9
    wide, narrow = ["f 6.55555555555555"], ["tape 6.55555555555555", "exact 6.55555555555555", "derivative by"]
    assert all(any(line.startswith(words) for line in lines) for words in (wide if columns == 60 else narrow))
    assert "(H v) x[3]" in out
    assert "…" not in out


def test_a_plan_counts_one_as_one(capfdbinary):
    _, out, _ = told(capfdbinary, "hessian", "sum(x^2)", "--vars", "x[5]", "--plan")
    assert "5 terms as one batch in 1 step; 1 variable a term, 1 second derivative each" in " ".join(out.split())


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("sum(x^2) - 9*x[0]^2", "indefinite, 1 of 3 eigenvalues negative; by all eigenvalues of the matrix"),
        ("(x[0]+x[1]+x[2])^2", "positive semidefinite up to rounding, 2 of 3 eigenvalues as good as zero; by all"),
        (
            "-(x[0]+x[1]+x[2])^2",
            "negative semidefinite up to rounding, 1 of 3 eigenvalues negative, 2 as good as zero; by",
        ),
        ("sum(x)", "definiteness: zero; by all entries of the matrix as computed"),
    ],
)
def test_what_the_signs_say_is_a_sentence(expression, words, capfdbinary):
    _, out, _ = told(capfdbinary, "hessian", expression, "--at", "x=[1,2,3]", "--exact", "off", "--newton-step")
    assert words in " ".join(out.split())
    assert "the Hessian is open" not in out


def test_a_function_of_many_names_is_shown_by_its_beginning(capfdbinary):
    names = [f"x{k}" for k in range(301)]
    typed = " + ".join(f"{name}^2" for name in names)
    at = ",".join(f"{name}=1" for name in names)
    _, out, _ = told(capfdbinary, "gradient", typed, "--vars", ",".join(names), "--at", at, "--exact", "off")
    first = " ".join(out.partition("\n\n")[0].split())  # folded where a page is
    assert first.startswith("f(x0, x1, x2, x3, x4, x5, x6, ..., x300) = x0")
    assert first.endswith(" ...")
    assert len(first) < 500


def test_a_bound_without_a_number_is_offered_the_length_of_the_data(capfdbinary, tmp_path):
    (tmp_path / "m.csv").write_text("y\n1\n2\n")
    asked = ("gradient", "Sum((y[i]-a)^2, (i, 0, n-1))", "--data", f"{tmp_path}/m.csv", "--at", "a=1")
    status, _, err = told(capfdbinary, *asked)
    assert status == 2
    assert "--param n=NUMBER gives it a value; len(y) is the number of rows" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("trace(W@W)", "--at", "W=[[1,2],[3,4]]"), "there is no trace of matrices; write the sum of its entries"),
        (("det(W)", "--at", "W=[[1,2],[3,4]]"), "there is no det of matrices; write the sum"),
        (("sum(x*w)", "--param", "x=[[1,2],[3,4]]", "--at", "w=1"), "--data takes a column or a matrix, as x=FILE"),
        (("sum(b^2)", "--at", "b=zeros(3)"), "--vars NAME[3], and zeros alone fills it"),
        (("sum(b^2)", "--at", "b=0,0,0"), "a vector stands in brackets: b=[0, 0, 0]"),
    ],
)
def test_what_is_typed_as_elsewhere_is_answered_by_how_it_is_typed_here(arguments, words, capfdbinary):
    status, out, err = told(capfdbinary, "gradient", *arguments)
    assert (status, out) == (2, "")
    assert words in " ".join(err.split())


@pytest.mark.parametrize(("more", "said"), [((), True), (("--quiet",), False)])
def test_a_person_at_a_terminal_is_told_which_file_stands(more, said, capfdbinary, tmp_path, monkeypatch):
    monkeypatch.setattr("hesscli.cli.terminal.watched", lambda show: not show.quiet)
    path = tmp_path / "g.csv"
    status, out, err = told(capfdbinary, "gradient", "sum(x^2)", "--at", "x=[1,2]", "-o", str(path), *more)
    assert (status, out) == (0, "")
    assert (f"hesscli: wrote {path}, {path.stat().st_size:,} bytes" in err) is said
    path.unlink()
    status, _, err = told(capfdbinary, "gradient", "sum(x^2", "--at", "x=[1,2]", "-o", str(path), *more)
    assert (status, "wrote" in err) == (2, False)
