"""What is wrong with a request is said in a sentence, before anything runs; each names what to do."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

from hesscli.errors import HesscliError


@pytest.fixture
def refused(saved, tmp_path):
    from hesscli.model.binding import Setting, read_model

    def run(name="batch.keras", **options):
        options = {"loss": "mse", "data": (str(saved / "data.npz"),), **options}
        place = name if name.startswith("/") else str(saved / name)
        with pytest.raises(HesscliError) as caught:
            read_model(place, Setting(**options))
        assert caught.value.status == 2
        return caught.value.message

    return run


def arrays(folder, **given):
    np.savez(folder / "given.npz", **given)
    return (str(folder / "given.npz"),)


X, Y = np.ones((3, 2)), np.ones((3, 1))


def test_what_is_no_model(refused, tmp_path):
    assert "there is no such file" in refused("none.keras")
    (tmp_path / "a.keras").write_bytes(b"PK\x03\x04 no archive")
    assert "no model of Keras" in refused(str(tmp_path / "a.keras"))
    (tmp_path / "a.pkl").write_bytes(b"cos\nsystem\n(S'touch x'\ntR.")
    assert "a pickle runs code" in refused(str(tmp_path / "a.pkl"))
    assert "a folder without a saved_model.pb" in refused(str(tmp_path))
    (tmp_path / "m.py").write_text("raise SystemExit")
    assert "run only by its name" in refused(str(tmp_path / "m.py"))


def test_code_is_refused_with_the_way_to_allow_it(refused):
    message = refused("code.keras")
    assert "Lambda layer" in message
    assert "nothing was executed" in message
    assert "--allow-code" in message


def changed(old, new, **fields):
    """The model of a file with another second layer, as another Keras had saved it."""
    with zipfile.ZipFile(old) as before, zipfile.ZipFile(new, "w") as after:
        for entry in before.namelist():
            content = before.read(entry)
            if entry == "config.json":
                config = json.loads(content)
                layer = config["config"]["layers"][1]
                layer["config"] |= fields.pop("config", {})
                layer |= fields
                content = json.dumps(config).encode()
            if entry == "metadata.json":
                content = json.dumps({"keras_version": "9.8.7"}).encode()
            after.writestr(entry, content)
    return str(new)


def test_missing_objects_are_named(refused, saved, tmp_path):
    mine = {"class_name": "Mine", "registered_name": "lab>Mine", "module": "lab.layers"}
    assert "lab>Mine" in refused(changed(saved / "batch.keras", tmp_path / "own.keras", **mine))


def test_models_of_another_keras_say_so(refused, saved, tmp_path):
    unknown = refused(changed(saved / "batch.keras", tmp_path / "layer.keras", class_name="Dens"))
    assert "has no layer Dens; did you mean Dense?" in unknown
    assert "saved by Keras 9.8.7" in unknown
    option = refused(changed(saved / "batch.keras", tmp_path / "option.keras", config={"newer": 3}))
    assert "passed to Dense: {'newer': 3}" in option
    assert "saved by Keras 9.8.7" in option
    (tmp_path / "cut.keras").write_bytes((saved / "batch.keras").read_bytes()[:2000])
    assert "it is cut off" in refused(str(tmp_path / "cut.keras"))


def test_data_that_does_not_fit(refused, tmp_path):
    shape = refused(data=arrays(tmp_path, x=np.ones((3, 5)), y=Y))
    assert "expects shape (rows, 2), got (3, 5) of x" in shape
    assert "y is missing" in refused(data=arrays(tmp_path, x=X))
    assert "nothing takes the array z" in refused(data=arrays(tmp_path, x=X, y=Y, z=Y))
    assert "x has 3 rows, y has 2" in refused(data=arrays(tmp_path, x=X, y=Y[:2]))
    assert "--data: x[1,0] is nan" in refused(data=arrays(tmp_path, x=[[1, 2], [np.nan, 1]], y=Y[:2]))
    assert "no data" in refused(data=())


@pytest.mark.parametrize(
    ("name", "loss", "y", "words"),
    [
        ("layer", "sparse_categorical_crossentropy", np.eye(3), "categorical_crossentropy takes a column a class"),
        ("layer", "categorical_crossentropy", [0, 2, 1], "sparse_categorical_crossentropy takes labels"),
        ("batch", "mse", np.ones((3, 4)), "expects targets of shape (rows, 1), got (rows, 4)"),
        ("layer", "sparse_categorical_crossentropy", [0, 3, 1], "expects labels from 0 to 2; y[1] is 3"),
        ("layer", "sparse_categorical_crossentropy", [0, 0.5, 1], "expects whole numbers; y[1] is 0.5"),
        ("batch", "binary_crossentropy", [[0.0], [1.0], [2.0]], "expects targets from 0 to 1; y[2,0] is 2"),
    ],
)
def test_targets_that_the_loss_does_not_take(saved, tmp_path, name, loss, y, words):
    from hesscli.model.binding import Setting, read_model

    setting = Setting(data=arrays(tmp_path, x=X, y=y), loss=loss)
    model = read_model(str(saved / f"{name}.keras"), setting)
    with pytest.raises(HesscliError) as caught:
        model.objective.value(model.objective.theta)
    assert words in caught.value.message


def test_inputs_that_a_layer_does_not_take(keras, saved, tmp_path):
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model

    layers = keras.layers
    parts = [layers.Input((2,), dtype="int32", name="words"), layers.Embedding(5, 2), layers.Flatten(), layers.Dense(1)]
    keras.Sequential(parts).save(tmp_path / "words.keras")
    for x, words in (
        ([[0, 5]], "= 5 is not in [0, 5)"),
        ([[0.0, 1.5]], "words takes whole numbers (int32), and [0,1]"),
    ):
        with pytest.raises(HesscliError) as caught:
            answer_model(
                read_model(str(tmp_path / "words.keras"), Setting(data=arrays(tmp_path, x=x, y=Y[:1]), loss="mse")),
                "gradient",
            )
        assert (caught.value.status, words in caught.value.message) == (2, True)
    with pytest.raises(HesscliError, match=r"1e\+300 is beyond float32; --dtype float64"):
        read_model(str(saved / "batch.keras"), Setting(data=arrays(tmp_path, x=1e300 * X, y=Y), loss="mse"))


def test_unknown_names_have_near_ones(refused):
    assert "did you mean mse?" in refused(loss="mes")
    assert "did you mean huber?" in refused(loss="hubert")
    assert "without one; --loss mse" in refused(loss=None)
    assert "did you mean dense?" in refused(layers=["dence"])
    assert "takes no logits" in refused(logits=True)


def test_weights_must_be_numbers_and_there_must_be_some(refused, keras, tmp_path):
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1, name="dense")])
    model.set_weights([np.array([[1.0], [np.inf]]), np.zeros(1)])
    model.save(tmp_path / "inf.keras")
    assert "dense/kernel[1,0] is inf" in refused(str(tmp_path / "inf.keras"))
    model.trainable = False
    model.save(tmp_path / "frozen.keras")
    assert "no trainable weights" in refused(str(tmp_path / "frozen.keras"))


def test_layers_that_draw_at_random_are_refused_in_training(refused, keras, tmp_path):
    layers = keras.layers
    parts = [layers.Input((2, 2, 1)), layers.RandomFlip(name="flip"), layers.Flatten(), layers.Dense(1)]
    keras.Sequential(parts).save(tmp_path / "flip.keras")
    data = arrays(tmp_path, x=np.ones((3, 2, 2, 1)), y=Y)
    message = refused(str(tmp_path / "flip.keras"), data=data, training=True)
    assert "at random: flip" in message
    assert "Without --training" in message


def test_a_loss_that_is_not_finite_names_the_layer(keras, tmp_path):
    from hesscli.model.answer import answer_model
    from hesscli.model.binding import Setting, read_model

    layers = keras.layers
    model = keras.Sequential(
        [layers.Input((2,)), layers.Dense(1, name="first"), layers.Dense(1, activation="exponential", name="second")]
    )
    model.set_weights([np.full((2, 1), 1e3), np.zeros(1), np.ones((1, 1)), np.zeros(1)])
    model.save(tmp_path / "over.keras")
    with pytest.raises(HesscliError, match="the layer second are the first that are not finite") as caught:
        answer_model(
            read_model(str(tmp_path / "over.keras"), Setting(data=arrays(tmp_path, x=X, y=Y), loss="mse")), "gradient"
        )
    assert caught.value.status == 3


def test_a_hessian_beyond_memory_is_refused_with_the_remedy(saved, monkeypatch):
    from hesscli.model import binding, plan
    from hesscli.model.answer import answer_model

    setting = binding.Setting(data=(str(saved / "data.npz"),), loss="mse")
    model = binding.read_model(str(saved / "batch.keras"), setting)
    monkeypatch.setattr(plan, "MOST_BYTES", 100)
    with pytest.raises(HesscliError, match="--layer takes a part") as caught:
        answer_model(model, "hessian")
    assert caught.value.status == 4
