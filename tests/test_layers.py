"""The house: who may import whom, and what a command may load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "hesscli"

ALLOWED = {
    "language": {"errors"},
    "request": {"language", "errors"},
    "accuracy": set(),
    "result": {"request", "output"},
    "tape": {"language", "request", "result", "accuracy", "errors"},
    "exact": {"language", "request", "result", "errors"},
    "output": {"request", "result", "reports", "accuracy", "language", "errors"},
    "sensitivity": {"exact", "language", "request"},
    "verdict": {"request", "result", "accuracy", "errors"},
    "explain": {"language", "tape", "exact", "verdict", "request", "result", "accuracy", "errors"},
    "checking": {"language", "exact", "options", "verbs", "request", "result", "reports", "accuracy", "errors"},
}
"""Room -> the rooms that it may import from."""

HEAVY = {"tensorflow": "tape", "keras": "tape", "flint": "exact", "sympy": "exact", "mpmath": "exact"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("room", ALLOWED)
def test_rooms_import_only_what_they_may(room):
    files = list((ROOT / room).rglob("*.py")) or [ROOT / f"{room}.py"]
    for path in files:
        rooms = {name.split(".")[1] for name in imports(path) if name.startswith("hesscli.")}
        assert rooms <= ALLOWED[room] | {room}, path


def test_heavy_imports_live_in_their_rooms():
    for path in ROOT.rglob("*.py"):
        room = path.relative_to(ROOT).parts[0]
        for name in imports(path):
            owner = HEAVY.get(name.split(".")[0])
            assert owner in (None, room), f"{path} imports {name}, which belongs to {owner}"


def loaded_by(*arguments: str) -> tuple[set[str], int]:
    code = (
        "import sys\nfrom hesscli.__main__ import main\nstatus = 0\n"
        "try:\n    main()\nexcept SystemExit as end:\n    status = end.code or 0\n"
        "sys.stderr.write('\\n@' + ' '.join(sys.modules)); sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)
    return set(done.stderr.rsplit("@", 1)[1].split()), done.returncode


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["hessian", "--help"], 0),
        (["functions"], 0),
        (["hessian", "sn(x)", "--at", "1"], 2),
        (["hessian", "x**", "--at", "1"], 2),
    ],
)
def test_what_needs_no_numbers_loads_neither_tensorflow_nor_sympy(arguments, status):
    modules, code = loaded_by(*arguments)
    assert code == status
    assert not modules & {"tensorflow", "keras", "sympy", "flint", "mpmath", "scipy"}


def test_importing_the_package_loads_nothing_heavy():
    code = "import hesscli, sys; print(sorted(set(sys.modules) & {'tensorflow', 'sympy', 'numpy', 'flint'}))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
