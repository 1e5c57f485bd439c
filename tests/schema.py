"""The JSON schema of ``hesscli/1``: what every line of ``--json`` and of ``batch`` is held against.

Draft 2020-12. Objects are closed: a key that is not here is a mistake. ``hesscli help json`` says it in words.
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from hesscli.model.differences import Outcome
from hesscli.options import Dtype, Method
from hesscli.result import Verdict

Schema = dict[str, Any]


def array(*, of: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": of}


def nested(leaf: Schema) -> Schema:
    """The leaf, or lists of it, or lists of lists to any depth that an answer has."""
    depth: Schema = leaf
    for _ in range(6):
        depth = {"anyOf": [leaf, array(of=depth)]}
    return depth


def closed(required: Schema, **optional: Schema) -> Schema:
    """An object with these keys and no other."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def named(of: Schema) -> Schema:
    """An object whose keys are names."""
    return {"type": "object", "additionalProperties": of}


def either(*schemas: Schema) -> Schema:
    """One of several."""
    return {"anyOf": list(schemas)}


TEXT: Schema = {"type": "string"}
TEXTS = array(of=TEXT)
BOOL: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
NULL: Schema = {"type": "null"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
DOUBLE = either(NUMBER, {"enum": ["inf", "-inf"]})
SAID = either(NUMBER, {"enum": ["nan", "inf", "-inf"]}, NULL)
DECIMAL: Schema = {"type": "string", "pattern": r"^(nan|-?inf|-?\d+(\.\d+)?([eE][+-]?\d+)?)$"}

USABLE = nested(either(DOUBLE, NULL))
TAPED = nested(SAID)
DECIMALS = nested(either(DECIMAL, NULL))
FORMULAS = nested(either(TEXT, NULL))

QUANTITIES = ("value", "gradient", "jacobian", "hessian", "derivative", "hvp", "taylor")
VERDICT: Schema = {"enum": [verdict.value for verdict in Verdict]}
MODEL_VERDICT: Schema = {"enum": [verdict.value for verdict in Verdict if verdict is not Verdict.EXACT_ONLY]}
METHOD: Schema = {"enum": [*(method.value for method in Method), "none"]}
DTYPE: Schema = {"enum": [dtype.value for dtype in Dtype]}
ANYTHING: Schema = {}


def each(of: Schema) -> Schema:
    """Of a scalar function; of a vector one a component."""
    return either(of, array(of=of), NULL)


ACCURACY = either(closed({"max_abs": DOUBLE, "max_rel": DOUBLE, "digits": NUMBER}, units=NUMBER), NULL)
POINT = array(of=NUMBER)
CRITICAL = either(closed({"kind": TEXT, "proven": BOOL, "where": array(of=either(DECIMAL, NULL))}), NULL)
FURTHER = ("eigenvectors", "inverse", "condition", "determinant", "newton_step")

LINE = {"schema": {"const": "hesscli/1"}}
VERSIONS = named(TEXT)
FUNCTION = {"expression": TEXT, "parsed": TEXT, "variables": TEXTS}


def envelope(command: str, required: Schema, **optional: Schema) -> Schema:
    """A line of one command."""
    head = {**LINE, "command": {"const": command}}
    return closed({**head, **required}, id=ANYTHING, versions=VERSIONS, **optional)


EXACT = closed(
    {"proven": BOOL, "formulas": closed({}, **dict.fromkeys(QUANTITIES, FORMULAS))},
    one_sided=named(closed({"left": either(DECIMAL, NULL), "right": either(DECIMAL, NULL)})),
    curvature=closed({"eigenvalues": DECIMALS, "proven": each(BOOL)}, **dict.fromkeys(FURTHER, DECIMALS)),
    **dict.fromkeys(QUANTITIES, DECIMALS),
)
EXPLAIN = closed(
    {
        "entry": TEXT,
        "wrt": TEXTS,
        "operations": array(
            of=closed({"operation": TEXT, "tape": TAPED, "exact": DECIMALS, "digits": array(of=either(NUMBER, NULL))})
        ),
        "losses": array(of=closed({"operation": TEXT, "order": COUNT, "before": NUMBER, "after": NUMBER, "why": TEXT})),
        "float32": either(closed({"accuracy": ACCURACY}, **dict.fromkeys(QUANTITIES, TAPED)), NULL),
    }
)
ANSWER = {
    **FUNCTION,
    "point": POINT,
    "dtype": DTYPE,
    "method": METHOD,
    "verdict": VERDICT,
    "verdicts": closed({}, **dict.fromkeys(QUANTITIES, VERDICT)),
    "notes": TEXTS,
    "tape": either(closed({"repaired": TEXTS}, **dict.fromkeys(QUANTITIES, TAPED)), NULL),
    "exact": either(EXACT, NULL),
    "accuracy": ACCURACY,
    "seconds": named(NUMBER),
}
DIFFERENCES = closed({}, **dict.fromkeys(QUANTITIES, closed({"error": DOUBLE, "bound": DOUBLE})))
MORE = {"parameters": named(DOUBLE), "data": named(ANYTHING), "explain": EXPLAIN, "differences": DIFFERENCES}


def answer(command: str, *quantities: str, required: Schema | None = None, **optional: Schema) -> Schema:
    """A derivative at a point."""
    numbers = dict.fromkeys(quantities, USABLE)
    return envelope(command, {**ANSWER, **numbers, **(required or {})}, **MORE, **optional)


def formulas(command: str, required: Schema | None = None) -> Schema:
    """A derivative without a point."""
    forms = closed({"formulas": closed({}, **dict.fromkeys(QUANTITIES, FORMULAS))})
    head = {**FUNCTION, "point": NULL, "notes": TEXTS, "exact": forms}
    return envelope(command, {**head, **(required or {})}, parameters=named(DOUBLE))


COO = closed(
    {
        "format": {"const": "coo"},
        "shape": array(of=COUNT),
        "nnz": COUNT,
        "row": array(of=COUNT),
        "col": array(of=COUNT),
        "data": array(of=either(DOUBLE, NULL)),
        "triangle": {"const": "lower"},
    },
    plus=closed({"form": TEXT, "middle": USABLE, "rows": USABLE}),
)
CHECKED = closed({"entry": TEXT, "by": TEXTS, "tape": SAID, "exact": either(DECIMAL, NULL)})
SUMS = {
    "expression": TEXT,
    "parsed": TEXT,
    "blocks": named(either(COUNT, array(of=COUNT), NULL)),
    "n": COUNT,
    "terms": COUNT,
    **{
        name: ANSWER[name]
        for name in ("point", "dtype", "method", "verdict", "verdicts", "notes", "accuracy", "seconds")
    },
    "value": USABLE,
    "gradient": USABLE,
    "checked": named(closed({"checked": COUNT, "of": COUNT})),
    "tape": closed({"repaired": TEXTS}),
    "exact": either(closed({"entries": array(of=CHECKED), "formulas": named(TEXT)}), NULL),
}
STATISTICS = closed(
    {"estimates": named(NUMBER), "standard_errors": named(USABLE), "correlations": USABLE, "notes": TEXTS}
)


SOLUTION = closed(
    {"values": USABLE, "residual": NUMBER, "solver": TEXT, "products": COUNT, "converged": {"type": "boolean"}},
    curvature_met=either(NUMBER, NULL),
    of=TEXT,
)
EXTREMES = closed({"values": USABLE, "errors": USABLE, "products": COUNT, "missing": COUNT, "counted": BOOL})
SPECTRUM = closed(
    {"of": {"enum": ["hessian", "ggn", "fisher"]}},
    eigenvalues=EXTREMES,
    trace=closed({"value": NUMBER, "error": either(NUMBER, NULL), "products": COUNT, "exact": BOOL}),
    density=closed(
        {
            **dict.fromkeys(("where", "density"), array(of=NUMBER)),
            **dict.fromkeys(("error", "negative"), array(of=either(NUMBER, NULL))),
            "products": COUNT,
        }
    ),
    newton_step=SOLUTION,
    solution=SOLUTION,
    diagonal=USABLE,
)
OF_TENSORS = {"spectrum": SPECTRUM, "statistics": STATISTICS}
CURVATURE = closed(
    {"notes": TEXTS},
    definiteness=either(TEXT, NULL),
    how=TEXT,
    negative=either(COUNT, NULL),
    as_good_as_zero=either(COUNT, NULL),
    smallest=array(of=DOUBLE),
    largest=array(of=DOUBLE),
    eigenvalues=EXTREMES,
    trace=DOUBLE,
    diagonal=USABLE,
    solution=SOLUTION,
    newton_step=SOLUTION,
)


PLAN = closed(
    {
        "command": TEXT,
        **dict.fromkeys(("n", "terms", "derivatives", "entries", "colours", "dense", "bytes"), COUNT),
        "seconds": NUMBER,
        "strategy": TEXTS,
    }
)


def plan(command: str) -> Schema:
    """What an answer of sums will take."""
    return closed({**LINE, "command": {"const": command}, "plan": PLAN}, id=ANYTHING, versions=VERSIONS)


def sums(command: str, **more: Schema) -> Schema:
    """A derivative of sums."""
    return envelope(command, {**SUMS, **more}, parameters=named(DOUBLE), statistics=STATISTICS, curvature=CURVATURE)


ORDER = {"order": WHOLE, "wrt": either(TEXTS, NULL)}
CURVED = {"eigenvalues": USABLE, "definiteness": each(either(TEXT, NULL)), "critical": each(CRITICAL)}
FURTHER_NUMBERS = dict.fromkeys(FURTHER, USABLE)

EIGENVALUES = either(
    closed(
        {
            "values": array(of=NUMBER),
            "error": NUMBER,
            "definiteness": either(TEXT, NULL),
            **dict.fromkeys(("negative", "as_good_as_zero"), COUNT),
        }
    ),
    NULL,
)
MODEL = either(
    closed(
        {
            **LINE,
            "command": {"const": "model"},
            "what": {"enum": ["gradient", "hvp", "hessian", "spectrum", "ggn", "fisher", "laplace"]},
            "model": TEXT,
            "loss": TEXT,
            "training": BOOL,
            "rows": COUNT,
            "batches": COUNT,
            "n": COUNT,
            "weights": array(of=closed({"name": TEXT, "shape": array(of=COUNT), "start": COUNT})),
            "dtype": DTYPE,
            "value": NUMBER,
            "gradient": USABLE,
            "verdict": MODEL_VERDICT,
            "verdicts": named(MODEL_VERDICT),
            "notes": TEXTS,
            "tape": closed({"gradient": TAPED, "repaired": TEXTS}, hvp=TAPED, hessian=TAPED, ggn=TAPED, fisher=TAPED),
            "differences": named(
                array(
                    of=closed(
                        {
                            "part": TEXT,
                            "outcome": {"enum": [outcome.value for outcome in Outcome]},
                            "error": either(NUMBER, NULL),
                            "bound": either(NUMBER, NULL),
                            "step": NUMBER,
                        }
                    )
                )
            ),
            "modes": either(NUMBER, NULL),
            "plain": either(
                closed(
                    {
                        "quantity": TEXT,
                        "largest": NUMBER,
                        "where": TEXTS,
                        "plain": NUMBER,
                        "right": NUMBER,
                        "scale": NUMBER,
                    }
                ),
                NULL,
            ),
            "exact": either(
                closed({"expression": TEXT, "value": DECIMALS, "gradient": DECIMALS}, hvp=DECIMALS, hessian=DECIMALS),
                NULL,
            ),
            "seconds": named(NUMBER),
            "versions": named(TEXT),
        },
        hvp=USABLE,
        vector=array(of=NUMBER),
        hessian=USABLE,
        ggn=USABLE,
        fisher=USABLE,
        eigenvalues=either(EIGENVALUES, array(of=EIGENVALUES)),
        statistics=STATISTICS,
        posterior=closed(
            {
                "weights": named(NUMBER),
                "standard_deviations": named(USABLE),
                "covariance": USABLE,
                **dict.fromkeys(("log_marginal_likelihood", "log_likelihood", "noise"), either(NUMBER, NULL)),
                "prior_precision": NUMBER,
                "notes": TEXTS,
            }
        ),
        spectrum=SPECTRUM,
        form={"enum": ["whole", "blocks", "diagonal"]},
    ),
    closed(
        {
            **LINE,
            "command": {"const": "model"},
            "plan": closed(
                {
                    "n": COUNT,
                    "rows": COUNT,
                    "batches": COUNT,
                    "what": TEXT,
                    "answer_bytes": COUNT,
                    "work_bytes": COUNT,
                    "chunk": COUNT,
                    "products": COUNT,
                    "most_products": COUNT,
                    "seconds": NUMBER,
                    "fits": BOOL,
                }
            ),
        },
        versions=VERSIONS,
    ),
)

COMMANDS: dict[str, Schema] = {
    "hessian": either(
        answer("hessian", "value", "gradient", "hessian", required=CURVED, **OF_TENSORS, **FURTHER_NUMBERS),
        answer("hessian", "value", "jacobian", "hessian", required=CURVED, **FURTHER_NUMBERS),
        formulas("hessian"),
        sums("hessian", hessian=COO),
        plan("hessian"),
    ),
    "gradient": either(
        answer("gradient", "value", "gradient"), formulas("gradient"), sums("gradient"), plan("gradient")
    ),
    "jacobian": either(answer("jacobian", "value", "jacobian"), formulas("jacobian")),
    "derivative": either(
        answer("derivative", "value", "derivative", required=ORDER), formulas("derivative", required=ORDER)
    ),
    "taylor": answer(
        "taylor",
        "value",
        "taylor",
        required={"order": WHOLE, "exponents": array(of=array(of=COUNT)), "polynomial": either(TEXT, NULL)},
        remainder=closed({"radius": NUMBER, "bound": either(NUMBER, NULL)}),
    ),
    "hvp": either(
        answer("hvp", "value", "gradient", "hvp", required={"vector": POINT}),
        sums("hvp", hvp=USABLE, vector=POINT),
        plan("hvp"),
    ),
    "methods": envelope(
        "methods",
        {
            **FUNCTION,
            "point": POINT,
            "dtype": DTYPE,
            "quantity": TEXT,
            "exact": DECIMALS,
            "notes": TEXTS,
            "methods": array(
                of=closed(
                    {
                        "method": METHOD,
                        "accuracy": ACCURACY,
                        "verdict": VERDICT,
                        "seconds": closed({"first": either(NUMBER, NULL), "further": either(NUMBER, NULL)}),
                        "peak_bytes": either(COUNT, NULL),
                        "notes": TEXTS,
                    },
                    **dict.fromkeys(QUANTITIES, TAPED),
                )
            ),
        },
    ),
    "check": envelope(
        "check",
        {
            **FUNCTION,
            "points": array(of=POINT),
            "rtol": NUMBER,
            "entries": array(
                of=closed(
                    {
                        "quantity": {"enum": list(QUANTITIES)},
                        "index": array(of=COUNT),
                        "claimed": either(TEXT, NULL),
                        "right": BOOL,
                        "given": SAID,
                        "exact": DECIMAL,
                        "formula": either(TEXT, NULL),
                        "error": SAID,
                        "point": POINT,
                        "slip": either(TEXT, NULL),
                    }
                )
            ),
            "verdict": {"enum": ["agree", "disagree"]},
            "notes": TEXTS,
        },
    ),
    "audit": envelope(
        "audit",
        {
            "order": COUNT,
            "silent": BOOL,
            "operations": array(
                of=closed(
                    {
                        **dict.fromkeys(
                            ("name", "where", "family", "mode", "expression", "dtype", "thread", "note"), TEXT
                        ),
                        "variables": TEXTS,
                        "point": POINT,
                        "direction": POINT,
                        "silent": BOOL,
                        "derivatives": array(
                            of=closed(
                                {
                                    "order": COUNT,
                                    "fate": TEXT,
                                    "tensorflow": SAID,
                                    "exact": either(DECIMAL, NULL),
                                    "digits": either(NUMBER, NULL),
                                    "message": either(TEXT, NULL),
                                }
                            )
                        ),
                    }
                )
            ),
            "counts": named(COUNT),
            "seconds": NUMBER,
        },
    ),
    "functions": envelope(
        "functions",
        {
            "functions": array(
                of=closed(
                    {
                        "name": TEXT,
                        "aliases": TEXTS,
                        "arguments": array(of=either(COUNT, NULL)),
                        "definition": TEXT,
                        "domain": TEXT,
                        "kinks": either(TEXT, NULL),
                    }
                )
            )
        },
    ),
    "code": envelope("code", {"expression": TEXT, "code": TEXT}),
    "model": MODEL,
}

ERROR = closed(
    {**LINE, "error": closed({"code": TEXT, "message": TEXT}, column={"type": "integer", "minimum": 1}, line=COUNT)},
    id=ANYTHING,
)

VALIDATORS = {name: Draft202012Validator(schema) for name, schema in {**COMMANDS, "": ERROR}.items()}


def check(line: dict[str, Any]) -> None:
    """Refuse what the schema does not allow, naming the place."""
    errors = list(VALIDATORS[line.get("command", "")].iter_errors(line))
    assert not errors, "\n".join(f"{error.json_path}: {error.message[:300]}" for error in errors)
