"""A hand-written derivative against ours, entry by entry, where f is a function of TensorFlow's tensors."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stdout
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hesscli.accuracy import relative_errors
from hesscli.checking.check import claimed_entries
from hesscli.checking.claims import formulas, read_claim
from hesscli.checking.files import arranged
from hesscli.checking.report import Check
from hesscli.checking.slips import Evidence, overall
from hesscli.errors import HesscliError, LimitError, NoAnswerError
from hesscli.exact import Session
from hesscli.language.points.blocks import BlockValues
from hesscli.model.function import PythonFunction
from hesscli.model.function_answer import differentiated
from hesscli.model.function_arguments import arguments
from hesscli.model.function_places import FunctionCall
from hesscli.options import Options
from hesscli.pythonfile import NAMED, function_of, raised
from hesscli.request import Request
from hesscli.result import REFUTED, Result, Verdict
from hesscli.tape.quiet import tf

Array = NDArray[Any]

DIFFERENCED = "the right numbers are the tape's, which differences confirm and nothing proves"


def check_function(
    call: FunctionCall,
    places: Sequence[BlockValues],
    claims: Mapping[str, Any],
    options: Options,
    session: Session,
) -> Check:
    """Compare claims with the derivatives of a function of tensors.

    Args:
        call: f and what its arguments are.
        places: k points.
        claims: ``gradient`` or ``hessian`` -> numbers or formulas, as text or in a file, or a function of f's arguments
            (``FILE.py:NAME``, or the function) that returns an array, or a list of one an argument.
        options: tolerance, limits.
        session: the exact side's process.

    Returns:
        The report.

    Raises:
        HesscliError: the shapes do not fit, or a claim is no array of numbers.
        NoAnswerError: there is nothing right to compare with at a point.
    """
    if "jacobian" in claims:
        raise HesscliError(f"--jacobian: {call.text} returns one number; claim its --gradient", code="vector")
    request = Request("hessian" if "hessian" in claims else "gradient")
    results: list[Result] = []
    rows: dict[str, list[Array]] = {name: [] for name in claims}
    read = {name: _read(claim, name) for name, claim in claims.items()}
    for f in call.along(places):
        result = differentiated(f, request, options, session)
        for name, claim in read.items():
            _check_known(result, name, call.text)
            rows[name].append(_fitted(_values(claim, name, f, call, session), name, f))
        results.append(result)
    points = tuple(result.point for result in results)
    variables, rtol = results[0].variables, options.tolerance.rtol
    entries, notes = [], []
    for name, given_rows in rows.items():
        given = np.array(given_rows)
        true = np.array([result.array(name) for result in results])
        errors = np.array([relative_errors(one, other) for one, other in zip(given, true, strict=True)])
        evidence = None if (errors <= rtol).all() else Evidence(given, true, rtol)
        texts = [_texts(result, name) for result in results]
        forms: list[str | None] = [None] * true[0].size
        entries += claimed_entries(name, given, errors, rtol, points, texts, forms, None, evidence)
        notes += overall(name, evidence, variables) if evidence else []
    notes += dict.fromkeys(note for result in results for note in result.notes)
    proven = all(result.verdicts[name] is not Verdict.CHECKED for result in results for name in claims)
    notes += [] if proven else [DIFFERENCED]
    return Check(call.text, results[0].parsed, variables, points, tuple(entries), tuple(notes), rtol, proven=proven)


def _read(claim: Any, name: str) -> Any:
    """A function; anything else as it is given."""
    if isinstance(claim, str) and NAMED.fullmatch(claim.strip().removeprefix("@")):
        return function_of(claim.strip().removeprefix("@"))
    return claim


def _values(claim: Any, name: str, f: PythonFunction, call: FunctionCall, session: Session) -> Array:
    """The claim's numbers at a point."""
    if callable(claim):
        return _called(claim, f"--{name}", f, call)
    names = f.layout.plain_names()
    if isinstance(claim, str):
        known = read_claim(claim, f"--{name}", names, {})
    else:
        try:
            nested = arranged(claim.tolist() if hasattr(claim, "tolist") else claim)
        except ValueError as problem:
            raise HesscliError(f"--{name}: {problem}", code="claim") from None
        known = formulas(nested, f"--{name}", names, {}, typed=False)
    return np.asarray(known.values([tuple(f.theta.tolist())], session).rows[0], np.float64)


def _called(claim: Callable[..., Any], option: str, f: PythonFunction, call: FunctionCall) -> Array:
    """What a function of f's arguments returns: it gets NumPy's arrays, or tensors where it cannot take those."""
    who = f"{option}: {getattr(claim, '__name__', 'the function')}"
    names, needed = arguments(who, claim)
    given: dict[str, Any] = {
        one.name: f.theta[one.part].reshape(one.shape) if one.shape else f.theta[one.part][0]
        for one in f.layout.tensors
    }
    given |= dict(call.numbers) | {name: array for name, array in call.data.items() if name not in given}
    if len(f.layout.tensors) == 1 and f.layout.tensors[0].name not in names and len(needed) == 1:
        given[needed[0]] = given[f.layout.tensors[0].name]
    if missing := [name for name in needed if name not in given]:
        raise HesscliError(f"{who} takes {', '.join(missing)}, which {call.text} has not", code="function")
    taken = {name: given[name] for name in names if name in given}
    try:
        with redirect_stdout(sys.stderr):  # the answer alone stands on standard output
            found = claim(**taken)
    except Exception:  # the person's own code, which may want tensors
        tensors = {
            name: tf.constant(value, f.dtype) if np.asarray(value).dtype.kind == "f" else value
            for name, value in taken.items()
        }
        try:
            with redirect_stdout(sys.stderr):
                found = claim(**tensors)
        except (Exception, SystemExit) as problem:  # the person's own code
            raise raised(who, problem) from problem
    return _flat(found, who)


def _flat(found: Any, who: str) -> Array:
    """Numbers of an array, or of one an argument, one behind the other."""
    try:
        if isinstance(found, (list, tuple)) and len({np.shape(part) for part in found}) > 1:
            if all(isinstance(part, (list, tuple)) for part in found):
                return np.block([[np.atleast_2d(np.asarray(part, np.float64)) for part in row] for row in found])
            return np.concatenate([np.ravel(np.asarray(part, np.float64)) for part in found])
        return np.asarray(found, np.float64)
    except (TypeError, ValueError) as problem:
        raise HesscliError(f"{who} returned no array of numbers: {problem}", code="function") from None


def _fitted(array: Array, name: str, f: PythonFunction) -> Array:
    """In the shape of the quantity: n numbers, or n rows of them."""
    shape = (f.n,) if name == "gradient" else (f.n, f.n)
    if array.size == np.prod(shape) and (name == "gradient" or array.ndim != 1 or f.n == 1):
        return array.reshape(shape)
    wanted, got = (" x ".join(map(str, one)) or "a single one" for one in (shape, array.shape))
    raise HesscliError(
        f"--{name}: expected {wanted} entries for {', '.join(f.layout.labels()[:8])}, got {got}", code="shape"
    )


def _check_known(result: Result, name: str, text: str) -> None:
    """Refuse to compare with what is no number, or one that nothing speaks for."""
    word, array = result.verdicts.get(name, result.verdict), result.numbers(name)
    proven = result.exact is not None and name in result.exact.values and name not in result.differences
    spoken = word in (Verdict.AGREE, Verdict.CHECKED) or (proven and word in REFUTED)
    if array is not None and np.isfinite(array).all() and spoken:
        return
    where = ", ".join(f"{n} = {x:.12g}" for n, x in list(zip(result.variables, result.point, strict=True))[:8])
    why = "; ".join(result.notes[:2])
    message = f"nothing to compare with at {where}: the {name} of {text} is {word.value}{'; ' + why if why else ''}"
    if word is Verdict.UNCHECKED:
        raise LimitError(message)
    raise NoAnswerError(message, code=word.value)


def _texts(result: Result, name: str) -> list[str]:
    """The right numbers as decimal strings, row by row."""
    exact = result.exact.values.get(name) if result.exact is not None else None
    numbers = result.array(name).ravel().tolist()
    texts = [None] * len(numbers) if exact is None or name in result.differences else list(exact.texts)
    return [repr(x) if text is None else text for x, text in zip(numbers, texts, strict=True)]
