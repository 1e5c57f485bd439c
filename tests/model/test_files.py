"""Names of weights, data from CSV, models from functions and older files, and the command line."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from hesscli.cli.app import run
from hesscli.errors import HesscliError
from hesscli.model.data import read_arrays
from hesscli.model.losses import SHORT
from hesscli.model.vector import read_vector
from hesscli.model.weights import WeightLayout, selected
from hesscli.output.formats import MODELLED, ModelFormat
from tests import schema

NAMES = ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias", "block/dense/kernel"]


@pytest.mark.parametrize(
    ("patterns", "places"),
    [([], [0, 1, 2, 3, 4]), (["dense"], [0, 1]), (["dense*/kernel"], [0, 2]), (["*bias", "block"], [1, 3, 4])],
)
def test_patterns_select_tensors_and_layers(patterns, places):
    assert selected(NAMES, patterns) == places


def test_a_scalar_weight_has_no_brackets():
    layout = WeightLayout.of([("scale", ()), ("dense/kernel", (2, 2))])
    assert layout.labels() == ["scale", *(f"dense/kernel[{i},{j}]" for i in range(2) for j in range(2))]
    assert list(layout.layers()) == [("scale", slice(0, 1)), ("dense", slice(1, 5))]


def test_columns_of_a_table_are_inputs_targets_and_weights(tmp_path):
    (tmp_path / "t.csv").write_text("a,y1,b,y0,weights\n1,2,3,4,0.5\n5,6,7,8,1\n")
    found = read_arrays([str(tmp_path / "t.csv")])
    assert {name: array.tolist() for name, array in found.items()} == {
        "x": [[1, 3], [5, 7]], "y": [[2, 4], [6, 8]], "weights": [0.5, 1]
    }  # fmt: skip


def test_vectors_are_numbers_a_file_or_random(tmp_path):
    layout = WeightLayout.of([("a", (3,))])
    np.save(tmp_path / "v.npy", [1, 2, 3])
    assert read_vector("1,2,3", layout).tolist() == read_vector(f"@{tmp_path}/v.npy", layout).tolist() == [1, 2, 3]
    assert read_vector("random(7)", layout).tolist() == np.random.default_rng(7).uniform(-1, 1, 3).tolist()
    assert read_vector("1/4,-2e-1,0", layout).tolist() == [0.25, -0.2, 0]
    assert read_vector("0:1/2:3", layout).tolist() == read_vector("[0, 0.25, 0.5]", layout).tolist() == [0, 0.25, 0.5]
    assert read_vector("ones", layout).tolist() == [1, 1, 1]
    for wrong in ("1,2", "1,x,3", "nan,1,2", "1,2,3,4", "a=1,b=2,c=3", "0:1:4", ""):
        with pytest.raises(HesscliError):
            read_vector(wrong, layout)


def test_names_of_losses_are_those_of_keras(keras):
    from hesscli.model.losses import NAMES, loss_of

    assert all(hasattr(keras.losses, name) for name in NAMES)
    for given, name in [*SHORT.items(), ("MeanSquaredError", SHORT["mse"]), ("KLDivergence", SHORT["kld"])]:
        assert loss_of(given, None, logits=False).name == name


def test_the_loss_of_compilation_has_its_options(keras, tmp_path):
    from hesscli.model.loading import load
    from hesscli.model.losses import loss_of

    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3, name="dense")])
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for name in ("a.keras", "a.h5"):
        model.save(tmp_path / name)
        loss = loss_of(None, load(str(tmp_path / name)).loss, logits=False)
        assert (loss.name, loss.logits) == ("sparse_categorical_crossentropy", True)


def test_a_function_of_a_file_is_run_where_it_is_named(keras, tmp_path):
    from hesscli.model.loading import load

    code = "import keras\ndef make():\n    return keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])\n"
    (tmp_path / "m.py").write_text(f"{code}def other():\n    return 3\n")
    assert load(f"{tmp_path}/m.py:make").model.output_shape == (None, 1)
    with pytest.raises(HesscliError, match="expected a model of Keras, got int"):
        load(f"{tmp_path}/m.py:other")
    with pytest.raises(HesscliError, match="it has no function"):
        load(f"{tmp_path}/m.py:none")


def said(capfd, *arguments):
    status = run(["model", *map(str, arguments)])
    out, err = capfd.readouterr()
    return status, out, err


def test_the_command_answers_in_json(saved, capfd):
    status, out, _ = said(capfd, "hessian", saved / "linear.keras", "--data", saved / "linear.npz", "--json")
    answer = json.loads(out)
    schema.check(answer)
    assert status == 0
    assert answer["verdict"] == "agree"
    assert answer["hessian"] == [[4, 0, 2, 0], [0, 4, 0, 2], [2, 0, 1, 0], [0, 2, 0, 1]]
    assert answer["exact"]["hessian"][0] == ["4", "0", "2", "0"]
    found = answer["eigenvalues"]  # (5 - t)^2 t^2: blocks [[4, 2], [2, 1]]
    assert np.abs(np.array(found["values"]) - [0, 0, 5, 5]).max() <= found["error"] < 1e-4
    assert (found["definiteness"], found["negative"], found["as_good_as_zero"]) == (None, 0, 2)


@pytest.mark.parametrize("width", [100, 60, 40])
def test_a_narrow_terminal_keeps_the_digits(saved, capfd, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    given = ("hessian", saved / "linear.keras", "--data", saved / "linear.npz", "--dtype", "float64")
    lines = said(capfd, *given)[1].splitlines()
    head = next(line for line in lines if line.endswith("digits"))
    assert ("tape" in head) == (width == 100)
    assert sum(line.endswith(" 15.9") for line in lines) == 15
    assert max(map(len, lines)) <= width


def test_a_gradient_of_few_weights_is_shown_and_a_long_hessian_lies_in_files(saved, capfd):
    given = (saved / "batch.keras", "--data", saved / "data.npz", "--loss", "mse")
    assert "dense/kernel[0,0]" in said(capfd, "gradient", *given)[1]
    assert "-o FILE.npz holds all entries" in said(capfd, "hessian", *given)[1]


def test_a_plan_is_of_what_is_asked_for(saved, capfd):
    given = saved / "batch.keras", "--data", saved / "data.npz", "--loss", "mse", "--plan"
    status, out, _ = said(capfd, "hessian", *given, "--json")
    schema.check(json.loads(out))
    assert status == 0
    assert json.loads(out)["plan"]["products"] == 13
    assert "13 weights" in said(capfd, "hessian", *given)[1]


def test_plans_count_what_is_asked_for(saved):
    """Layers of 6, 4 and 3 weights."""
    from hesscli.model.binding import Setting, read_model
    from hesscli.model.plan import plan_model
    from hesscli.model.spectrum import SpectrumRequest

    model = read_model(str(saved / "batch.keras"), Setting(data=(str(saved / "data.npz"),), loss="mse"))

    def plan(command, **asked):
        return plan_model(replace(model, setting=replace(model.setting, **asked)), command)

    sizes = [plan("hessian", form=form).answer_bytes for form in ("whole", "blocks", "diagonal")]
    assert sizes == [8 * 13**2, 8 * (6**2 + 4**2 + 3**2), 8 * 13]
    found = plan("spectrum", wanted=SpectrumRequest(trace=True, density=True, probes=8))
    assert found.products == found.most_products == 2 + 8 + 2 * 13
    assert plan("gradient").products == 0
    assert plan("spectrum").fits


@pytest.mark.parametrize(
    "asked",
    [
        {"top": 1},
        {"top": 3},
        {"top": 7},
        {"trace": True, "probes": 9},
        {"trace": True, "probes": 30},
        {"density": True, "probes": 9},
        {"step": True},
        {"top": 2, "trace": True, "density": True, "rhs": "gradient"},
    ],
)
def test_a_spectrum_takes_the_products_of_its_plan(bound_batch, asked):
    from hesscli.model.differences import DIRECTIONS
    from hesscli.model.plan import plan_model
    from hesscli.model.spectrum import SpectrumRequest, spectrum

    model, gradient = bound_batch
    wanted = SpectrumRequest(**asked)
    plan = plan_model(replace(model, setting=replace(model.setting, wanted=wanted)), "spectrum")
    found = spectrum(model.objective, gradient, wanted)
    parts = found.extremes, found.trace, found.density, found.step, found.solution
    taken = DIRECTIONS + sum(one.passes for one in parts if one is not None)
    assert plan.products <= taken <= plan.most_products
    if not (wanted.step or wanted.rhs):
        assert taken == plan.products


@pytest.fixture(scope="module")
def bound_batch(saved):
    """A model of 13 weights, and its gradient."""
    from hesscli.model.binding import Setting, read_model

    setting = Setting(data=(str(saved / "data.npz"),), loss="mse", dtype="float64")
    model = read_model(str(saved / "batch.keras"), setting)
    return model, model.objective.gradient(model.objective.theta)


def test_files_hold_the_numbers_to_use(saved, capfd, tmp_path):
    given = ("gradient", saved / "linear.keras", "--data", saved / "linear.npz")
    assert said(capfd, *given, "-o", tmp_path / "g.npz")[0] == 0
    with np.load(tmp_path / "g.npz") as held:
        assert held["names"].tolist()[0] == "dense/kernel[0,0]"
        gradient = held["gradient"]
    assert said(capfd, *given, "-o", tmp_path / "g.csv")[0] == 0
    rows = (tmp_path / "g.csv").read_text().splitlines()
    assert rows[0] == "weight,gradient"
    assert [float(row.rpartition(",")[2]) for row in rows[1:]] == gradient.tolist()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("hessian", "-f", "csv"), "csv has no form for a matrix of a model; take table, json, npz or npy"),
        (("fisher", "-o", "H.mtx"), "mtx has no form for a matrix of a model"),
        (("ggn", "--blocks", "-f", "npy"), "npy has no form for blocks of a model; take table, json or npz"),
        (("spectrum", "-f", "csv"), "csv has no form for a spectrum of a model"),
        (("hessian", "--plan", "-f", "npz"), "npz has no form for a plan; take table or json"),
        (("gradient", "-f", "latex"), "latex"),
    ],
)
def test_a_format_that_holds_no_such_answer_is_refused_before_the_model_is_read(capfd, tmp_path, arguments, words):
    status, out, err = said(capfd, arguments[0], tmp_path / "none.keras", *arguments[1:])
    assert (status, out) == (2, "")
    assert words in " ".join(err.replace("│", "").split())
    assert "no such file" not in err


def test_the_help_of_models_offers_what_some_answer_has():
    assert {form.value for form in ModelFormat} == {form.value for held in MODELLED.values() for form in held}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("hvp",), "needs a vector"),
        (("gradient", "--blocks"), "--blocks belongs to model hessian"),
        (("hessian", "--blocks", "--diagonal"), "contradict"),
        (("hessian", "--vector", "1,2"), "takes no --vector"),
        (("gradient", "--solve", "gradient"), "--solve belongs to model spectrum"),
        (("ggn", "--top", "1", "--blocks"), "--top is answered without the matrix that --blocks is of"),
        (("fisher", "--solve", "1,2"), "--solve: expected 4 numbers"),
    ],
)
def test_options_that_do_not_belong_together(saved, capfd, arguments, words):
    status, _, err = said(capfd, arguments[0], saved / "linear.keras", "--data", saved / "linear.npz", *arguments[1:])
    assert status == 2
    assert words in err


def test_a_spectrum_in_json(saved, capfd):
    given = ("spectrum", saved / "linear.keras", "--data", saved / "linear.npz", "--top", "1", "--trace", "--density")
    status, out, _ = said(capfd, *given, "--newton-step", "--solve", "1,0,0.5,0", "--json")
    answer = json.loads(out)
    schema.check(answer)
    assert status == 0
    assert answer["spectrum"]["eigenvalues"]["values"] == pytest.approx([0, 5], abs=1e-5)
    assert answer["spectrum"]["trace"]["value"] == pytest.approx(10)
    assert answer["spectrum"]["solution"]["of"] == "1,0,0.5,0"
    assert answer["spectrum"]["solution"]["values"] == pytest.approx([0.2, 0, 0.1, 0], abs=1e-6)
    assert said(capfd, "spectrum", saved / "linear.keras", "--data", saved / "linear.npz", "--plain")[0] == 2
