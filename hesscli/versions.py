"""Versions of what takes part in an answer."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

NAMES = ("hesscli", "tensorflow", "sympy", "python-flint")


@cache
def versions() -> dict[str, str]:
    """Of Python and of what is installed; read once, and nothing is imported."""
    installed = {name: found for name in NAMES if (found := _version(name)) is not None}
    return {"python": platform.python_version(), **installed}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
