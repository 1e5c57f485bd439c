"""A program at one point -> both witnesses, side by side. The exact side works while TensorFlow loads."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from hesscli.compute.taping import loading
from hesscli.elements.entries import Verified
from hesscli.elements.evaluate import Adders, evaluate_sum
from hesscli.elements.found import Found, How
from hesscli.elements.report import SumReport
from hesscli.elements.sample import EVERY, Sample, vanish
from hesscli.elements.verification import Verification
from hesscli.errors import HesscliError, LimitError
from hesscli.exact import Session
from hesscli.language.expression import Expression
from hesscli.language.programs.program import Element, Program
from hesscli.options import Options
from hesscli.request import Request
from hesscli.result import MOST_NOTES, NOWHERE, Decimals, Verdict
from hesscli.verdict import judge, worst_of
from hesscli.versions import versions

Array = NDArray[Any]

SHORT, PLACE = "v{}_", re.compile(r"\bv(\d+)_")
"""Names of a body's variables while SymPy has them."""

FIRST = np.array([0])

LONGEST = 160
"""Characters of a closed form that is shown."""


def answer_sum(
    program: Program,
    command: str,
    point: Array,
    options: Options | None = None,
    vector: Array | None = None,
    *,
    session: Session | None = None,
    adders: Adders | None = None,
) -> SumReport:
    """Value and gradient, and the Hessian or its product with a vector.

    Args:
        program: f of n variables.
        command: ``gradient``, ``hessian`` or ``hvp``.
        point: shape (n,).
        options: how; None is the defaults.
        vector: of ``hvp``, shape (n,).
        session: the exact side's process to use; None starts one for this answer.
        adders: who computes what the terms add; None is this process.

    Raises:
        HesscliError: what is asked has no meaning for sums.
        LimitError: it does not fit.
    """
    options = options or Options()
    _check(program, options)
    x: Array = np.asarray(point, dtype=options.dtype).astype(np.float64)
    started = time.perf_counter()
    wait = loading()
    if options.exact == "off":
        wait()
        loaded = time.perf_counter()
        found = evaluate_sum(program, x, command, _how(options), vector, adders)
        seconds = {"load": loaded - started, "tape": time.perf_counter() - loaded}
        return _report(program, command, x, options, found, None, (), seconds, vector)
    with _lent(session, options) as process:
        sample = Sample(program, x, command, process, options.dtype, vector, options.exact == "full")
        sample.start()
        forms = [
            (
                element,
                process.submit(_named(element.body, SHORT), Request("hessian"), element.points(x, FIRST).tolist()),
            )
            for element in program.elements
            if options.formulas and element.count and command == "hessian"
        ]
        wait()
        loaded = time.perf_counter()
        found = _taped(program, x, command, options, vector, process, adders)
        taped = time.perf_counter()
        sample.suspicious(found)
        verified = Verification(sample, found, options.tolerance, _how(options)).verified()
        formulas = _labelled([(element, _formulas(element, ticket)) for element, ticket in forms])
        seconds = {"load": loaded - started, "tape": taped - loaded, "exact_wait": time.perf_counter() - taped}
    return _report(program, command, x, options, found, verified, formulas, seconds, vector)


@contextmanager
def _lent(session: Session | None, options: Options) -> Iterator[Session]:
    """The exact side's process: the one given, or one for this answer."""
    if session is not None:
        yield session
        return
    with Session(time_limit=options.time_limit, digits=options.digits) as own:
        yield own


def _check(program: Program, options: Options) -> None:
    """Refuse what sums have no answer for."""
    if options.exact == "full" and program.n > EVERY:
        told = f"--exact full checks every entry of up to {EVERY:,} variables, these are {program.n:,}"
        raise LimitError(f"{told}; --exact auto checks a sample")
    if program.outer.vector:
        raise HesscliError("a vector of sums is answered by jacobian, or by hessian at one point", code="vector")
    if options.explain:
        raise HesscliError("--explain takes plain expressions, not sums; try it on one term", code="usage")
    if options.method == "taylor":
        raise HesscliError("--method taylor takes plain expressions, not sums; leave --method out", code="usage")


def _how(options: Options) -> How:
    return How(options.method or "nested", options.dtype, options.plain, options.step)


def _taped(
    program: Program,
    x: Array,
    command: str,
    options: Options,
    vector: Array | None,
    session: Session,
    adders: Adders | None,
) -> Found:
    """The tape's answer; a None of TensorFlow's is zero only where the exact side proves it."""
    found = evaluate_sum(program, x, command, _how(options), vector, adders)
    if not found.holes and not found.around:
        return found
    holes: dict[Any, list[int]] = {}
    for which, path, row in found.holes:
        holes.setdefault((which, path), []).append(row)
    proven = all(
        vanish(program.elements[which].body, program.elements[which].points(x, np.array(rows)), path, session, options)
        for (which, path), rows in holes.items()
    ) and all(vanish(program.outer, found.totals[None, :], path, session, options) for path in found.around)
    zeros = replace(_how(options), zeros=True)
    return evaluate_sum(program, x, command, zeros, vector, adders) if proven else found


def _named(body: Expression, names: str) -> Expression:
    """The body with other names of its variables: those with indices are no names to SymPy."""
    new = {old: names.format(k) for k, old in enumerate(body.variables)}
    nodes = tuple(replace(n, value=new[str(n.value)]) if n.op == "variable" else n for n in body.nodes)
    return replace(body, nodes=nodes, variables=tuple(new.values()))


def _formulas(element: Element, ticket: Any) -> list[tuple[str, str]]:
    """The closed forms of a body's second derivatives, by the names of its slots; those that are short."""
    texts = ticket.formulas().get("hessian")
    names = element.body.variables
    found = []
    for a, b in element.pairs if texts else ():
        text = texts[a, b]
        if text is not None and len(text) <= LONGEST:
            shown = PLACE.sub(lambda match: names[int(match[1])], text)
            found.append((f"H[{names[a]},{names[b]}]", shown))
    return found


def _labelled(found: list[tuple[Element, list[tuple[str, str]]]]) -> tuple[tuple[str, str], ...]:
    """The closed forms of all sums; a name that several have says in which sum, and from which index on."""
    times = Counter(name for _, pairs in found for name, _ in pairs)
    return tuple(
        (name if times[name] == 1 else f"{name} (sum {k}, from {element.where(0)})", text)
        for k, (element, pairs) in enumerate(found, 1)
        for name, text in pairs
    )


def _report(
    program: Program,
    command: str,
    x: Array,
    options: Options,
    found: Found,
    verified: Verified | None,
    formulas: tuple[tuple[str, str], ...],
    seconds: dict[str, float],
    vector: Array | None,
) -> SumReport:
    sizes = {"value": 1, "gradient": program.n}
    entries = program.n * (program.n + 1) // 2 if not program.additive else getattr(found.hessian, "nnz", 0)
    sizes |= {"hessian": entries} if found.hessian is not None else {}
    sizes |= {"hvp": program.n} if found.hvp is not None else {}
    judged = judge(None, None, options.tolerance) if verified is None else verified.judgement
    counts = {} if verified is None else verified.counts
    asked = {name: counts.get(name, 0) for name in sizes}
    checked = {name: (asked[name], max(size, asked[name])) for name, size in sizes.items()}  # some of them may be 0
    checked |= {"terms": (counts["terms"], program.terms)} if "terms" in counts else {}
    verdicts = {name: judged.verdicts.get(name, Verdict.UNCHECKED) for name in sizes}
    notes = [*program.notes, *found.told, *([] if verified is None else verified.notes)]
    notes += _strange(program, found)
    if verified is not None:
        _replace(found, verified)
        if program.additive and verdicts["gradient"] is Verdict.AGREE and found.hessian is not None:
            # without a single second derivative by its form f is linear, where it has a gradient
            linear = not any(element.pairs and element.count for element in program.elements)
            verdicts["hessian"] = Verdict.AGREE if linear else verdicts["hessian"]
        if verdicts["gradient"] in NOWHERE and verdicts[command] in (Verdict.AGREE, Verdict.UNCHECKED):
            verdicts[command] = verdicts["gradient"]  # without a gradient there is no second derivative
        _doubt(verdicts, found, verified)
    return SumReport(
        command=command,
        source=program.source,
        parsed=program.parsed,
        blocks=tuple((block.name, block.shape) for block in program.blocks),
        n=program.n,
        terms=program.terms,
        point=x,
        label=program.label,
        dtype=options.dtype,
        method=options.method or "nested",
        value=found.value,
        gradient=found.gradient,
        hessian=found.hessian,
        rank=found.rank,
        hvp=found.hvp,
        vector=vector,
        verdict=_overall(verdicts, command),
        verdicts=verdicts,
        checked=checked,
        entries=() if verified is None else verified.entries,
        asked=verified is not None,
        accuracy=judged.accuracy,
        formulas=formulas,
        notes=tuple(dict.fromkeys(notes))[:MOST_NOTES],
        repaired=tuple(found.repaired),
        parameters=program.outer.parameters,
        weights=tuple(found.weights.values()),
        bare=program.additive and all(weight == 1 for weight in found.weights.values()),
        seconds=seconds,
        versions=versions(),
    )


def _overall(verdicts: dict[str, Verdict], command: str) -> Verdict:
    """The worst of what was checked; unchecked where nothing of the quantity that was asked for was."""
    if verdicts[command] is Verdict.UNCHECKED:
        return worst_of(v for v in verdicts.values() if v not in (Verdict.AGREE, Verdict.UNCHECKED))
    return worst_of(v for v in verdicts.values() if v is not Verdict.UNCHECKED)


def _doubt(verdicts: dict[str, Verdict], found: Found, verified: Verified) -> None:
    """No agreement where a number that nobody checked is not finite, nor where a kink was not looked at whole."""
    arrays: dict[str, Any] = {"value": found.value, "gradient": found.gradient}
    arrays |= {} if found.hessian is None else {"hessian": found.hessian.data}
    arrays |= {} if found.hvp is None else {"hvp": found.hvp}
    doubtful = False
    for name in verdicts:  # in the order of differentiation: without f no gradient, without a gradient no Hessian
        silent = verdicts[name] in (Verdict.AGREE, Verdict.UNCHECKED) and not np.isfinite(arrays[name]).all()
        doubtful = doubtful or silent or (verified.doubtful and name != "value")
        if doubtful and verdicts[name] is Verdict.AGREE:
            verdicts[name] = Verdict.UNCHECKED


def _strange(program: Program, found: Found) -> list[str]:
    """Where the tape is not finite, in the words of the sum."""
    told = []
    for which, row in found.strange[:3]:
        element = program.elements[which]
        told.append(
            f"the term of {element.head} at {element.where(row)} is not finite, or has a derivative that is not"
        )
    return told


def _replace(found: Found, verified: Verified) -> None:
    """Exact numbers where they are decided: those to use."""
    added: dict[tuple[int, ...], float] = {}
    for entry in verified.entries:
        if entry.exact is None:
            continue
        number = float(Decimals((), (entry.exact,)).double)
        name, _, inside = entry.label.rstrip("]").partition("[")
        place = tuple(map(int, inside.split(","))) if inside else ()
        if name == "value":
            found.value = number
        elif name == "hessian" and found.rank is None:
            i, j = place
            start, end = found.hessian.indptr[i], found.hessian.indptr[i + 1]
            at = start + int(np.searchsorted(found.hessian.indices[start:end], j))
            if at < end and found.hessian.indices[at] == j:
                found.hessian.data[at] = number
            elif number != 0.0:  # the tape has none by its form, and at a kink there is none
                added[place] = number
        elif name in ("gradient", "hvp"):
            (found.gradient if name == "gradient" or found.hvp is None else found.hvp)[place[0]] = number
            if name == "gradient" and np.isnan(number):
                added[place * 2] = number
    if added and found.hessian is not None and found.rank is None:
        row, column = np.array([*added]).T
        more = sparse.coo_array(([*added.values()], (row, column)), shape=found.hessian.shape)
        found.hessian = (found.hessian + more).tocsr()
