"""CSV, NPZ, NPY, Matrix Market and LaTeX, read back by others where others can read them."""

import csv
import io
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from hesscli.errors import HesscliError
from hesscli.output import csv as csv_format
from hesscli.output import formats, latex, mtx, npy, npz
from hesscli.output.entries import entries, notation
from hesscli.output.formats import ENDINGS, Format
from hesscli.output.page import Page
from hesscli.output.render import render
from hesscli.request import Request
from hesscli.result import TapeAnswer, Verdict
from hesscli.result.stack import stacked
from tests.language.maths import check
from tests.output.results import MAIN, exactly, large, main, scalar, vector

NO_GRADIENT = {"value": Verdict.AGREE, **dict.fromkeys(("gradient", "hessian"), Verdict.NOT_DIFFERENTIABLE)}
BAD = main(point=(0.0, 0.0), verdict=Verdict.NOT_DIFFERENTIABLE, verdicts=NO_GRADIENT, notes=("a, kink", 'and "more"'))


def read_csv(results):
    return list(csv.DictReader(io.StringIO(b"".join(csv_format.render(results)).decode())))


def test_a_csv_row_a_point_with_both_witnesses_and_the_verdict():
    first, second = read_csv([MAIN, BAD])
    assert first["x0"] == "1"
    assert first["d2f/dx0dx1"] == first["d2f/dx1dx0"] == "1"
    assert first["exact d2f/dx0^2"] == "2"
    assert (first["verdict"], first["digits"]) == ("agree", "15.95")
    assert (second["verdict"], second["notes"]) == ("not-differentiable", 'a, kink; and "more"')


def test_csv_tells_nan_from_what_is_missing():
    (row,) = read_csv([scalar(math.nan, None)])
    assert row["d2f/dx^2"] == "nan"
    (row,) = read_csv([scalar(None, "5")])
    assert row["tape d2f/dx^2"] == ""
    assert row["d2f/dx^2"] == row["exact d2f/dx^2"] == "5"


def test_csv_columns_do_not_hang_on_the_first_row():
    silent = main(tape=None, exact=exactly({}, False, "unchecked"), verdict=Verdict.UNCHECKED)
    first, second = read_csv([silent, main(tape=None)])
    assert first["exact d2f/dx0^2"] == ""
    assert second["exact d2f/dx0^2"] == "2"
    assert read_csv([silent])[0]["verdict"] == "unchecked"


def test_csv_of_no_results_is_empty():
    assert read_csv([]) == []


def test_every_csv_column_has_a_name_of_its_own():
    for result in (MAIN, vector(), large(5), main(request=Request("derivative", order=3))):
        header = next(iter(csv_format.render([result]))).decode()
        names = next(csv.reader([header]))
        assert len(names) == len(set(names))


def test_npz_holds_all_of_it():
    stream = io.BytesIO()
    npz.write([stacked([MAIN, BAD])], 2, stream)
    with np.load(io.BytesIO(stream.getvalue()), allow_pickle=False) as found:
        assert found["hessian"].shape == found["tape_hessian"].shape == (2, 2, 2)
        assert found["points"].tolist() == [[1, 2], [0, 0]]
        assert found["variables"].tolist() == ["x0", "x1"]
        assert found["verdict"].tolist() == ["agree", "not-differentiable"]
        assert found["value"].tolist() == [3, 3]


def test_npy_of_one_point_is_the_matrix_itself():
    stream = io.BytesIO()
    npy.write([stacked([MAIN])], 1, stream)
    assert np.load(io.BytesIO(stream.getvalue())).tolist() == [[2, 1], [1, 0]]


NOWHERE = main(
    exact=exactly({"value": "3", "gradient": ["nan", "1"], "hessian": [["nan"] * 2] * 2}, True, "not-differentiable"),
    verdict=Verdict.NOT_DIFFERENTIABLE,
)
"""The tape has numbers by convention where no derivative exists."""

WRONG = main(
    tape=TapeAnswer({"value": np.array(3.0), "gradient": np.array([4.0, 9.0]), "hessian": np.full((2, 2), 7.0)}, {}),
    verdict=Verdict.DISAGREE,
)


def asked(*results):
    return stacked(list(results)).asked()


def test_an_array_holds_the_exact_numbers_where_the_tape_is_wrong_and_none_where_none_exist():
    assert asked(MAIN, WRONG).tolist() == [[[2, 1], [1, 0]]] * 2
    assert np.isnan(asked(NOWHERE)).all()
    assert stacked([NOWHERE]).numbers["gradient"][0].tolist() == [pytest.approx(np.nan, nan_ok=True), 1]


def test_exact_numbers_stand_in_where_tensorflow_has_no_function():
    alone = main(tape=None, verdict=Verdict.EXACT_ONLY)
    assert asked(alone, alone).tolist() == [[[2, 1], [1, 0]]] * 2


def test_the_tapes_numbers_stand_where_the_exact_side_is_open():
    half = exactly({"hessian": [["2", None], [None, "0"]]}, False, "unchecked")
    assert asked(main(exact=half)).tolist() == [[[2, 1], [1, 0]]]
    assert stacked([main(exact=half)]).numbers["gradient"].tolist() == [[4, 1]]


def test_an_array_without_any_number_is_refused():
    with pytest.raises(HesscliError, match="neither witness"):
        asked(main(tape=None, exact=exactly({}, False, "unchecked")))


def test_scipy_reads_the_matrix_market_file(tmp_path):
    path = tmp_path / "h.mtx"
    path.write_text(mtx.dumps(stacked([MAIN])))
    assert scipy.io.mmread(path).toarray().tolist() == [[2, 1], [1, 0]]
    assert "symmetric" in path.read_text().splitlines()[0]
    path.write_text(mtx.dumps(stacked([main(request=Request("gradient"))])))
    assert scipy.io.mmread(path).toarray().tolist() == [[4], [1]]


@pytest.mark.parametrize("results", [[MAIN, MAIN], [vector()], [NOWHERE]])
def test_what_is_no_single_finite_matrix_is_refused(results):
    with pytest.raises(HesscliError, match="--format mtx"):
        mtx.write([stacked(results)], len(results), io.BytesIO())


def latex_of(*results):
    text = b"".join(latex.render(results)).decode()
    check("\n".join(line for line in text.splitlines() if not line.startswith("%")))
    return text


def test_latex_has_the_closed_forms_and_the_exact_values():
    text = latex_of(MAIN)
    assert r"f(x_{0}, x_{1}) &= x_{0}^{2} + x_{0} x_{1}" in text
    assert r"\begin{bmatrix} 2 x_{0} + x_{1} \\ x_{0} \end{bmatrix} = \begin{bmatrix} 4 \\ 1 \end{bmatrix}" in text
    assert text.count(r"\begin{bmatrix} 2 & 1 \\ 1 & 0 \end{bmatrix}") == 1
    assert "tape" not in text.partition(r"\begin{align*}")[2]


def test_latex_has_the_tapes_numbers_where_they_part_or_stand_alone():
    tape = replace(MAIN.tape, arrays={**MAIN.tape.arrays, "gradient": np.array([4.0, 7.0])})
    wrong = main(tape=tape, verdicts={"gradient": Verdict.DISAGREE})
    assert latex_of(wrong).count("{tape}") == 1
    assert r"&\overset{\text{tape}}{=} \begin{bmatrix} 4 \\ 7 \end{bmatrix}" in latex_of(wrong)
    assert latex_of(replace(wrong, verdicts={"gradient": Verdict.AGREE})).count("{tape}") == 0
    assert latex_of(main(exact=None, formulas={})).count("{tape}") == 3
    assert latex_of(scalar(math.nan, "2")).count("{tape}") == 1


def test_latex_has_matrices_of_any_width():
    assert r"\left[\begin{array}{*{12}{c}} 0 & 1 &" in latex_of(large(12))
    assert r"\begin{bmatrix} 0 & 1 &" in latex_of(large(10))


def test_latex_of_what_cannot_be_typeset_says_it_in_a_comment():
    text = "sqrt(1+" * 100 + "x0" + ")" * 100
    found = latex_of(main(parsed=text))
    assert f"% f = {text}" in found
    assert r"f(x_{0}, x_{1}) &= \text{as in the comment above}" in found


def test_latex_names_the_slices_of_a_tensor():
    tensor = np.arange(8.0).reshape(2, 2, 2)
    exact = exactly({"value": "3", "derivative": [[["0", "1"], ["2", "3"]], [["4", "5"], ["6", "7"]]]}, True)
    tape = TapeAnswer({"value": np.array(3.0), "derivative": tensor}, {})
    text = latex_of(main(request=Request("derivative", order=3), tape=tape, exact=exact, formulas={}))
    assert r"D^{2} \frac{\partial}{\partial x_{1}} f &= \begin{bmatrix} 4 & 5 \\ 6 & 7 \end{bmatrix}" in text


def test_latex_says_when_it_must_not_be_trusted():
    text = latex_of(BAD)
    assert r"\text{not-differentiable: f is not differentiable here" in text


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize(
    "result",
    [MAIN, scalar(1.0, "1"), main(request=Request("gradient")), main(tape=None, verdict=Verdict.EXACT_ONLY)],
)
def test_every_format_takes_every_result(form, result):
    if form is Format.PARQUET:
        pytest.importorskip("pyarrow")
    stream = io.BytesIO()
    render([result], form, stream, Page())
    assert stream.getvalue()


def test_labels():
    assert notation(MAIN, "hessian", (0, 0)) == "∂²f/∂x0²"
    assert notation(MAIN, "hessian", (0, 1), ascii_only=True) == "d2f/dx0dx1"
    assert notation(scalar(1.0, "1"), "derivative", ()) == "d²f/dx²"
    assert notation(vector(), "hessian", (1, 0, 1)) == "∂²f2/∂x∂y"
    assert notation(main(request=Request("hvp")), "hvp", (1,)) == "(H v)[x1]"
    assert notation(main(request=Request("derivative", wrt=(0, 0, 1))), "derivative", ()) == "∂³f/∂x0²∂x1"


def test_errors_are_scaled_as_the_verdict_scales_them():
    result = main(
        tape=TapeAnswer({"gradient": np.array([4.0004, 0.002])}, {}),
        exact=exactly({"gradient": ["4", "0"]}, True),
    )
    first, second = entries(result, "gradient")
    assert first.error == pytest.approx(1e-4)
    assert second.error == pytest.approx(0.002 / 4)
    assert (first.number, second.number) == (4, 0)


def test_every_format_has_a_file_of_its_name_and_endings_of_its_own():
    endings = [ending for form in Format for ending in form.endings]
    assert len(endings) == len(set(endings)) == len(ENDINGS)
    for form in Format:
        assert (Path(formats.__file__).parent / f"{form.value}.py").is_file()
