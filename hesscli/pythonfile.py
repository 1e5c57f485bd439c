"""FILE.py:FUNCTION: a person's own Python, run in this process where it is named, and nowhere else."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NoReturn

from hesscli.errors import HesscliError
from hesscli.language.names import suggestion

FILE = re.compile(r"[^\n]+\.py")
NAMED = re.compile(r"(?P<file>[^\n]+\.py):(?P<function>[^:/\\\n]*)")
"""``module.py:function``; a file is run only where its function is named."""

PERSONAL = "hesscli_file_"
"""How the names of modules begin that a person's files become."""


def function_of(text: str) -> Callable[..., Any] | None:
    """The function that a text names, after its file has been run; None of a text that names none.

    Args:
        text: ``FILE.py:FUNCTION``.

    Raises:
        HesscliError: there is no such file or function, or the file's own code raised.
    """
    named = NAMED.fullmatch(text.strip())
    if named is None:
        return None
    path, name = Path(named["file"]), named["function"]
    if not path.is_file():
        raise HesscliError(f"cannot run {str(path)!r}: there is no such file", code="file")
    if not name.isidentifier():
        refuse_unnamed(path)
    spec = importlib.util.spec_from_file_location(f"{PERSONAL}{path.stem}", os.path.abspath(path))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[module.__name__] = module  # classes of it can be found again by their module
    folder = os.path.dirname(os.path.abspath(path))
    if folder not in sys.path:
        sys.path.append(folder)  # what stands beside the file can be imported by it
    try:
        with redirect_stdout(sys.stderr):  # the answer alone stands on standard output
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as problem:  # the person's own code
        raise raised(text, problem) from problem
    if not hasattr(module, name):
        there = [one for one, value in vars(module).items() if callable(value) and not one.startswith("_")]
        raise HesscliError(f"{text}: it has no function {name!r}{suggestion(name, there)}", code="function")
    found: Callable[..., Any] = getattr(module, name)
    if not callable(found):
        raise HesscliError(f"{text}: expected a function, got {type(found).__name__}", code="function")
    return found


def refuse_unnamed(path: Path) -> NoReturn:
    """Say which functions a file has, without running it: none of them is named.

    Raises:
        HesscliError: always.
    """
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError) as problem:
        raise HesscliError(f"{path} is no Python file: {problem}", code="file") from None
    there = [one.name for one in tree.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]
    listed = f"; it has {', '.join(there[:8])}{', ...' if len(there) > 8 else ''}" if there else ""
    example = f"{path}:{there[0] if there else 'function'}"
    message = f"{path} is a Python file; a function of it is run only by its name: {example}{listed}"
    raise HesscliError(message, code="function")


def called(text: str, function: Callable[..., Any]) -> Any:
    """What a function without arguments returns.

    Raises:
        HesscliError: it raised.
    """
    try:
        with redirect_stdout(sys.stderr):
            return function()
    except (Exception, SystemExit) as problem:  # the person's own code
        raise raised(text, problem) from problem


def raised(text: str, problem: BaseException, remedy: str = "") -> HesscliError:
    """What a person's own code raised, and in which line of it.

    Args:
        text: FILE.py:FUNCTION.
        problem: as it was raised.
        remedy: what may help.
    """
    named = NAMED.fullmatch(text.strip())
    own = (
        []
        if named is None
        else [
            frame.lineno
            for frame in traceback.extract_tb(problem.__traceback__)
            if os.path.abspath(frame.filename) == os.path.abspath(named["file"])
        ]
    )
    where = f", line {own[-1]}" if own else ""
    words = " ".join(str(problem).split())[:300]
    more = f"; {remedy}" if remedy else ""
    return HesscliError(f"{text}{where}: {type(problem).__name__}: {words}{more}", code="function")
