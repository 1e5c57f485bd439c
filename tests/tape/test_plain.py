"""TensorFlow's own derivatives beside the repaired ones: what a TensorFlow program would say is never called agreement.

Every case is one where TensorFlow is known to be wrong, silent or loud; the truth is the exact side's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from hesscli import tape
from hesscli.compute import compute
from hesscli.errors import HesscliError
from hesscli.exact import Session
from hesscli.language.syntax import parse
from hesscli.options import Options
from hesscli.output.json import to_dict
from hesscli.request import Request
from hesscli.result import Verdict

NOT_AGREED = {Verdict.DISAGREE, Verdict.TAPE_FAILED}

WRONG = [
    ("betainc(x, 1.5, x/10)", (2.5,), 1, "betainc"),
    ("betainc(x, 1.5, x/10)", (2.5,), 2, "betainc"),
    ("zeta(x, x)", (2.5,), 1, "zeta"),
    ("zeta(x, x)", (2.5,), 2, "zeta"),
    ("zeta(x)", (3.0,), 1, "zeta"),
    ("gammainc(x, 1.5)", (2.5,), 2, "gammainc"),
    ("gammaincc(x, 1.5)", (2.5,), 2, "gammaincc"),
    ("gammainc(1, x)", (0.0,), 1, "gammainc"),
    ("besseli(0, x)", (0.0,), 2, "besseli"),
    ("besseli(1, x)", (0.0,), 1, "besseli"),
    ("besselj(0, x)", (0.0,), 4, "besselj"),
    ("besselj(1, x)", (0.0,), 3, "besselj"),
    ("spence(x)", (1.0,), 2, "spence"),
    ("sinc(x)", (0.0,), 2, "sinc"),
    ("sinc(x)", (0.0,), 4, "sinc"),
    ("x**3", (0.0,), 4, "pow"),
    ("x**2*y", (0.0, 1.0), 3, "pow"),
    ("xlogy(x, 2)", (0.0,), 1, "xlogy"),
    ("xlog1py(x, 2)", (0.0,), 1, "xlog1py"),
    ("softsign(x)", (0.5,), 2, "softsign"),
    ("sqrt(x)**2", (0.0,), 1, "pow"),
    ("Abs(x)**2", (0.0,), 2, "pow"),
    ("Piecewise((sqrt(x), x > 0), (x**2, True))", (-1.0,), 2, "Piecewise"),
    ("Piecewise((x**1.5, x > 0), (x, True))", (-1.0,), 1, "Piecewise"),
    ("tanh(x)", (20.0,), 1, "tanh"),
    ("sigmoid(x)", (40.0,), 1, "sigmoid"),
    ("mish(x)", (40.0,), 2, "mish"),
    ("dawson(x)", (1e9,), 1, "dawson"),
    ("hypot(x, y)", (1e200, 1e200), 1, "hypot"),
    ("coth(x)", (20.0,), 2, "coth"),
    ("csch(x)", (200.0,), 3, "csch"),
    ("softplus(x)", (40.0,), 2, "softplus"),
    ("logaddexp(x, 3)", (40.0,), 2, "logaddexp"),
    ("Ei(x)", (-3.0,), 1, "Ei"),
    ("atan2(x, y)", (1e100, 1e100), 2, "atan2"),
]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Session(time_limit=20) as process:
        yield process


def answered(text: str, at, order: int, session: Session, *, plain: bool):
    options = Options(plain=plain, method="nested")
    return compute.answer(parse(text), Request("derivative", order=order), at, options, session=session)


@pytest.mark.parametrize(("text", "at", "order", "name"), WRONG, ids=lambda x: str(x))
def test_repaired_it_agrees_and_plain_it_does_not(text: str, at, order: int, name: str, session: Session) -> None:
    repaired = answered(text, at, order, session, plain=False)
    assert repaired.verdict is Verdict.AGREE, repaired.notes
    assert repaired.tape.repaired == (name,)
    assert any(f"hesscli's own derivative of {name}: " in note and "--plain" in note for note in repaired.notes)
    assert to_dict(repaired)["tape"]["repaired"] == [name]
    plain = answered(text, at, order, session, plain=True)
    assert plain.verdict in NOT_AGREED
    assert plain.tape.repaired == ()
    assert any(note.startswith(f"{name} without repair: ") for note in plain.notes)


@pytest.mark.parametrize("text", ["gamma(x)", "besselk(2, x)", "airyai(x)", "erfcx(x)", "beta(x, 2)", "LambertW(x)"])
def test_what_tensorflow_does_not_have_is_ours_and_plainly_left_to_the_exact_side(text: str, session: Session) -> None:
    repaired = answered(text, (1.5,), 2, session, plain=False)
    assert repaired.verdict is Verdict.AGREE
    assert repaired.tape.repaired == (text.partition("(")[0],)
    plain = answered(text, (1.5,), 2, session, plain=True)
    assert plain.verdict is Verdict.EXACT_ONLY
    assert any("TensorFlow has no" in note for note in plain.notes)


@pytest.mark.parametrize(
    ("text", "at", "order"),
    [
        ("x**2 + x*y", (1.0, 0.0), 2),
        ("sin(x)*exp(y) - sqrt(x)", (1.0, 2.0), 2),
        ("tanh(x) + sigmoid(x)", (0.5,), 2),
        ("besseli(0, x)", (1.5,), 2),
        ("Piecewise((x**2, x > 0), (x, True))", (1.0,), 2),
        ("gelu(x) + silu(x) + erf(x)", (0.3,), 3),
        ("logsumexp(x, y, 0.5)", (0.3, 0.2), 2),
    ],
)
def test_where_plain_is_right_nothing_is_said(text: str, at, order: int, session: Session) -> None:
    repaired, plain = (answered(text, at, order, session, plain=plain) for plain in (False, True))
    assert repaired.verdict is plain.verdict is Verdict.AGREE
    assert repaired.tape.repaired == ()
    assert not any("repair" in note or "--plain" in note for note in (*repaired.notes, *plain.notes))


def test_many_points_are_repaired_and_plain_like_one() -> None:
    points = np.linspace(-2, 2, 41)[:, None]
    expression, request = parse("besseli(0, x)"), Request("derivative", order=2)
    repaired = tape.answer_batch(expression, request, points)
    assert repaired.repaired == ("besseli",)
    plain = tape.answer_batch(expression, request, points, plain=True)
    assert (plain.arrays["derivative"][20], repaired.arrays["derivative"][20]) == (1.0, 0.5)


def test_piecewise_of_many_points_is_plain_too() -> None:
    points = np.linspace(-2, 2, 40)[:, None]
    text = parse("Piecewise((sqrt(x), x > 0), (x**2, True))")
    plain = tape.answer_batch(text, Request("hessian"), points, plain=True)
    assert np.isnan(plain.arrays["hessian"][:20]).all()
    assert np.isfinite(tape.answer_batch(text, Request("hessian"), points).arrays["hessian"]).all()


def test_plain_has_no_taylor_mode() -> None:
    with pytest.raises(HesscliError, match="--plain"):
        Options(plain=True, method="taylor")
