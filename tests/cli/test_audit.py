"""The command ``audit``, on few operations."""

import json

import pytest

pytest.importorskip("hesscli.audit.operations")


def test_all_right_ends_in_0(hesscli):
    done = hesscli("audit", "--op", "tf.math.tanh", "--order", "2")
    assert done.status == 0
    assert done.out.rstrip().endswith("none of them is silently wrong")
    assert not done.err


def test_something_silently_wrong_ends_in_1(hesscli):
    done = hesscli("audit", "--op", "numpy_function", "--order", "1", "--mode", "reverse")
    assert done.status == 1
    assert "1 derivative silently wrong, in 1 operation" in done.out


def test_strict_json(hesscli):
    done = hesscli("audit", "--op", "sinc", "--order", "2", "--mode", "reverse", "--json")
    said = json.loads(done.out, parse_constant=lambda word: pytest.fail(f"{word} is not strict JSON"))
    assert (said["schema"], said["command"], said["order"]) == ("hesscli/1", "audit", 2)
    edge = next(row for row in said["operations"] if row["where"] == "x = 0")
    assert edge["point"] == [0.0]
    assert edge["expression"] == "sinc(pi*x)"
    assert [f["order"] for f in edge["derivatives"]] == [0, 1, 2]
    assert sum(said["counts"].values()) == 4
    assert said["versions"]["tensorflow"]


def test_a_file(hesscli, tmp_path):
    path = tmp_path / "audit.json"
    done = hesscli("audit", "--op", "tf.math.tanh", "--order", "1", "-o", str(path))
    assert done.status == 0
    assert not done.out
    assert json.loads(path.read_text())["silent"] is False


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--op", "tf.nn.momnts"), "did you mean moments"),
        (("--op", "tf.exp"), "did you mean tf.math.exp?"),
        (("--op", "sin", "--order", "0"), "1 to 6"),
        (("--op", "sin", "--order", "9"), "1 to 6"),
        (("--op", "sin", "--format", "csv"), "not one of 'table', 'json'"),
        (("--op", "sin", "--mode", "sideways"), "sideways"),
    ],
)
def test_refusals(hesscli, arguments, told):
    done = hesscli("audit", *arguments)
    assert done.status == 2
    assert told in done.err
