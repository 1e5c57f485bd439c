"""Names of the audited operations, read from the text of their rows: nothing is imported, TensorFlow least of all."""

from __future__ import annotations

import ast
from pathlib import Path

ROWS = Path(__file__).with_name("operations")


def operations() -> list[str]:
    """Every name that stands first in a row of the audit, sorted."""
    calls = (
        node
        for path in ROWS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and node.args
    )
    first = (call.args[0] for call in calls)
    return sorted({str(name.value) for name in first if isinstance(name, ast.Constant) and _is_name(name.value)})


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("tf.", "keras."))
