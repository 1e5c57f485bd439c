"""The verbs for Python: a function and a point -> Result; many points -> Sweep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from hesscli.compute.asking import as_seen, ask
from hesscli.compute.compute import arrays
from hesscli.errors import HesscliError
from hesscli.language.expression import Expression
from hesscli.language.lists import names
from hesscli.options import Given
from hesscli.python import kept
from hesscli.python.answering import along, answer_at, partial_request, summed, sums, verb_of
from hesscli.python.arguments import (
    At,
    CallArguments,
    DataColumns,
    FunctionLike,
    Named,
    VariableNames,
    Vector,
    options_of,
    points_of,
    spelled,
)
from hesscli.python.wording import pythonic
from hesscli.quantities import VERBS
from hesscli.request import Request
from hesscli.result import Result, Sweep
from hesscli.result.curvature import FURTHER
from hesscli.result.reports import Symbolic

if TYPE_CHECKING:
    from typing import Unpack  # from Python 3.11 on

    from hesscli.python.sumresult import SumResult

COMMANDS = ("gradient", "hessian", "hvp")
"""Verbs that sums have answers of their own for."""


@overload
def hessian(
    expression: FunctionLike, at: None = None, *, further: VariableNames = (), **options: Unpack[Named]
) -> Symbolic: ...


@overload
def hessian(
    expression: FunctionLike, at: At, *, data: DataColumns, further: VariableNames = (), **options: Unpack[Named]
) -> SumResult: ...


@overload
def hessian(expression: FunctionLike, at: At, *, further: VariableNames = (), **options: Unpack[Named]) -> Result: ...


@spelled
def hessian(
    expression: FunctionLike,
    at: At | None = None,
    *,
    vars: VariableNames | None = None,
    params: Mapping[Any, float] | None = None,
    data: DataColumns | None = None,
    further: VariableNames = (),
    **options: Unpack[Given],
) -> Result | SumResult | Symbolic:
    """The Hessian H_ij = d2f / dx_i dx_j, shape (n, n), with value and gradient.

    Args:
        expression: f: a text, a SymPy expression, or a function of Python's, which is called once with formulas; where
            that cannot be, with TensorFlow's tensors, and differences are its witness.
        at: the point; None asks for formulas alone. Of sums by name: a number, or the array of a vector.
        vars: names of the variables in order; None is the free names in natural order.
        params: values of named numbers.
        data: of sums, and arguments of a function of Python's that are held: columns and matrices of numbers by name, a
            table that has columns, or names of files.
        further: what to compute from the matrix besides: ``eigenvectors``, ``inverse``, ``condition``, ``determinant``,
            ``newton_step``.
        **options: how; see `Options`.

    Returns:
        The Result: ``.value``, ``.gradient`` and ``.hessian`` are the numbers to use, ``.verdict`` and ``.notes`` what
        the witnesses say together, ``.tape`` and ``.exact`` what each of them says, ``.curvature`` eigenvalues,
        definiteness, critical point and what was asked for besides. Without a point the closed forms, ``.gradient`` and
        ``.hessian`` lists of their texts. Of sums, entries of vectors and columns of data a `SumResult`, whose
        ``.hessian`` is sparse.

    Raises:
        HesscliError: the function, the point or an option makes no sense.

    Example:
        >>> hessian("x0**2+x0*x1", at=[1, 2]).hessian.tolist()
        [[2.0, 1.0], [1.0, 0.0]]
        >>> hessian("x0**2+x0*x1", at=[1, 2], further="determinant").determinant
        -1.0
        >>> hessian(lambda x: x[0] ** 2 + x[0] * x[1], at=[1, 2]).exact.texts["hessian"]
        [['2', '1'], ['1', '0']]
        >>> hessian("x^2*y").hessian
        [['2*y', '2*x'], ['2*x', '0']]
        >>> chain = hessian("Sum((x[i+1] - x[i])**2, (i, 0, n-2))", at={"x": [1, 2, 4]}, params={"n": 3})
        >>> chain.hessian.toarray().tolist()
        [[2.0, -2.0, 0.0], [-2.0, 4.0, -2.0], [0.0, -2.0, 2.0]]
    """
    asked = (names(further) or ()) if further else ()
    for name in asked:
        if name not in FURTHER:
            raise HesscliError(f"further: expected some of {', '.join(FURTHER)}, got {name!r}", code="usage")
    call = CallArguments(expression, at, vars, params, data)
    if call.is_sum:
        for name in asked:
            told = "of sums there are .newton_step, .solve(b), .top(k), .trace, .diagonal and .definiteness"
            raise HesscliError(f"further={name!r} takes plain expressions; {told}", code="usage")
    found = None if asked else summed("hessian", call, options)
    return verb_of(call, lambda _: Request("hessian", further=asked), options) if found is None else found


@overload
def gradient(expression: FunctionLike, at: None = None, **options: Unpack[Named]) -> Symbolic: ...


@overload
def gradient(expression: FunctionLike, at: At, *, data: DataColumns, **options: Unpack[Named]) -> SumResult: ...


@overload
def gradient(expression: FunctionLike, at: At, **options: Unpack[Named]) -> Result: ...


@spelled
def gradient(
    expression: FunctionLike,
    at: At | None = None,
    *,
    vars: VariableNames | None = None,
    params: Mapping[Any, float] | None = None,
    data: DataColumns | None = None,
    **options: Unpack[Given],
) -> Result | SumResult | Symbolic:
    """The gradient df/dx_i, shape (n,), with the value; arguments and errors as of `hessian`.

    Example:
        >>> gradient("x^2*y", at={"x": 3, "y": 2}).gradient.tolist()
        [12.0, 9.0]
    """
    call = CallArguments(expression, at, vars, params, data)
    found = summed("gradient", call, options)
    return verb_of(call, lambda _: Request("gradient"), options) if found is None else found


@overload
def jacobian(expression: FunctionLike, at: None = None, **options: Unpack[Named]) -> Symbolic: ...


@overload
def jacobian(expression: FunctionLike, at: At, **options: Unpack[Named]) -> Result: ...


@spelled
def jacobian(
    expression: FunctionLike,
    at: At | None = None,
    *,
    vars: VariableNames | None = None,
    params: Mapping[Any, float] | None = None,
    data: DataColumns | None = None,
    **options: Unpack[Given],
) -> Result | Symbolic:
    """The Jacobian df_k/dx_i of ``[f1, ..., fm]``, shape (m, n), with the values; arguments and errors as of `hessian`.

    Example:
        >>> jacobian("[x*y, x + y]", at=[3, 2]).jacobian.tolist()
        [[2.0, 3.0], [1.0, 1.0]]
    """
    return verb_of(CallArguments(expression, at, vars, params, data), lambda _: Request("jacobian"), options)


@overload
def derivative(
    expression: FunctionLike,
    at: None = None,
    *,
    order: int | None = None,
    wrt: VariableNames | None = None,
    **options: Unpack[Named],
) -> Symbolic: ...


@overload
def derivative(
    expression: FunctionLike,
    at: At,
    *,
    order: int | None = None,
    wrt: VariableNames | None = None,
    **options: Unpack[Named],
) -> Result: ...


@spelled
def derivative(
    expression: FunctionLike,
    at: At | None = None,
    *,
    order: int | None = None,
    wrt: VariableNames | None = None,
    vars: VariableNames | None = None,
    params: Mapping[Any, float] | None = None,
    data: DataColumns | None = None,
    **options: Unpack[Given],
) -> Result | Symbolic:
    """The derivative tensor of an order, shape (n,)*order, or one mixed partial; other arguments as of `hessian`.

    ``order`` is N >= 1, 1 if wrt is not given; ``wrt`` the variables of one mixed partial, as ``["x", "x", "y"]``.

    Returns:
        The Result; its ``.derivative`` is a float for one variable, and for wrt.

    Example:
        >>> derivative("x^3", at=2, order=2).derivative
        12.0
    """
    return verb_of(CallArguments(expression, at, vars, params, data), partial_request(order, wrt), options)


@spelled
def hvp(
    expression: FunctionLike,
    at: At,
    vector: Vector,
    *,
    vars: VariableNames | None = None,
    params: Mapping[Any, float] | None = None,
    data: DataColumns | None = None,
    **options: Unpack[Given],
) -> Result | SumResult:
    """The Hessian times a vector, H v, shape (n,), without the Hessian; other arguments and errors as of `hessian`.

    ``vector`` is given as a point is: in the order of the variables, or by name.

    Example:
        >>> hvp("x^2*y", at=[1, 2], vector=[1, 0]).hvp.tolist()
        [4.0, 2.0]
    """
    call = CallArguments(expression, at, vars, params, data)
    found = summed("hvp", call, options, vector)
    return answer_at(call, along(vector), options) if found is None else found


@spelled
def taylor(
    expression: FunctionLike,
    at: At,
    *,
    order: int = 2,
    radius: float | None = None,
    vars: VariableNames | None = None,
    params: Mapping[Any, float] | None = None,
    data: DataColumns | None = None,
    **options: Unpack[Given],
) -> Result:
    """The Taylor polynomial about a point, all orders 0 to N at once; other arguments and errors as of `hessian`.

    ``order`` is N >= 1. With a ``radius`` R, ``.exact.remainder`` is a proven bound, as a decimal, of what the
    polynomial leaves out where |x_j - a_j| <= R for all j; None where none was found, and a note says why.

    Returns:
        The Result; its ``.taylor`` are the coefficients, of one variable those of 1, h, h^2, ...

    Example:
        >>> taylor("exp(x)", at=0, order=3).taylor.tolist()
        [1.0, 1.0, 0.5, 0.16666666666666666]
        >>> taylor("x*y + y^2", at=[1, 2], order=2, radius=10).exact.remainder
        '0'
    """
    call = CallArguments(expression, at, vars, params, data)
    return answer_at(call, lambda _: Request("taylor", order=order, radius=radius), options)


@spelled
def sweep(
    expression: FunctionLike,
    at: At,
    *,
    verb: str = "hessian",
    order: int | None = None,
    wrt: VariableNames | None = None,
    vector: Vector | None = None,
    vars: VariableNames | None = None,
    params: Mapping[Any, float] | None = None,
    data: DataColumns | None = None,
    **options: Unpack[Given],
) -> Sweep:
    """One derivative at many points, as stacked arrays; other arguments and errors as of `hessian`.

    ``at`` is an array of shape (k, n), of one variable (k,); or coordinates by name, each a number or k of them; or the
    text of a grid such as ``x=0:1:3,y=2`` (start:stop:count). ``verb`` is ``hessian``, ``gradient``, ``jacobian``,
    ``derivative`` (with ``order`` or ``wrt``) ``taylor`` (with ``order``) or ``hvp`` (with ``vector``).

    Returns:
        The Sweep: ``.points`` of shape (k, n), ``.value`` (k,), ``.gradient`` (k, n), ``.hessian`` (k, n, n), ...,
        ``.verdict`` (k,) words.

    Example:
        >>> line = sweep("x^2*y", at="x=0:1:3,y=2", verb="gradient")
        >>> line.gradient[:, 0].tolist(), set(line.verdict.tolist())
        ([0.0, 2.0, 4.0], {'agree'})
    """
    with pythonic():
        if verb not in VERBS:
            raise HesscliError(f"verb: expected one of {', '.join(VERBS)}, got {verb!r}", code="usage")
        needs = {"order": partial_request(order, wrt), "vector": along(() if vector is None else vector)}
        request_of: Callable[[Expression], Request] = needs.get(VERBS[verb].needs, lambda _: Request(verb))
        if VERBS[verb].series:
            request_of = lambda _: Request(verb, order=2 if order is None else order)  # noqa: E731 - one of three
        how = options_of(options)
        call = CallArguments(expression, at, vars, params, data)
        if call.is_sum and verb in COMMANDS:
            swept: Sweep = sums().sweep_sum(verb, call, how, vector)
            return swept
        if call.is_sum:
            raise HesscliError(f"a sweep of sums takes {', '.join(COMMANDS)}, not {verb}", code="usage")
        program, renamed = call.bound()
        points = as_seen(program, (request := request_of(program)), points_of(program, renamed, at, line=True), how)
        with kept.session(time_limit=how.time_limit, digits=how.digits) as session:
            return arrays(ask(program, request, points, replace(how, formulas=False), session))
