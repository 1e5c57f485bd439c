"""From balls to the answer that is shown: arrays of decimal strings, status, and sentences that say why."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flint import arb

from hesscli.exact.decimals import NAN, decimal, vanishes
from hesscli.exact.kinks import Local, Partial
from hesscli.language.expression import Expression
from hesscli.language.functions import CONDITIONS, FUNCTIONS
from hesscli.language.printing import unparse
from hesscli.request import ComponentPath, Layout, ascending, label
from hesscli.result import Decimals, ExactAnswer

SEEMS_ZERO = arb(10) ** -100
MOST_NAMED = 4
EntryNames = Mapping[ComponentPath, str]
"""Entry -> its name as people write it."""


@dataclass(slots=True)
class Findings:
    """What is known of every entry at one point.

    Attributes:
        strings: entry -> its decimal string; ``nan`` or an infinity where it does not exist; None where it is open.
        zeros: entries taken for zero -> how close their balls have come.
        ties: entries whose balls have closed in on a tie of rounding; the last digit is taken to be even.
        partials: entries at a point that is not smooth.
        locals: component -> what is known of such a point.
        digits: of the strings.
    """

    strings: dict[ComponentPath, str | None] = field(default_factory=dict)
    zeros: dict[ComponentPath, arb] = field(default_factory=dict)
    ties: set[ComponentPath] = field(default_factory=set)
    partials: dict[ComponentPath, Partial] = field(default_factory=dict)
    locals: dict[int, Local] = field(default_factory=dict)

    def settle(self, entry: ComponentPath, x: arb, digits: int) -> None:
        """Write an entry down: a ball that has closed in on zero is taken for zero, any other open one stays open."""
        text: str | None = decimal(x, digits) if x.is_finite() else None
        if text is None and vanishes(x):
            text = "0"
            self.zeros[entry] = x.abs_upper()
        elif text is None and x.is_finite() and (text := decimal(x, digits, tie=True)) is not None:
            self.ties.add(entry)
        self.strings[entry] = text

    def note(self, entry: ComponentPath, partial: Partial, digits: int, *, undefined: bool) -> None:
        """Write an entry at a point that is not smooth down.

        Args:
            entry: which.
            partial: what is known of it.
            digits: to print.
            undefined: the function has no value at the point, and so no derivative.
        """
        self.partials[entry] = partial
        x = partial.limit
        if not partial.trouble and x is not None:
            self.settle(entry, x, digits)
        elif partial.trouble == "unknown" and not undefined:
            self.strings[entry] = None
        elif partial.trouble in ("infinite", "outside") and x is not None and not x.is_finite():
            self.strings[entry] = decimal(x, digits, tie=True)
        else:
            self.strings[entry] = NAN

    def take(self, component: int, part: Findings) -> None:
        """Add what is known of one component."""
        for entry in part.strings:
            self.strings[component, entry[1]] = part.strings[entry]
        self.ties |= {(component, path) for _, path in part.ties}
        for entry in part.zeros:
            self.zeros[component, entry[1]] = part.zeros[entry]
        for entry in part.partials:
            self.partials[component, entry[1]] = part.partials[entry]
        if 0 in part.locals:
            self.locals[component] = part.locals[0]


def assemble(
    expression: Expression, layout: Layout, found: Findings, point: Sequence[float], digits: int
) -> ExactAnswer:
    """The answer at one point."""
    values = {
        name: Decimals(array.shape, tuple(found.strings.get(ascending(entry), "0") for entry in array.entries()))
        for name, array in layout.quantities.items()
    }
    if not found.locals and not found.zeros and not found.ties and None not in found.strings.values():
        return ExactAnswer(values, proven=True)
    open_entries = [entry for entry, text in found.strings.items() if text is None]
    names: dict[ComponentPath, str] = {}
    for name, array in layout.quantities.items():
        for index in array.indices():
            names.setdefault(ascending(array.entry(index)), label(name, index))
    return ExactAnswer(
        values,
        proven=not found.zeros
        and not found.ties
        and not open_entries
        and all(local.proven for local in found.locals.values()),
        status=_status(found, found.strings, layout.order),
        notes=tuple(_notes(expression, names, found, point, digits)),
        one_sided=dict(_one_sided(names, found, digits)),
        statuses={
            name: _status(found, {*map(ascending, array.entries())}, array.degree)
            for name, array in layout.quantities.items()
        },
    )


def _status(found: Findings, entries: Collection[ComponentPath], degree: int) -> str:
    """What is known of some entries, whose highest order is the degree."""
    troubles = {found.partials[entry].trouble for entry in entries if entry in found.partials}
    components = {component for component, _ in entries}
    concerned = [local for component, local in found.locals.items() if component in components]
    if troubles & {"outside", "infinite"} or any(local.undefined for local in concerned):
        return "undefined"
    fails = degree and any(local.fails_at is not None and local.fails_at <= degree for local in concerned)
    if fails or troubles & {"kink", "jump", "oscillates"}:
        return "not-differentiable"
    unseen = any(local.open and local.followed < degree for local in concerned)
    return "unchecked" if unseen or any(found.strings.get(entry, "0") is None for entry in entries) else "ok"


def _one_sided(names: EntryNames, found: Findings, digits: int) -> Iterator[tuple[str, tuple[str, str]]]:
    for entry, partial in found.partials.items():
        if entry in names and partial.trouble and (partial.left is not None or partial.right is not None):
            yield names[entry], (_text(partial.left, digits), _text(partial.right, digits))


def _text(x: arb | None, digits: int) -> str:
    if x is None:
        return NAN
    text = decimal(x, digits, tie=True)
    return text or ("0" if x.contains(0) and x.abs_upper() < SEEMS_ZERO else NAN)


def _notes(
    expression: Expression, names: EntryNames, found: Findings, point: Sequence[float], digits: int
) -> Iterator[str]:
    if found.zeros:
        bound = max(found.zeros.values(), key=float).str(1, radius=False)
        yield f"{_listed(names, found.zeros)}: zero to within {bound}, taken for zero without a proof"
    if found.ties:
        yield f"{_listed(names, found.ties)}: a tie of rounding as far as can be told; its last digit is unproven"
    for component, local in found.locals.items():
        scalar = expression.component(component)
        place = _place(scalar, local, point)
        mine = {entry: partial for entry, partial in found.partials.items() if entry[0] == component}
        if local.undefined:
            yield f"{local.undefined} (at {place})" if place else local.undefined
            yield from _limits(names, local, mine, digits)
        else:
            yield from _troubles(scalar, names, local, mine, place, digits)
            yield from _edges(scalar, local, point)
            yield from _conventions(scalar, local, mine)
    open_entries = [entry for entry, text in found.strings.items() if text is None]
    if open_entries:
        yield f"{_listed(names, open_entries)}: not decided within the limits of precision and time"


def _listed(names: EntryNames, entries: Collection[ComponentPath]) -> str:
    first = [names[entry] for entry in entries if entry in names][:MOST_NAMED]
    return ", ".join(first) + (f" and {len(entries) - MOST_NAMED} more" if len(entries) > MOST_NAMED else "")


def _place(expression: Expression, local: Local, point: Sequence[float]) -> str:
    """``x = 0, y = 1``: the coordinates that the singular nodes depend on."""
    depends = expression.dependence()
    concerned = sorted({k for node in local.singular for k in depends[node]})
    named = ", ".join(f"{expression.variables[k]} = {point[k] + 0.0:g}" for k in concerned[:MOST_NAMED])
    return named + (", ..." if len(concerned) > MOST_NAMED else "")


def _limits(names: EntryNames, local: Local, partials: dict[ComponentPath, Partial], digits: int) -> Iterator[str]:
    """Where the expression is 0/0 and the like: what it tends to."""
    said = []
    for entry, partial in partials.items():
        name = names.get(entry, "")
        if name and partial.limit is not None:
            said.append(f"{name} -> {_text(partial.limit, digits)}")
        elif name and (sides := _both(partial, digits)):
            said.append(name + sides.replace(":", " ->", 1))
    if local.parted:
        yield "no limit there: it depends on the path"
    if said:
        yield "limits there: " + "; ".join(said[:MOST_NAMED]) + ("; ..." if len(said) > MOST_NAMED else "")


def _troubles(
    expression: Expression,
    names: EntryNames,
    local: Local,
    partials: dict[ComponentPath, Partial],
    place: str,
    digits: int,
) -> Iterator[str]:
    named = local.singular[:MOST_NAMED]
    what = ", ".join(_named(expression, node) for node in named)
    bad = next(((entry, p) for entry, p in partials.items() if p.trouble), None)
    if bad is not None and local.fails_at is None:
        entry, partial = bad
        if (ways := _iterated(expression, entry, partial, digits)) and partial.trouble == "kink":
            name = names.get(entry, "it")
            yield f"{what} at {place}: f is not twice differentiable there, and {name} is not given{ways}"
            return
        sentence = SENTENCES[partial.trouble].format(what=what, place=place, entry=names.get(entry, "a derivative"))
        yield sentence.replace(" ()", "") + _both(partial, digits) + _because(partial, local, digits)
    elif local.open and local.fails_at is None:
        yield f"{what} at {place}: the sides that were looked at agree, but these may not be all: {local.open}"
    elif local.fails_at is None:
        yield from _agreement(expression, local, place)
    else:
        why = "along other directions f does not follow them" if local.fails_at else "f is not continuous there"
        yield f"{what} at {place}: the partial derivatives exist, but {why}"


def _iterated(expression: Expression, entry: ComponentPath, partial: Partial, digits: int) -> str:
    """Second derivatives that exist one variable after the other."""
    told = ""
    if partial.iterated == (None, None):
        return told
    for (inner, outer), x in zip((entry[1], entry[1][::-1]), partial.iterated, strict=True):
        if x is not None and (text := _text(x, digits)) != NAN:
            told += f"; d/d{expression.variables[outer]} of df/d{expression.variables[inner]} is {text}"
    return told


def _agreement(expression: Expression, local: Local, place: str) -> Iterator[str]:
    """A switch that does no harm: TensorFlow may still take the wrong branch."""
    switches = [node for node in local.singular if expression.nodes[node].op in SWITCHES | CONDITIONS]
    if switches:
        what = ", ".join(_named(expression, node) for node in switches[:MOST_NAMED])
        verb = "switches" if len(switches) == 1 else "switch"
        yield f"{what} {verb} at {place}; what meets there agrees, so the derivatives asked for exist"


def _named(expression: Expression, node: int) -> str:
    """A node as it is written; a condition as the border that it draws."""
    text = unparse(expression, node)
    return f"the border {text}" if expression.nodes[node].op in CONDITIONS else text


def _because(partial: Partial, local: Local, digits: int) -> str:
    """Which lower derivative, or jump of f itself, is at the root."""
    if partial.cause is None:
        return ""
    order, left, right = partial.cause
    sides = _both(Partial(None, "", left, right), digits).removeprefix(": ")
    if order:
        return f"; already the derivative of order {order} is {sides}" if sides else ""
    value = local.partials.get(())
    here = f", {_text(value.limit, digits)} at the point" if value is not None and value.limit is not None else ""
    return f"; f itself is {sides}{here}" if sides else ""


def _edges(expression: Expression, local: Local, point: Sequence[float]) -> Iterator[str]:
    for k in local.one_sided:
        name = expression.variables[k]
        held = "with the other variables held, " if len(expression.variables) > 1 else ""
        side = f"f is real on one side of {name} = {point[k] + 0.0:g} only"
        yield f"{held}{side}: derivatives in {name} are from that side"


def _conventions(expression: Expression, local: Local, partials: dict[ComponentPath, Partial]) -> Iterator[str]:
    """What SymPy says at a kink without a warning."""
    if any(p.trouble in ("kink", "jump") for p in partials.values()):
        for op in dict.fromkeys(expression.nodes[node].op for node in local.singular):
            if op in CONVENTIONS:
                yield CONVENTIONS[op]


def _both(partial: Partial, digits: int) -> str:
    sides = ((partial.left, "left"), (partial.right, "right"))
    said = [f"{text} from the {name}" for x, name in sides if (text := _text(x, digits)) != NAN]
    return ": " + ", ".join(said) if said else ""


SENTENCES: dict[str, str] = {
    "kink": "f has a kink at {place} ({what}), and {entry} does not exist there",
    "jump": "f jumps at {place} ({what}), and {entry} does not exist there",
    "infinite": "{what} at {place}: {entry} is infinite or does not exist",
    "oscillates": "{what} at {place}: {entry} does not exist, its difference quotient oscillates without a limit",
    "outside": "f is not defined around {place} ({what}), and {entry} does not exist there",
    "unknown": "what f does at {place} ({what}) is beyond what can be decided; {entry} stays open",
}


SWITCHES = frozenset(row.name for row in FUNCTIONS if row.kinks) - {"hypot"}
"""Operations whose derivative a program takes from one branch, by convention; the kink of hypot is a root's."""

CASES = SWITCHES.intersection(
    row.name
    for row in FUNCTIONS
    if any(f"{case}(" in text for case in ("Piecewise", "Max", "Min") for text in row.definitions)
) - {"acot"}
"""Functions that SymPy is given as cases; it has an acot of its own."""

CONVENTIONS: dict[str, str] = {
    "Abs": "SymPy differentiates Abs to sign, which is 0 there by convention",
    "Max": "SymPy differentiates Max with Heaviside(0) = 1/2 there by convention",
    "Min": "SymPy differentiates Min with Heaviside(0) = 1/2 there by convention",
    **dict.fromkeys(
        CONDITIONS | CASES,
        "SymPy differentiates a Piecewise branch by branch and takes the branch that holds there, by convention",
    ),
    "sign": "SymPy differentiates sign to 2*DiracDelta, a distribution and no number there",
    "Heaviside": "SymPy differentiates Heaviside to DiracDelta, a distribution and no number there",
    "atan2": "SymPy differentiates atan2 as if it did not jump there",
}
"""What SymPy makes of a kink, by the operation that has it."""
