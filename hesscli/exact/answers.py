"""From balls to the answer that is shown: arrays of decimal strings, status, and sentences that say why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


from flint import arb

from hesscli.exact.decimals import NAN, decimal
from hesscli.exact.kinks import Local, Partial
from hesscli.exact.quantities import Entry, Index, Plan, Quantity, label, nested
from hesscli.language.expression import Expression
from hesscli.language.printing import unparse
from hesscli.result import ExactAnswer

NEGLIGIBLE, SEEMS_ZERO = arb(10) ** -500, arb(10) ** -100
MOST_NAMED = 4


@dataclass(slots=True)
class Found:
    """What is known of every entry at one point.

    Attributes:
        strings: entry -> its decimal string; ``nan`` or an infinity where it does not exist; None where it is open.
        zeros: entries taken for zero -> how close their balls have come.
        partials: entries at a point that is not smooth.
        locals: component -> what is known of such a point.
        digits: of the strings.
    """

    strings: dict[Entry, str | None] = field(default_factory=dict)
    zeros: dict[Entry, arb] = field(default_factory=dict)
    partials: dict[Entry, Partial] = field(default_factory=dict)
    locals: dict[int, Local] = field(default_factory=dict)

    def settle(self, entry: Entry, x: arb, digits: int) -> None:
        """Write an entry down: a ball that has closed in on zero is taken for zero, any other open one stays open."""
        text = decimal(x, digits)
        if text is None and x.contains(0) and x.abs_upper() < NEGLIGIBLE:
            text = "0"
            self.zeros[entry] = x.abs_upper()
        self.strings[entry] = text

    def note(self, entry: Entry, partial: Partial, digits: int) -> None:
        """Write an entry at a point that is not smooth down."""
        self.partials[entry] = partial
        x = partial.limit
        if not partial.trouble and x is not None:
            self.settle(entry, x, digits)
        elif partial.trouble == "unknown":
            self.strings[entry] = None
        elif partial.trouble in ("infinite", "outside") and x is not None and not x.is_finite():
            self.strings[entry] = decimal(x, digits)
        else:
            self.strings[entry] = NAN

    def take(self, component: int, part: Found) -> None:
        """Add what is known of one component."""
        for entry in part.strings:
            self.strings[component, entry[1]] = part.strings[entry]
        for entry in part.zeros:
            self.zeros[component, entry[1]] = part.zeros[entry]
        for entry in part.partials:
            self.partials[component, entry[1]] = part.partials[entry]
        if 0 in part.locals:
            self.locals[component] = part.locals[0]


def assemble(expression: Expression, plan: Plan, found: Found, point: Sequence[float], digits: int) -> ExactAnswer:
    """The answer at one point."""
    values = {q.name: nested(q.shape, lambda at, q=q: found.strings.get(q.entry(at), "0")) for q in plan.quantities}
    if not found.locals and not found.zeros and None not in found.strings.values():
        return ExactAnswer(values, proven=True)
    proven = not found.zeros and all(local.proven for local in found.locals.values())
    open_entries = [entry for entry, text in found.strings.items() if text is None]
    notes = [*_notes(expression, plan, found, point, digits)]
    if open_entries:
        notes.append(f"{_name(plan, open_entries[0])} could not be decided at the highest precision")
    return ExactAnswer(
        values,
        proven=proven and not open_entries,
        status=_status(found, open_entries),
        notes=tuple(dict.fromkeys(notes)),
        one_sided=dict(_one_sided(plan, found, digits)),
    )


def _status(found: Found, open_entries: Sequence[Entry]) -> str:
    troubles = {partial.trouble for partial in found.partials.values()}
    if troubles & {"outside", "infinite"} or any(local.undefined for local in found.locals.values()):
        return "undefined"
    if troubles & {"kink", "jump"} or not all(local.joint for local in found.locals.values()):
        return "not-differentiable"
    return "unchecked" if open_entries else "ok"


def _cells(plan: Plan) -> Iterator[tuple[Quantity, Index, Entry]]:
    """Every place of every array."""
    for quantity in plan.quantities:
        places: list[Index] = []
        nested(quantity.shape, places.append)
        for at in places:
            yield quantity, at, quantity.entry(at)


def _name(plan: Plan, entry: Entry) -> str:
    return next((label(q, at) for q, at, at_entry in _cells(plan) if at_entry == entry), "the value")


def _one_sided(plan: Plan, found: Found, digits: int) -> Iterator[tuple[str, tuple[str, str]]]:
    for quantity, at, entry in _cells(plan):
        partial = found.partials.get(entry)
        if partial and partial.trouble and (partial.left is not None or partial.right is not None):
            yield label(quantity, at), (_text(partial.left, digits), _text(partial.right, digits))


def _text(x: arb | None, digits: int) -> str:
    if x is None:
        return NAN
    text = decimal(x, digits)
    return text or ("0" if x.contains(0) and x.abs_upper() < SEEMS_ZERO else NAN)


def _notes(expression: Expression, plan: Plan, found: Found, point: Sequence[float], digits: int) -> Iterator[str]:
    for entry, bound in found.zeros.items():
        exponent = bound.str(1, radius=False)
        yield f"{_name(plan, entry)} is zero to within {exponent}; that it is exactly zero is not proven"
    for component, local in found.locals.items():
        scalar = expression.component(component)
        place = _place(scalar, local, point)
        mine = {e: p for e, p in found.partials.items() if e[0] == component}
        if local.undefined:
            yield f"{local.undefined} (at {place})" if place else local.undefined
            yield from _limits(plan, mine, digits)
            continue
        yield from _troubles(scalar, plan, local, mine, place, digits)


def _place(expression: Expression, local: Local, point: Sequence[float]) -> str:
    """``x = 0, y = 1``: the coordinates that the singular nodes depend on."""
    depends = expression.dependence()
    concerned = sorted({k for node in local.singular for k in depends[node]})
    named = ", ".join(f"{expression.variables[k]} = {point[k]:g}" for k in concerned[:MOST_NAMED])
    return named + (", ..." if len(concerned) > MOST_NAMED else "")


def _limits(plan: Plan, partials: dict[Entry, Partial], digits: int) -> Iterator[str]:
    """Where the expression is 0/0 and the like: what it tends to."""
    said = []
    for entry, partial in partials.items():
        name = _name(plan, entry)
        if partial.limit is not None:
            said.append(f"{name} -> {_text(partial.limit, digits)}")
        elif partial.left is not None or partial.right is not None:
            left, right = _text(partial.left, digits), _text(partial.right, digits)
            said.append(f"{name} -> {left} from the left, {right} from the right")
    if said:
        yield "limits there: " + "; ".join(said[:MOST_NAMED]) + ("; ..." if len(said) > MOST_NAMED else "")


def _troubles(
    expression: Expression, plan: Plan, local: Local, partials: dict[Entry, Partial], place: str, digits: int
) -> Iterator[str]:
    names = ", ".join(unparse(expression, node) for node in local.singular[:MOST_NAMED])
    bad = next(((entry, p) for entry, p in partials.items() if p.trouble), None)
    if bad is not None:
        entry, partial = bad
        yield SENTENCES[partial.trouble].format(what=names, place=place, entry=_name(plan, entry)) + _both(partial, digits)
    elif not local.joint:
        yield f"{names} at {place}: the partial derivatives exist, but along other directions f does not follow them"
    for name in local.one_sided:
        yield f"f is real on one side of {place} only: derivatives in {name} are from that side"


def _both(partial: Partial, digits: int) -> str:
    sides = ((partial.left, "left"), (partial.right, "right"))
    said = [f"{_text(x, digits)} from the {name}" for x, name in sides if x is not None]
    return ": " + ", ".join(said) if said else ""


SENTENCES: dict[str, str] = {
    "kink": "{what} has a kink at {place}, and {entry} does not exist there",
    "jump": "{what} jumps at {place}, and {entry} does not exist there",
    "infinite": "the derivative of {what} is infinite at {place}; {entry}",
    "outside": "{what} is not defined around {place}, and {entry} does not exist there",
    "unknown": "{what} at {place} is beyond what can be decided; {entry} stays open",
}


