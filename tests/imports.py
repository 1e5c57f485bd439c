"""Who imports whom in hesscli, read from its text: imports inside functions and for type checkers count too."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1] / "hesscli"


def modules() -> dict[str, Path]:
    """Full name -> file."""
    return {name_of(path): path for path in sorted(ROOT.rglob("*.py"))}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(text: str) -> set[str]:
    """Every name that a module imports, ``a.b`` and ``a.b.c`` for ``from a.b import c``; by ``import_module`` too."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found |= {str(node.module)} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "import_module":
            found |= {word.value for word in node.args if isinstance(word, ast.Constant)}
    return found


def declared(text: str, classes: bool = False) -> set[str]:
    """The public names that a module gives to classes, functions and values; of classes alone if asked."""
    found = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and not classes):
            found.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and not classes:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in found if not name.startswith("_")}


def graph() -> dict[str, set[str]]:
    """Module -> the modules of hesscli that it imports; a package that only leads to another one is left out."""
    known = modules()
    found = {}
    for name, path in known.items():
        wanted = {other for other in imported(path.read_text()) if other in known and other != name}
        leading = {other for other in wanted if any(deeper.startswith(f"{other}.") for deeper in wanted)}
        found[name] = wanted - leading
    return found


def circles(edges: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """The sets of modules that import each other, directly or through others: Tarjan's strong components."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        stack.append(node)
        for other in edges[node]:
            if other not in number:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in stack:
                lowest[node] = min(lowest[node], number[other])
        if lowest[node] == number[node]:
            members = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(members) > 1 or node in edges[node]:
                found.append(tuple(sorted(members)))

    for node in edges:
        if node not in number:
            visit(node)
    return sorted(found)


def rooms(name: str) -> Iterator[str]:
    """``hesscli.language.points.typed`` -> ``language``, ``language.points``, ``language.points.typed``."""
    parts = name.split(".")[1:]
    yield from (".".join(parts[:k]) for k in range(1, len(parts) + 1))
